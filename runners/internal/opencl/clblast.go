package opencl

import (
	"os"
	"regexp"
	"runtime"
	"slices"
	"time"

	"joulemark/runners/internal/dl"
	"joulemark/workloads"
)

// Constants of clblast_c.h of CLBlast 1.5.
const (
	blasRowMajor = 101
	blasAsIs     = 111
)

// clblast is the tuned BLAS for OpenCL. Its half-precision product sums in fp16,
// which is not what a matmul in fp16 means here, so that only two are used.
type clblast struct {
	version string
	sgemm   func(layout, transA, transB int32, m, n, k uintptr, alpha float32, a, a0, lda, b, b0, ldb uintptr, beta float32, c, c0, ldc uintptr, queue *uintptr, event uintptr) int32
	dgemm   func(layout, transA, transB int32, m, n, k uintptr, alpha float64, a, a0, lda, b, b0, ldb uintptr, beta float64, c, c0, ldc uintptr, queue *uintptr, event uintptr) int32
}

// loadCLBlast finds it, nil where it is not there or not usable. It calls the
// system's loader, so that it is left alone where another one was named.
func (l *Library) loadCLBlast() *clblast {
	if !slices.Contains(Loaders(), l.Path) {
		return nil
	}
	names := []string{"libclblast.so.1", "libclblast.so"}
	if runtime.GOOS == "darwin" {
		names = []string{"libclblast.dylib", "/opt/homebrew/lib/libclblast.dylib", "/usr/local/lib/libclblast.dylib"}
	}
	shared, err := dl.Open(names...)
	if err != nil {
		return nil
	}
	b := &clblast{version: mappedVersion()}
	if shared.Bind(map[string]any{"CLBlastSgemm": &b.sgemm, "CLBlastDgemm": &b.dgemm}) != nil {
		return nil
	}
	return b
}

var clblastFile = regexp.MustCompile(`libclblast\.so\.([0-9.]+)`)

// mappedVersion is that of the file that was loaded: CLBlast has no call for it.
func mappedVersion() string {
	maps, _ := os.ReadFile("/proc/self/maps")
	if found := clblastFile.FindSubmatch(maps); found != nil {
		return string(found[1])
	}
	return "unknown"
}

// gemm is the step out = a b by CLBlast; a and b are row-major.
func (c *context) gemm(b *clblast, t workloads.DType, s shape, left, right *operand, out memory) step {
	m, n, k := uintptr(s.rows), uintptr(s.columns), uintptr(s.depth)
	return func(f *flow, set int) error {
		x, x0 := left.at(set)
		y, y0 := right.at(set)
		return f.enqueue(func(event uintptr) error {
			var code int32
			if t == workloads.FP64 {
				code = b.dgemm(blasRowMajor, blasAsIs, blasAsIs, m, n, k, 1, uintptr(x), uintptr(x0), k, uintptr(y), uintptr(y0), n, 0, uintptr(out), 0, n, &c.queue, event)
			} else {
				code = b.sgemm(blasRowMajor, blasAsIs, blasAsIs, m, n, k, 1, uintptr(x), uintptr(x0), k, uintptr(y), uintptr(y0), n, 0, uintptr(out), 0, n, &c.queue, event)
			}
			return check("CLBlast", code)
		})
	}
}

const (
	// blasCompile is how much longer CLBlast's first call takes than the compilation
	// of one kernel here: it compiles a dozen larger ones (7.8 s beside 0.35 s on PoCL).
	blasCompile = 22
	// blasPatience bounds that call, which cannot be stopped.
	blasPatience = 30 * time.Second
	// blasLeastOps is the smallest product that such a call is worth.
	blasLeastOps = 1 << 22
)

// blasFor is CLBlast where it computes that type and beats the kernel that tuning
// found, else nil. It is not tried where it would compile for too long, or for little; what is
// wrong with it is no reason to fail, since a kernel of our own runs.
func (c *context) blasFor(t workloads.DType, full shape, own choice) *clblast {
	b := c.library.blas()
	if b == nil || !slices.Contains(blasTypes, t) || blasCompile*own.compile > blasPatience || full.ops() < blasLeastOps {
		return nil
	}
	key := tuning{t, c.tuneShape(full)}
	wins, known := c.blasWins[key]
	if !known {
		opsS, err := c.tryBLAS(b, t, key.shape)
		wins = err == nil && opsS > own.opsS
		c.blasWins[key] = wins
	}
	if !wins {
		return nil
	}
	return b
}

var blasTypes = []workloads.DType{workloads.FP32, workloads.TF32, workloads.FP64}

func (c *context) tryBLAS(b *clblast, t workloads.DType, s shape) (opsS float64, err error) {
	defer c.closeTo(c.mark())
	left, right, _ := matmulOperands(workloads.Matmul{M: s.rows, N: s.columns, K: s.depth, Type: t}, variant{})
	for _, o := range []*operand{left, right} {
		if err := o.zero(c); err != nil {
			return 0, err
		}
	}
	out, err := c.buffer(int64(s.rows) * int64(s.columns) * int64(sumBytes(t)))
	if err != nil {
		return 0, err
	}
	f, one := newFlow(c), c.gemm(b, t, s, left, right, memory(out))
	seconds, err := timeLaunches(func() error { return one(f, 0) }, f.finish)
	return s.ops() / seconds, err
}
