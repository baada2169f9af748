package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"joulemark/runners/internal/stablehlo"
	"joulemark/workloads"
)

// warmupS is how long both sides work before their window.
const warmupS = 0.3

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// cacheBytes is what both sides' operands must exceed twice; runners take the last
// level of this machine's caches, so that here it is said on the command line of
// the simplest loop by the same reading.
func cacheBytes() string {
	size, err := os.ReadFile("/sys/devices/system/cpu/cpu0/cache/index3/size")
	if err != nil {
		return "33554432"
	}
	kib, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(string(size)), "K"))
	if err != nil {
		return "33554432"
	}
	return strconv.Itoa(kib << 10)
}

// A pair is one library and workload: through Joulemark, and in its simplest loop.
type pair struct {
	library  string
	runner   string
	lib      string // for --lib of the worker
	workload workloads.Workload
	argv     []string // of the simplest loop
	env      []string
}

// simplest runs the simplest loop once in a process of its own.
func (p pair) simplest(ctx context.Context, s settings) (opS float64, err error) {
	c := exec.CommandContext(ctx, p.argv[0], p.argv[1:]...)
	c.Env = append(os.Environ(), p.env...)
	var out, told bytes.Buffer
	c.Stdout, c.Stderr = &out, &told
	if err := c.Run(); err != nil {
		return 0, fmt.Errorf("%s: %w: %s", strings.Join(p.argv, " "), err, told.String())
	}
	var answer struct {
		OpsPerS float64 `json:"ops_per_s"`
	}
	if err := json.Unmarshal(out.Bytes(), &answer); err != nil || answer.OpsPerS <= 0 {
		return 0, fmt.Errorf("%s printed %q", p.argv[0], out.String())
	}
	return answer.OpsPerS, nil
}

// A bench builds the simplest loops and knows where the libraries lie.
type bench struct {
	settings
	source string // folder of the simplest loops
	build  string // where the loops are built
	venv   string
	pairs  []pair
}

