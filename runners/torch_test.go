package runners

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"joulemark/runners/internal/parts"
	"joulemark/workloads"
)

// startTorch starts the shipped runner as it is measured, on a Python that was named.
func startTorch(t *testing.T, python string, env ...string) *Worker {
	t.Helper()
	env = append(env, fakeWorker+"=torch", fakeLib+"="+python, fakeThreadCount+"=1", "XDG_CACHE_HOME="+t.TempDir())
	w, err := Start(t.Context(), Launch{Runner: "torch", Argv: []string{os.Args[0]}, Env: env, Limits: Limits{Exit: patient, Devices: 5 * time.Minute}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	return w
}

// torchCPU leaves the accelerators of the test's machine alone.
func torchCPU(t *testing.T, w *Worker) Device {
	t.Helper()
	devices, err := w.Devices(t.Context())
	require.NoError(t, err)
	for _, d := range devices {
		if d.ID == "cpu" {
			return d
		}
	}
	t.Fatalf("torch lists no CPU: %v", devices)
	return Device{}
}

// stepOn takes a worker through a step on a device and returns what was prepared.
func stepOn(t *testing.T, w *Worker, device string, wl workloads.Workload) (Info, error) {
	t.Helper()
	const seed = 9007199254740993 // beyond what a double holds
	info, err := w.Prepare(t.Context(), device, wl, Options{Seed: seed, Threads: 1})
	if err != nil {
		return info, err
	}
	last, err := twoWindows(t.Context(), w)
	require.NoError(t, err, wl.Name())
	c := workloads.NewChecker(seed)
	points := c.Points(wl, 7)
	values, err := w.Verify(t.Context(), points)
	require.NoError(t, err, wl.Name())
	ratio, err := c.Ratio(wl, (last.Iters-1)%info.Sets, points, values)
	require.NoError(t, err, wl.Name())
	require.LessOrEqual(t, ratio, 1.0, wl.Name())
	t.Logf("%-60s error ratio %.3g, %d sets, %s", wl.Name(), ratio, info.Sets, info.Kernel)
	return info, nil
}

var torchLayers = []workloads.Layer{
	{Phase: workloads.Prefill, Tokens: 37, Norm: workloads.LayerNormPre, Act: workloads.GELUTanh, Attention: workloads.Causal, Bias: true},
	{Phase: workloads.Prefill, Tokens: 20, Context: 11, Norm: workloads.RMSNormPre, Act: workloads.SwiGLU, Attention: workloads.Causal, RopeTheta: 10000},
	{Phase: workloads.Prefill, Tokens: 24, Norm: workloads.RMSNormPre, Act: workloads.SwiGLU, Attention: workloads.Causal, RopeTheta: 500000, Bias: true},
	{Phase: workloads.Prefill, Tokens: 19, Norm: workloads.LayerNormPost, Act: workloads.GELUErf, Attention: workloads.Full, Bias: true},
	{Phase: workloads.Decode, Tokens: 1, Context: 40, Norm: workloads.LayerNormPre, Act: workloads.GELUTanh, Attention: workloads.Causal, Bias: true},
	{Phase: workloads.Decode, Tokens: 1, Context: 40, Norm: workloads.RMSNormPre, Act: workloads.SwiGLU, Attention: workloads.Causal, RopeTheta: 500000},
	{Phase: workloads.Decode, Tokens: 1, Context: 1, Norm: workloads.RMSNormPre, Act: workloads.GELUTanh, Attention: workloads.Causal},
}

// everyTorchStep drives all that the definition has, and returns what was refused.
func everyTorchStep(t *testing.T, python string, env ...string) (refused map[string]string) {
	w := startTorch(t, python, env...)
	cpu := torchCPU(t, w)
	refused = map[string]string{}
	step := func(key string, wl workloads.Workload) {
		if workloads.Computable(wl) != nil {
			return
		}
		info, err := stepOn(t, w, cpu.ID, wl)
		if errors.Is(err, ErrUnsupported) {
			refused[key] = err.Error()
			return
		}
		require.NoError(t, err, wl.Name())
		require.Equal(t, 1, info.Threads)
		require.NotEmpty(t, info.Libraries["torch"])
	}
	for _, d := range workloads.DTypes() {
		for i, f := range []workloads.Fill{workloads.Uniform, workloads.Normal, workloads.Integers, workloads.Zeros} {
			step("matmul "+string(d), workloads.Matmul{M: 48, N: 80, K: 112 << i, Type: d, Fill: f})
		}
		for i, l := range torchLayers {
			l.Model, l.Batch, l.Hidden, l.Heads, l.KVHeads, l.HeadDim, l.FFN, l.Eps, l.Type = workloads.Custom, 2, 96, 6, 2, 16, 128, 1e-5, d
			l.Fill = []workloads.Fill{workloads.Uniform, workloads.Normal}[i%2]
			step("layer "+string(d), l)
		}
	}
	return refused
}

// Debian's PyTorch 1.13, which has neither scaled_dot_product_attention nor products
// of narrow types: what it cannot do exactly is refused with the reason.
func TestTorchOfDebian(t *testing.T) {
	refused := everyTorchStep(t, parts.Python(t))
	for key := range refused {
		require.NotContains(t, []string{"matmul fp64", "matmul fp32", "matmul bf16", "layer fp32", "layer bf16"}, key)
	}
	for _, key := range []string{"matmul int8", "matmul fp16", "matmul tf32"} {
		if reason, asked := refused[key]; asked {
			require.Contains(t, reason, ": ", "the remedy")
		}
	}
	t.Log(refused)
}

// Another PyTorch of this machine, where one is named: the newest that can be had.
func TestTorchNamed(t *testing.T) {
	python := os.Getenv("JOULEMARK_TEST_TORCH")
	if python == "" {
		return // nothing was asked for; TestTorchOfDebian is what CI runs
	}
	t.Log(everyTorchStep(t, python))
	t.Log(everyTorchStep(t, python, "JOULEMARK_TORCH_COMPILE="+os.Getenv("JOULEMARK_TORCH_COMPILE")))
}

func TestTorchSaysTheVersionOfTheProgram(t *testing.T) {
	w := startTorch(t, parts.Python(t))
	require.Equal(t, Hello{Runner: "torch", Version: Entry{}.version(), Protocol: 1}, w.Hello())
	torchCPU(t, w)
	require.True(t, strings.HasPrefix(w.About().Version, "1.13"), w.About())
	require.Contains(t, w.About().Path, "torch")
}

// A Python without torch.
func TestTorchIsNotThere(t *testing.T) {
	empty := t.TempDir()
	python := filepath.Join(empty, "bin", "python3")
	require.NoError(t, os.MkdirAll(filepath.Dir(python), 0o755))
	require.NoError(t, os.WriteFile(python, []byte("#!/bin/sh\nexit 9\n"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(empty, "pyvenv.cfg"), []byte("home = /nowhere/bin\ninclude-system-site-packages = false\n"), 0o644))
	t.Setenv("PYTHONPATH", "")
	w := startTorch(t, empty)
	_, err := w.Devices(t.Context())
	require.ErrorIs(t, err, ErrUnavailable)
	require.EqualError(t, err, "unavailable: runner torch: "+python+" has no torch: "+python+" -m pip install torch")
	w = startTorch(t, filepath.Join(empty, "nothing"))
	_, err = w.Devices(t.Context())
	require.ErrorContains(t, err, "nothing is no Python: name an interpreter")
}
