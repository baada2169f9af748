package main

import (
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// arrows are the imports of our own that each package may have; they go one way.
// A pattern stands for every package it matches.
var arrows = map[string][]string{
	"workloads":              {},
	"runners":                {"workloads", "runners/internal/*"},
	"runners/internal/*":     {"workloads", "runners/internal/*"},
	"runners/internal/*/*":   {"workloads", "runners/internal/*"},            // generators, stand-ins, programs that time
	"runners/internal/peers": {"workloads", "runners", "runners/internal/*"}, // drives workers from outside
	"results/joules":         {},
	"results":                {"workloads", "results/joules"},
	"results/resultstest":    {"results", "workloads", "results/joules"},
	"plots":                  {"results", "workloads", "results/joules"},
	"bench/internal/*":       {},
	"bench/internal/*/*":     {"bench/internal/*", "bench/internal/*/*"}, // support of tests
	"bench/machine":          {"bench/internal/*"},
	"bench/power":            {"results/joules", "bench/internal/*"},
	"bench/power/*":          {"results/joules", "bench/power"},
	"bench/power/*/*":        {"bench/power/fixture", "runners"},
	"bench/measure":          {"workloads", "runners", "results", "results/joules", "bench/power", "bench/machine"},
	"bench":                  {"workloads", "runners", "results", "results/joules", "plots", "bench/*"},
}

func TestImportsGoOneWay(t *testing.T) {
	for pkg, imports := range imports(t, "{{.ImportPath}} {{join .Imports \" \"}}") {
		allowed, known := lookup(pkg)
		require.True(t, known, "%s: say in this test what it may import", pkg)
		for _, imp := range imports {
			require.True(t, matches(allowed, imp), "%s must not import %s", pkg, imp)
		}
	}
}

// What reads a run folder must build and run anywhere: nothing below it may know a
// device, a meter or a runner.
func TestReadersOfRunFoldersTouchNoDevice(t *testing.T) {
	deps := imports(t, "{{.ImportPath}} {{join .Deps \" \"}}")
	for _, pkg := range []string{"results", "plots", "results/joules", "workloads"} {
		require.Contains(t, deps, pkg)
		for _, dep := range deps[pkg] {
			require.False(t, strings.HasPrefix(dep, "bench") || strings.HasPrefix(dep, "runners"), "%s depends on %s", pkg, dep)
		}
	}
}

// imports is what `go list` says of every package of this module: package -> our
// own packages it names.
func imports(t *testing.T, format string) map[string][]string {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", format, "joulemark/...").CombinedOutput()
	require.NoError(t, err, "%s", out)
	all := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		pkg := strings.TrimPrefix(fields[0], "joulemark/")
		all[pkg] = nil
		for _, f := range fields[1:] {
			if own, ok := strings.CutPrefix(f, "joulemark/"); ok {
				all[pkg] = append(all[pkg], own)
			}
		}
	}
	require.Greater(t, len(all), 8)
	return all
}

func lookup(pkg string) ([]string, bool) {
	if a, ok := arrows[pkg]; ok {
		return a, true
	}
	for pattern, a := range arrows {
		if ok, _ := path.Match(pattern, pkg); ok {
			return a, true
		}
	}
	return nil, false
}

func matches(patterns []string, pkg string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, _ := path.Match(p, pkg)
		return ok
	})
}
