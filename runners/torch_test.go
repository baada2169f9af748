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
func everyTorchStep(t *testing.T, python string) (refused map[string]string) {
	t.Helper()
	w := startTorch(t, python)
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
	if reason, refusedToo := refused["matmul bf16"]; refusedToo { // where oneDNN has no bf16 for the processor
		require.Contains(t, reason, "in a narrower type than is defined")
		delete(refused, "matmul bf16")
	}
	for key := range refused {
		require.Contains(t, []string{"matmul fp16", "matmul fp8_e4m3", "matmul fp8_e5m2", "matmul int8", "matmul int4", "layer int8"}, key)
	}
	require.Len(t, refused, 6)
	require.Equal(t, "unsupported: runner torch: int8: torch 1.13.0a0 has no torch._int_mm: install a newer torch, or choose one of fp64, fp32, bf16", refused["matmul int8"])
	require.Equal(t, `unsupported: runner torch: "addmm_impl_cpu_" not implemented for 'Half': choose another type or a newer torch`, refused["matmul fp16"])
}

// The kernel names the library that multiplies: this torch has no products of fp16,
// so that a layer of it runs in fp32 and oneDNN has no part in it.
func TestTorchNamesWhatMultiplies(t *testing.T) {
	w := startTorch(t, parts.Python(t))
	l := torchLayers[5]
	l.Model, l.Batch, l.Hidden, l.Heads, l.KVHeads, l.HeadDim, l.FFN, l.Eps = workloads.Custom, 2, 96, 6, 2, 16, 128, 1e-5
	l.Type = workloads.FP32
	wide, err := stepOn(t, w, torchCPU(t, w).ID, l)
	require.NoError(t, err)
	_, blas, _ := strings.Cut(wide.Kernel, "in fp32; ")
	require.NotEmpty(t, blas)
	l.Type = workloads.FP16
	half, err := stepOn(t, w, torchCPU(t, w).ID, l)
	require.NoError(t, err)
	require.Contains(t, half.Kernel, "torch.addmm in fp32 on operands of 16 bits")
	require.True(t, strings.HasSuffix(half.Kernel, blas), half.Kernel)
}

func TestTorchSaysTheVersionOfTheProgram(t *testing.T) {
	w := startTorch(t, parts.Python(t))
	require.Equal(t, Hello{Runner: "torch", Version: Entry{}.version(), Protocol: 1}, w.Hello())
	torchCPU(t, w)
	require.True(t, strings.HasPrefix(w.About().Version, "1.13"), w.About())
	require.Contains(t, w.About().Path, "torch")
}

// What cannot be forced is not measured as if it had been, and threads that the
// machine does not have are not claimed.
func TestTorchClaimsNoInstructionSetAndNoThreadsThatItHasNot(t *testing.T) {
	w := startTorch(t, parts.Python(t))
	d := torchCPU(t, w).ID
	work := workloads.Matmul{M: 64, N: 64, K: 64, Type: workloads.FP32}
	_, err := w.Prepare(t.Context(), d, work, Options{Seed: 1, ISA: "avx2"})
	require.ErrorIs(t, err, ErrUnsupported)
	info, err := w.Prepare(t.Context(), d, work, Options{Seed: 1, Threads: 9999})
	require.NoError(t, err)
	require.Less(t, info.Threads, 9999)
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
	for _, named := range []string{filepath.Join(empty, "libtorch.so"), filepath.Dir(empty)} {
		require.NoError(t, os.WriteFile(filepath.Join(empty, "libtorch.so"), nil, 0o755))
		_, err := torchPython(Setup{Lib: named})
		require.ErrorContains(t, err, "is no Python: name an interpreter")
	}
}

// stubTorch is a folder for PYTHONPATH whose torch is that text.
func stubTorch(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "torch"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "torch", "__init__.py"), []byte(text), 0o644))
	return dir
}

// A torch that is there and does not load.
func TestTorchThatIsBroken(t *testing.T) {
	stub := stubTorch(t, `raise ImportError("libtorch_cpu.so: cannot open shared object file")`)
	w := startTorch(t, python(t), "PYTHONPATH="+stub)
	_, err := w.Devices(t.Context())
	require.ErrorIs(t, err, ErrUnavailable)
	require.ErrorContains(t, err, "cannot import torch (libtorch_cpu.so: cannot open shared object file): ")
	require.ErrorContains(t, err, "-m pip install torch")
	_, err = w.Devices(t.Context())
	require.ErrorIs(t, err, ErrUnavailable, "the worker lives on")
}

