package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBadUsageIsOneSentenceWithTheNearestName(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	suite := filepath.Join(t.TempDir(), "evil.toml")
	require.NoError(t, os.WriteFile(suite, []byte("name='x'\n[[matmul]]\ndtype='fp32'\nn=8\ncommand='rm -rf /'\n"), 0o644))
	for _, c := range []struct {
		args string
		want []string
	}{
		{"rnu", []string{"rnu", `"run"`}},
		{"run --sute quick", []string{"--sute", "--suite"}},
		{"run --suite quik", []string{`no suite "quik"`, `"quick"`}},
		{"run --suite missing.toml", []string{"missing.toml"}},
		{"run --suite " + suite, []string{"command", "never"}},
		{"run --runner cpuu", []string{`no runner "cpuu"`, `"cpu"`}},
		{"run --device cpx", []string{`no device "cpx"`, `"cpu"`}},
		{"run --workload matmul/fp32/m=512/n=512/k=513x", []string{"no workload", "matmul/fp32/m=512/n=512/k=512"}},
		{"run --meter rapll", []string{`no meter "rapll"`, `"rapl"`}},
		{"run --meter replay=/no/such/trace.csv", []string{"--meter replay", "/no/such/trace.csv"}},
		{"run --external x", []string{"--external", "NAME=VALUE"}},
		{"run --external x='a", []string{"quote"}},
		{"run --trials -1", []string{"--trials"}},
		{"run --seed 9223372036854775808", []string{"--seed", "smaller"}},
		{"run --trials many", []string{"--trials"}},
		{"run --out " + file, []string{file, "--out"}},
		{"run --out " + file + "/below", []string{file, "--out"}},
		{"run --out /proc/joulemark-run", []string{"/proc", "--out"}},
		{"run --sensor-root /no/such/root", []string{"/no/such/root"}},
		{"run --resume /no/such/run", []string{"/no/such/run"}},
		{"run --retry-failed", []string{"--resume"}},
		{"list meterss", []string{"meterss", "meters"}},
		{"show /no/such/run", []string{"/no/such/run"}},
		{"show", []string{"dir"}},
		{"compare --margin=0 --base " + recorded(t) + " " + recorded(t), []string{"--margin 0"}},
		{"show " + recorded(t) + " " + recorded(t), []string{"one run"}},
		{"compare x", []string{"--base"}},
		{"plot --figure efficency " + recorded(t), []string{`no figure "efficency"`, `"efficiency"`}},
		{"plot --format gif " + recorded(t), []string{"gif", "png"}},
		{"show --sort throughput " + recorded(t), []string{`no column "throughput"`, `"throughput_op_s"`}},
		{"verify " + t.TempDir(), []string{"plan.json"}},
		{"worker cpuu", []string{`no runner "cpuu"`, `"cpu"`}},
	} {
		r := joulemark(t, strings.Fields(c.args)...)
		require.Equal(t, exitUsage, r.code, "%s\n%s", c.args, r.stderr)
		said := waited.ReplaceAllString(r.stderr, "")
		for _, w := range c.want {
			require.Contains(t, said, w, c.args)
		}
		require.True(t, strings.HasPrefix(said, "joulemark: "), c.args)
		require.Equal(t, 1, strings.Count(said, "\n"), "one line: %s", r.stderr)
		require.NotContains(t, said, "goroutine")
	}
}

// waited is what a machine that is slow is told before the error.
var waited = regexp.MustCompile(`(?m)^.*waiting for runner .* to list its devices\n`)

// recorded is the published run of this repository.
func recorded(t *testing.T) string {
	t.Helper()
	dirs, err := filepath.Glob("../results/record/*/plan.json")
	require.NoError(t, err)
	require.NotEmpty(t, dirs)
	return filepath.Dir(dirs[0])
}

func TestEveryVerbsHelpEndsWithTwoExamples(t *testing.T) {
	for _, verb := range []string{"run", "list", "show", "compare", "plot", "verify", "worker"} {
		r := joulemark(t, verb, "--help").ok(t)
		_, examples, found := strings.Cut(r.stdout, "\nExamples:\n")
		require.True(t, found, verb)
		require.Equal(t, 2, strings.Count(examples, "joulemark "+verb), verb)
	}
}

func TestExamplesOfTheHelpParse(t *testing.T) {
	for verb, e := range map[string]exampled{"run": &runVerb{}, "list": &listVerb{}, "show": &showVerb{}, "compare": &compareVerb{}, "plot": &plotVerb{}, "verify": &verifyVerb{}} {
		for _, line := range e.Examples() {
			words, err := splitWords(line)
			require.NoError(t, err)
			require.Equal(t, []string{"joulemark", verb}, words[:2])
			require.NotContains(t, joulemark(t, append(words[1:], "--help")...).stderr, "unknown", line)
		}
	}
}

func TestListExitsZeroWithoutAnything(t *testing.T) {
	r := joulemark(t, "list", "--sensor-root", t.TempDir()).ok(t)
	require.Contains(t, r.stdout, "missing")
	for _, what := range []string{"runners", "devices", "meters", "workloads", "suites", "figures"} {
		require.NotEmpty(t, joulemark(t, "list", what).ok(t).stdout)
		require.Contains(t, joulemark(t, "list", what, "--json").ok(t).stdout, `"`+what+`": [`)
	}
}

func TestSplitWordsRunsNoShell(t *testing.T) {
	test := func(command string, want ...string) {
		t.Helper()
		got, err := splitWords(command)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	test(`python3 "my runner.py" -x`, "python3", "my runner.py", "-x")
	test(`a '$(rm -rf /)' ; b`, "a", "$(rm -rf /)", ";", "b")
	test(`a\ b ""`, "a b", "")
	test(`'it''s'`, "its")
	for _, bad := range []string{"", "  ", `a "b`, `a\`} {
		_, err := splitWords(bad)
		require.Error(t, err, bad)
	}
}

func TestStoredFlagsHoldNoSecretAndNoCommand(t *testing.T) {
	got := safeFlags([]string{"run", "--meter", "plug=http://user:pass@10.0.0.1/x?token=1", "--external", "py=python3 secret.py", "--external=q=sh -c evil"})
	require.Equal(t, []string{"run", "--meter", "plug=http://10.0.0.1/x", "--external", "py=…", "--external=q=…"}, got)
}

func TestTextOfStrangersCannotDriveTheTerminal(t *testing.T) {
	var b bytes.Buffer
	n, err := harmless{Writer: &b}.Write([]byte("ä\x1b[31m\u009b\tx\r\n"))
	require.NoError(t, err)
	require.Equal(t, len("ä\x1b[31m\u009b\tx\r\n"), n)
	require.Equal(t, "ä\uFFFD[31m\uFFFD\tx\uFFFD\n", b.String())
}
