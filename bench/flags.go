package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"joulemark/bench/measure"
	"joulemark/runners"
	"joulemark/workloads"
)

// pair splits NAME=VALUE of a flag.
func pair(flag, s string) (name, value string, err error) {
	name, value, ok := strings.Cut(s, "=")
	if !ok || strings.TrimSpace(name) == "" || strings.TrimSpace(value) == "" {
		return "", "", fmt.Errorf("%s %q: write it as NAME=VALUE", flag, s)
	}
	return strings.TrimSpace(name), value, nil
}

// splitWords splits a command into words as a shell would, with quotes and
// backslashes, but runs no shell: nothing is expanded.
func splitWords(command string) (words []string, err error) {
	var word strings.Builder
	var quote rune
	open, escaped := false, false
	for _, r := range command {
		switch {
		case escaped:
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			escaped, open = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, open = r, true
		case quote == 0 && (r == ' ' || r == '\t' || r == '\n'):
			if open {
				words = append(words, word.String())
			}
			word.Reset()
			open = false
		default:
			word.WriteRune(r)
			open = true
		}
	}
	if quote != 0 || escaped {
		return nil, fmt.Errorf("command %q: a quote is not closed: close it", command)
	}
	if open {
		words = append(words, word.String())
	}
	if len(words) == 0 {
		return nil, fmt.Errorf("command %q is empty: name a program", command)
	}
	return words, nil
}

// checkRunners finds names that are neither built in nor external.
func checkRunners(job *measure.Job) error {
	known := []string{"all"}
	for _, r := range runners.Entries() {
		known = append(known, r.Name)
	}
	for name := range job.External {
		if slices.Contains(known, name) {
			return fmt.Errorf("--external %s=…: this name is built in: choose another", name)
		}
	}
	for name := range job.External {
		known = append(known, name)
	}
	for _, name := range job.Runners {
		if !slices.Contains(known, name) {
			return fmt.Errorf("no runner %q%s (joulemark list runners; a program of your own: --external %s=COMMAND)", name, workloads.DidYouMean(name, known), name)
		}
	}
	return nil
}

// checkRoot makes sure that a sensor root is a folder.
func checkRoot(root *string) error {
	if *root == "" {
		return nil
	}
	dir := *root
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("--sensor-root: %w: give a folder that stands for /", err)
	}
	if !info.IsDir() {
		return fmt.Errorf("--sensor-root %s is no folder: give one that stands for /", dir)
	}
	*root, err = filepath.Abs(dir) // it is joined to /
	return err
}

// fixedFlag is the first flag that a run being resumed cannot change; "" if none.
func fixedFlag(args []string) string {
	for _, a := range args {
		name, _, _ := strings.Cut(a, "=")
		if slices.Contains([]string{"--suite", "--runner", "--device", "--workload", "--threads", "--together", "--isa", "--seed", "--label"}, name) {
			return name
		}
	}
	return ""
}

// emptyFlag is the first flag that names a folder and was given none, as an unset
// variable of a script does; "" if none.
func emptyFlag(args []string) string {
	for i, a := range args {
		name, value, joined := strings.Cut(a, "=")
		if !slices.Contains([]string{"--out", "--resume", "--sensor-root"}, name) {
			continue
		}
		if joined && value == "" || !joined && i+1 < len(args) && args[i+1] == "" {
			return name
		}
	}
	return ""
}

var address = regexp.MustCompile(`[a-zA-Z][a-zA-Z0-9+.-]*://[^\s]+`)

// safeFlags are the arguments as they may be stored: user-info and query of
// addresses removed, commands of external runners and paths of libraries cut to
// their name, because a run folder must not be able to start or load anything.
func safeFlags(args []string) []string {
	out := slices.Clone(args)
	for i, a := range out {
		out[i] = address.ReplaceAllStringFunc(a, withoutSecrets)
		for _, flag := range []string{"--external", "--lib"} {
			if i > 0 && args[i-1] == flag {
				out[i] = nameOnly(a)
			} else if rest, ok := strings.CutPrefix(a, flag+"="); ok {
				out[i] = flag + "=" + nameOnly(rest)
			}
		}
	}
	return out
}

func nameOnly(pair string) string {
	name, _, _ := strings.Cut(pair, "=")
	return name + "=…"
}

func withoutSecrets(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return "(address)"
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}
