package opencl

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"joulemark/runners/internal/parts"
	"joulemark/workloads"
)

// More launches than may wait at once, over many sets in several buffers: the
// output is that of the last.
func TestManyLaunches(t *testing.T) {
	if child, _ := inChild(t, pocl(t)...); !child {
		return
	}
	d := device(t, false)
	d.MaxAllocBytes = 9000 // a set or a few in each buffer, whatever layout the tuning chooses
	w := workloads.Matmul{M: 17, N: 9, K: 33, Type: workloads.FP32}.WithDefaults()
	plan, err := d.Plan(w)
	require.NoError(t, err)
	const sets = 7
	task, err := plan.Prepare(Options{Seed: 5, Sets: sets})
	require.NoError(t, err)
	for range 5 * inFlight {
		require.NoError(t, task.Launch(0))
	}
	verify(t, task, w, 5, sets, w.Name())
	garbage := testing.AllocsPerRun(inFlight, func() { require.NoError(t, task.Launch(3)) })
	require.True(t, garbage == 0 || parts.RaceDetector, "garbage in the timed loop: %g allocations", garbage)
	_, err = task.Values([]int64{17 * 9})
	require.ErrorContains(t, err, "there are 0…152")
	require.Contains(t, task.Kernel(), "panels")
	require.Positive(t, task.Bytes())
	require.NoError(t, task.Close())
	require.Zero(t, task.context.bytes, "everything is given back")
}

// An operand larger than the stage that takes it to the device.
func TestLargeOperand(t *testing.T) {
	if child, _ := inChild(t, pocl(t)...); !child {
		return
	}
	d := device(t, false)
	w := workloads.Matmul{M: 2, N: 2950, K: 3001, Type: workloads.FP32}.WithDefaults()
	require.Greater(t, 4*w.N*w.K, stageBytes)
	multiply(t, d, w, forCPU(d, w.Type, w.M)[0])
	multiply(t, d, w, forGPU(w.M)[0])
}

// On a processor B lies in panels, packed before; where it must be row-major nothing
// but CLBlast reads it, which is no match for so small a product.
func TestPacking(t *testing.T) {
	if child, _ := inChild(t, pocl(t)...); !child {
		return
	}
	c, err := device(t, false).open()
	require.NoError(t, err)
	defer c.close()
	w := workloads.Matmul{M: 20, N: 30, K: 40, Type: workloads.FP32, Pack: workloads.PackPrepare}.WithDefaults()
	panels, tiles := choice{variant: forCPU(c.Device, w.Type, w.M)[0]}, choice{variant: forGPU(w.M)[0]}
	m := &matmul{Matmul: w, context: c}
	require.NoError(t, m.choose(panels))
	require.Positive(t, m.variant.panel())
	require.ErrorContains(t, m.choose(tiles), "read B row-major, so choose pack=call")
	m.Pack = workloads.PackCall
	require.NoError(t, m.choose(tiles))
	require.Zero(t, m.variant.panel())
	require.ErrorIs(t, m.choose(panels), ErrUnsupported)
	m.Pack = workloads.PackAny
	require.NoError(t, m.choose(panels))
	require.NoError(t, m.choose(tiles))
}

func TestCLBlast(t *testing.T) {
	parts.Debian(t, "libclblast.so.1")
	if child, _ := inChild(t, pocl(t)...); !child {
		return
	}
	d := device(t, false)
	blas := d.library.blas()
	require.NotNil(t, blas)
	require.Regexp(t, `^1\.\d`, blas.version)
	for _, dtype := range blasTypes[:2] {
		w := workloads.Matmul{M: 35, N: 66, K: 40, Type: dtype}.WithDefaults()
		c, err := d.open()
		require.NoError(t, err)
		m := &matmul{Matmul: w, context: c, blas: blas, outBytes: 35 * 66 * 8}
		m.a, m.b, m.scale = matmulOperands(w, variant{})
		task, err := m.prepare(Options{Seed: 5, Sets: 2})
		require.NoError(t, err)
		require.Contains(t, task.Kernel(), "CLBlast "+blas.version)
		for range 2 * inFlight {
			require.NoError(t, task.Launch(0))
		}
		verify(t, task, w, 5, 2, w.Name())
		require.NoError(t, task.Close())
	}
	s := shape{128, 128, 128}
	for own, want := range map[float64]bool{1: true, 1e18: false} { // operations a second
		c, err := d.open()
		require.NoError(t, err)
		d.blasWins = map[tuning]bool{}
		require.Equal(t, want, c.blasFor(workloads.FP32, s, choice{opsS: own}) != nil)
		require.Nil(t, c.blasFor(workloads.FP32, s, choice{compile: blasPatience}), "too slow a compiler")
		require.Nil(t, c.blasFor(workloads.BF16, s, choice{opsS: 1}))
		require.Nil(t, c.blasFor(workloads.FP32, shape{64, 64, 64}, choice{opsS: 1}), "not worth the wait")
		c.close()
	}
}

func TestKernelThatDoesNotCompile(t *testing.T) {
	if child, _ := inChild(t, pocl(t)...); !child {
		return
	}
	c, err := device(t, false).open()
	require.NoError(t, err)
	defer c.close()
	_, err = c.build("wrong", "__kernel void wrong(__global int *x) { *x = missing; }", "")
	require.ErrorContains(t, err, "kernel wrong was not compiled")
	require.ErrorContains(t, err, "undeclared identifier 'missing'")
	require.ErrorContains(t, err, ": update the driver")
	_, err = c.build("other", "__kernel void wrong(__global int *x) { *x = 1; }", "")
	require.ErrorContains(t, err, "clCreateKernel other")
}

func TestLoadErrors(t *testing.T) {
	_, err := Load(filepath.Join(t.TempDir(), "libOpenCL.so.1"))
	require.ErrorContains(t, err, "not found")
	text := filepath.Join(t.TempDir(), "text.so")
	require.NoError(t, os.WriteFile(text, []byte("no library"), 0o644))
	_, err = Load(text)
	require.ErrorContains(t, err, "no shared library")
}

func TestIsDriver(t *testing.T) {
	require.True(t, IsDriver(parts.Debian(t, "libpocl.so.2")))
	require.True(t, IsDriver(parts.Debian(t, "liboclgrind-rt-icd.so")))
	require.True(t, IsDriver(t.TempDir()))
	require.True(t, IsDriver("some.icd"))
	require.False(t, IsDriver(parts.Debian(t, "libOpenCL.so.1")))
	require.False(t, IsDriver("/nonexistent.so"))
}

func TestStatusTexts(t *testing.T) {
	require.NoError(t, check("clFinish", 0))
	require.EqualError(t, check("clCreateBuffer", -5), "clCreateBuffer: CL_OUT_OF_RESOURCES: take a smaller workload, or see the driver's log")
	require.ErrorContains(t, check("clFinish", -9999), "OpenCL error -9999")
}
