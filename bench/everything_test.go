package main

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/cpuid/v2"
	"github.com/stretchr/testify/require"

	"joulemark/results"
	"joulemark/workloads"
)

// computed is what each stack of .ci/parts can do exactly as defined, on a CPU. A
// type that is missing here must be an unsupported row with its reason.
var computed = map[string]struct{ matmul, layer string }{
	"cpu":    {"fp64 fp32 tf32 fp16 bf16 fp8_e4m3 fp8_e5m2 int8 int4", "fp32 tf32 fp16 bf16 int8"},
	"pjrt":   {"fp64 fp32 tf32 fp16 bf16 fp8_e4m3 fp8_e5m2 int8 int4", "fp32 tf32 fp16 bf16"},
	"onednn": {"fp32 bf16 int8", "fp32 bf16"},
	"blas":   {"fp64 fp32", ""},
	"opencl": {"fp64 fp32 tf32 fp16 bf16 fp8_e4m3 fp8_e5m2 int8 int4", "fp32 tf32 fp16 bf16"},
	"torch":  {"fp64 fp32 tf32 bf16", "fp32 tf32 fp16 bf16"},
}

// lacks reports whether a library cannot do the row on this processor: oneDNN has bf16
// for AVX-512 alone, which torch 1.13 takes from it (its layers fall back on fp32), and
// adds int8 exactly by VNNI alone.
func lacks(s results.Sample) bool {
	wide := cpuid.CPU.Supports(cpuid.AVX512F, cpuid.AVX512BW, cpuid.AVX512DQ, cpuid.AVX512VL)
	vnni := cpuid.CPU.Supports(cpuid.AVX512VNNI) || cpuid.CPU.Supports(cpuid.AVXVNNI)
	switch s.Runner + " " + s.DType {
	case "onednn bf16":
		return !wide
	case "torch bf16":
		return !wide && strings.HasPrefix(s.Workload, "matmul/")
	case "onednn int8":
		return !vnni
	}
	return false
}

// partsFolder is where .ci/parts has installed the libraries; a test without them is
// skipped, and fails where everything must run.
func partsFolder(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("JOULEMARK_PARTS")
	if dir == "" {
		cache, err := os.UserCacheDir()
		require.NoError(t, err)
		dir = filepath.Join(cache, "joulemark", "parts")
	}
	if _, err := os.Stat(filepath.Join(dir, "venv")); err != nil {
		require.Empty(t, os.Getenv("JOULEMARK_CI"), "the vendor libraries are missing: run .ci/parts")
		t.Skip("the vendor libraries are not here: .ci/parts installs them")
	}
	return dir
}

// Every runner, every type and every phase through the whole harness with the real
// libraries: right values, throughput above zero, whole rows.
func TestEveryRunnerDoesEveryTypeOrSaysWhyNot(t *testing.T) {
	t.Setenv("VIRTUAL_ENV", filepath.Join(partsFolder(t), "venv"))
	dir := filepath.Join(t.TempDir(), "run")
	r := joulemark(t, "run", "--suite", "../workloads/testdata/everything.toml", "--runner", "all", "--out", dir, "--no-figures").ok(t)
	run := open(t, dir)
	seen := map[string]int{}
	for _, s := range run.Samples {
		name := s.Runner + " " + s.Workload
		seen[s.Runner]++
		if s.Runner == "blas" && strings.HasPrefix(s.Workload, "layer") || !can(s) {
			require.Equal(t, results.Unsupported, s.Status, "%s: %s", name, s.StatusReason)
			require.Contains(t, s.StatusReason, ": ", "%s says what to do: %s", name, s.StatusReason)
			continue
		}
		require.Equal(t, results.OK, s.Status, "%s: %s", name, s.StatusReason)
		wholeRow(t, name, s)
		require.NotEmpty(t, run.Machine.Stacks[s.Runner].Libraries, name)
	}
	for runner := range computed {
		require.Equal(t, 19, seen[runner], "%s: %s", runner, r.stderr)
	}
	verified(t, dir)
}

// can reports whether the row's runner computes its type.
func can(s results.Sample) bool {
	types := computed[s.Runner].matmul
	if strings.HasPrefix(s.Workload, "layer/") {
		types = computed[s.Runner].layer
	}
	return slices.Contains(strings.Fields(types), s.DType) && !lacks(s)
}

func wholeRow(t *testing.T, name string, s results.Sample) {
	t.Helper()
	require.Equal(t, results.True, s.Verified, name)
	require.LessOrEqual(t, s.ErrorRatio, 1.0, name)
	require.Positive(t, s.Throughput(), name)
	require.NotEmpty(t, s.Kernel, name)
	require.NotEmpty(t, s.RunnerVersion, name)
	require.NotEmpty(t, s.DeviceName, name)
	require.Positive(t, s.Threads, name)
	require.Positive(t, s.MemoryBytes, name)
	require.False(t, math.IsNaN(s.BusyThreads), name)
	require.GreaterOrEqual(t, s.DurationS, 0.1, name)
	require.Contains(t, workloads.DTypes(), workloads.DType(s.DType), name)
}