func pairs(s settings) ([]pair, error) {
	_, file, _, _ := runtime.Caller(0)
	build, err := os.MkdirTemp("", "joulemark-peers")
	if err != nil {
		return nil, err
	}
	b := &bench{settings: s, source: filepath.Join(filepath.Dir(file), "simplest"), build: build, venv: filepath.Join(partsFolder(s.parts), "venv")}
	for name, add := range map[string]func() error{"onednn": b.onednn, "openblas": b.openblas, "xla": b.xla, "torch": b.torch} {
		if s.only != "" && s.only != name {
			continue
		}
		if err := add(); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	if len(b.pairs) == 0 {
		return nil, fmt.Errorf("no library %q: take onednn, openblas, xla or torch", s.only)
	}
	return b.pairs, nil
}

func partsFolder(named string) string {
	if named != "" {
		return named
	}
	if dir := os.Getenv("JOULEMARK_PARTS"); dir != "" {
		return dir
	}
	cache, _ := os.UserCacheDir() // "" is told as a file that is missing
	return filepath.Join(cache, "joulemark", "parts")
}

// compile builds a simplest loop in C and gives its path.
func (b *bench) compile(name string, flags ...string) (string, error) {
	program := filepath.Join(b.build, name)
	args := append([]string{"-O2", "-o", program, filepath.Join(b.source, name+".c"), "-ldl"}, flags...)
	if out, err := exec.Command("gcc", args...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("gcc: %w: %s", err, out)
	}
	return program, nil
}

// wheel is a file below the environment of the parts.
func (b *bench) wheel(pattern string) (string, error) {
	found, _ := filepath.Glob(filepath.Join(b.venv, pattern))
	if len(found) == 0 {
		return "", fmt.Errorf("%s is not in %s: run .ci/parts", pattern, b.venv)
	}
	return found[0], nil
}

func square(d workloads.DType, n int) workloads.Matmul {
	return workloads.Matmul{M: n, N: n, K: n, Type: d}.WithDefaults()
}

// layer is the layer of suite peers.
func layer(d workloads.DType) workloads.Layer {
	return workloads.Layer{Model: workloads.Custom, Phase: workloads.Prefill, Batch: 4, Tokens: 512, Hidden: 1024, Heads: 16, KVHeads: 16, HeadDim: 64, FFN: 4096,
		Norm: workloads.LayerNormPre, Act: workloads.GELUTanh, Attention: workloads.Full, Eps: 1e-5, Type: d}.WithDefaults()
}

func (b *bench) ompThreads() []string {
	n := fmt.Sprint(b.threads)
	return []string{"OMP_NUM_THREADS=" + n, "OPENBLAS_NUM_THREADS=" + n}
}

func (b *bench) onednn() error {
	lib, err := b.wheel("lib/libdnnl.so.3")
	if err != nil {
		return err
	}
	program, err := b.compile("onednn")
	if err != nil {
		return err
	}
	for _, d := range []workloads.DType{workloads.FP32, workloads.BF16, workloads.INT8} {
		for _, n := range []int{1024, 2048} {
			b.pairs = append(b.pairs, pair{"oneDNN", "onednn", lib, square(d, n),
				[]string{program, lib, string(d), fmt.Sprint(n), fmt.Sprint(b.seconds), cacheBytes()}, b.ompThreads()})
		}
	}
	return nil
}

func (b *bench) openblas() error {
	lib, err := b.wheel("lib/python3*/site-packages/scipy_openblas32/lib/libscipy_openblas.so")
	if err != nil {
		return err
	}
	program, err := b.compile("openblas")
	if err != nil {
		return err
	}
	for _, d := range []workloads.DType{workloads.FP32, workloads.FP64} {
		for _, n := range []int{1024, 2048} {
			b.pairs = append(b.pairs, pair{"OpenBLAS", "blas", lib, square(d, n),
				[]string{program, lib, string(d), fmt.Sprint(n), fmt.Sprint(b.seconds), cacheBytes()}, b.ompThreads()})
		}
	}
	return nil
}

// xla's simplest loop runs the same program text: what is compared is the driving
// of the plugin, not the program.
func (b *bench) xla() error {
	lib, err := b.wheel("lib/python3*/site-packages/lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so")
	header, err2 := b.wheel("lib/python3*/site-packages/xla_plugins/xla_cpu_pjrt/include/pjrt_c_api.h")
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	program, err := b.compile("xla", "-I"+filepath.Dir(header))
	if err != nil {
		return err
	}
	for _, w := range []workloads.Workload{square(workloads.FP32, 1024), square(workloads.FP32, 2048), square(workloads.BF16, 1024), square(workloads.BF16, 2048), layer(workloads.FP32), layer(workloads.BF16)} {
		argv, err := b.xlaLoop(program, lib, w)
		if err != nil {
			return err
		}
		b.pairs = append(b.pairs, pair{"XLA CPU", "pjrt", lib, w, argv, nil})
	}
	return nil
}

func (b *bench) xlaLoop(program, lib string, w workloads.Workload) ([]string, error) {
	var p stablehlo.Program
	var err error
	switch w := w.(type) {
	case workloads.Matmul:
		p, err = stablehlo.Matmul(w)
	case workloads.Layer:
		p, err = stablehlo.Layer(w)
	}
	if err != nil {
		return nil, err
	}
	text := filepath.Join(b.build, fmt.Sprintf("%d.mlir", len(b.pairs)))
	if err := os.WriteFile(text, []byte(p.Text), 0o600); err != nil {
		return nil, err
	}
	argv := []string{"taskset", "-c", fmt.Sprintf("0-%d", b.threads-1), program, lib, text, fmt.Sprint(b.seconds), cacheBytes(), fmt.Sprint(w.Ops())}
	for _, t := range p.Inputs {
		dims := strings.Trim(strings.Join(strings.Fields(fmt.Sprint(t.Shape)), "x"), "[]")
		argv = append(argv, map[workloads.DType]string{workloads.FP32: "f32", workloads.BF16: "bf16"}[t.Type]+":"+dims)
	}
	return argv, nil
}

func (b *bench) torch() error {
	python, err := b.wheel("bin/python")
	if err != nil {
		return err
	}
	script := filepath.Join(b.source, "torch.py")
	args := func(what ...string) []string {
		return append(append([]string{python, script}, what...), fmt.Sprint(b.seconds), fmt.Sprint(b.threads), cacheBytes())
	}
	for _, d := range []workloads.DType{workloads.FP32, workloads.FP64} {
		for _, n := range []int{1024, 2048} {
			b.pairs = append(b.pairs, pair{"torch", "torch", python, square(d, n), args(string(d), fmt.Sprint(n)), b.ompThreads()})
		}
	}
	b.pairs = append(b.pairs, pair{"torch", "torch", python, layer(workloads.FP32), args(string(workloads.FP32), "layer"), b.ompThreads()})
	return nil
}
