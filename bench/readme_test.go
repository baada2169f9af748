package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func readme(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	return string(b)
}

var (
	spliced = regexp.MustCompile(`(?s)<!-- (list \w+ --markdown) -->\n(.*?)<!-- end -->`)
	blocks  = regexp.MustCompile("(?s)```sh\n(.*?)```")
	links   = regexp.MustCompile(`\]\(([^)#]+)\)`)
)

// Tables of the README are what the program prints. REGENERATE=1 writes them anew.
func TestTablesOfTheReadmeAreTheProgramsOwn(t *testing.T) {
	text := readme(t)
	require.Len(t, spliced.FindAllString(text, -1), 3)
	fresh := spliced.ReplaceAllStringFunc(text, func(s string) string {
		command := spliced.FindStringSubmatch(s)[1]
		out := joulemark(t, strings.Fields(command)...).ok(t).stdout
		return "<!-- " + command + " -->\n" + strings.TrimRight(out, "\n") + "\n<!-- end -->"
	})
	if os.Getenv("REGENERATE") != "" {
		require.NoError(t, os.WriteFile("../README.md", []byte(fresh), 0o644))
		return
	}
	require.Equal(t, fresh, text, "REGENERATE=1 go test ./bench -run Readme")
}

// Every command that the README shows runs, in its order, on the smoke suite.
func TestCommandsOfTheReadmeRun(t *testing.T) {
	makefile, err := os.ReadFile("../Makefile")
	require.NoError(t, err)
	suite, err := filepath.Abs(smoke)
	require.NoError(t, err)
	text := readme(t)
	runnersFolder, err := filepath.Abs("../runners")
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	require.NoError(t, os.Symlink(runnersFolder, "runners")) // commands name files of the checkout
	ran := 0
	for _, block := range blocks.FindAllStringSubmatch(text, -1) {
		for line := range strings.Lines(block[1]) {
			words, err := splitWords(line)
			require.NoError(t, err)
			switch words[0] {
			case "make":
				require.Contains(t, string(makefile), "\n"+words[1]+":", "make test and make bench run in .ci/run")
			case "bin/joulemark":
				for i, w := range words {
					if i > 0 && words[i-1] == "--suite" {
						require.Contains(t, []string{"quick", "standard", "publish"}, w)
						words[i] = suite
					}
				}
				joulemark(t, words[1:]...).ok(t)
				ran++
			default:
				require.Fail(t, "the README shows a command that no test runs", line)
			}
		}
	}
	require.Greater(t, ran, 8)
}

func TestLinksOfTheReadmeLeadSomewhere(t *testing.T) {
	for _, l := range links.FindAllStringSubmatch(readme(t), -1) {
		require.FileExists(t, filepath.Join("..", l[1], map[bool]string{true: "plan.json"}[strings.Contains(l[1], "record/") && filepath.Ext(l[1]) == ""]))
	}
}