// Cards are matched by what they say of themselves, whatever their order: two of one
// name that torch counts against the order of their addresses, and others that have
// only a UUID, or nothing.
func TestTorchMatchesDevicesByAddress(t *testing.T) {
	stub := stubTorch(t, `
import os
from types import SimpleNamespace as N
__version__ = "9.9"
version = N(hip=os.environ.get("STUB_HIP"), cuda="13.0")
backends = N()
__config__ = N(show=lambda: "")
device = lambda kind, i=0: N(type=kind, index=i)
is_inference_mode_enabled = lambda: True
def kind(*all):
    return N(is_available=lambda: True, device_count=lambda: len(all), get_device_properties=lambda i: all[i])
card = lambda bus: N(name="Card", total_memory=1 << 40, pci_domain_id=0, pci_bus_id=bus, pci_device_id=0, uuid="u")
cuda = kind(card(0xc1), card(0x41))
xpu = kind(N(name="Arc", total_memory=5, uuid="8680-1"), N(name="Old", total_memory=6))
`)
	w := startTorch(t, python(t), "PYTHONPATH="+stub)
	devices, err := w.Devices(t.Context())
	require.NoError(t, err)
	require.Len(t, devices, 5)
	require.Equal(t, []Device{
		{ID: "cuda:0", Name: "Card", Kind: "accelerator", Match: "0000:c1:00.0", MemoryBytes: 1 << 40},
		{ID: "cuda:1", Name: "Card", Kind: "accelerator", Match: "0000:41:00.0", MemoryBytes: 1 << 40},
		{ID: "xpu:0", Name: "Arc", Kind: "accelerator", Match: "8680-1", MemoryBytes: 5},
		{ID: "xpu:1", Name: "Old", Kind: "accelerator", MemoryBytes: 6},
	}, devices[:4])
	require.Equal(t, "cpu", devices[4].Match)
	w = startTorch(t, python(t), "PYTHONPATH="+stub, "STUB_HIP=6.2")
	devices, err = w.Devices(t.Context())
	require.NoError(t, err)
	require.Equal(t, "hip:1", devices[1].ID)
}

// Memory is planned before any is taken, and the worker lives on.
func TestTorchPlansMemory(t *testing.T) {
	w := startTorch(t, parts.Python(t))
	_, err := stepOn(t, w, "cpu", workloads.Matmul{M: 1000000, N: 1000000, K: 1000000, Type: workloads.FP64})
	require.ErrorIs(t, err, ErrUnsupported)
	require.Regexp(t, `needs .* GiB, .* GiB free: take a smaller workload`, err.Error())
	_, err = stepOn(t, w, "cpu", small)
	require.NoError(t, err)
	_, err = stepOn(t, w, "cuda:77", small)
	require.ErrorIs(t, err, ErrUnavailable)
}

// What the program carries is written once and mended where it was changed.
func TestExternalFilesAreUnpacked(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir()) // for systems that have no such variable
	dir, err := unpackExternal()
	require.NoError(t, err)
	main := filepath.Join(dir, torchMain)
	first, err := os.Stat(main)
	require.NoError(t, err)
	again, err := unpackExternal()
	require.NoError(t, err)
	require.Equal(t, dir, again)
	second, err := os.Stat(main)
	require.NoError(t, err)
	require.True(t, os.SameFile(first, second))
	require.NoError(t, os.WriteFile(main, []byte("import evil"), 0o600))
	_, err = unpackExternal()
	require.NoError(t, err)
	content, err := os.ReadFile(main)
	require.NoError(t, err)
	require.Contains(t, string(content), "wire.serve")
	t.Setenv("XDG_CACHE_HOME", filepath.Join(main, "no folder"))
	t.Setenv("HOME", filepath.Join(main, "no folder"))
	t.Setenv("TMPDIR", t.TempDir())
	dir, err = unpackExternal()
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(dir, torchMain))
}
