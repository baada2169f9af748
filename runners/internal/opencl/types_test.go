package opencl

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"joulemark/workloads"
)

// Every pattern of fp16 and fp8, those below the normal numbers too, on devices that
// would flush them in fp32 and on those that do not.
func TestSmallFloatsWiden(t *testing.T) {
	if child, _ := inChild(t, pocl(t)...); !child {
		return
	}
	for _, denorms := range []bool{false, true} {
		d := device(t, false)
		d.denorms = denorms
		for _, dtype := range []workloads.DType{workloads.FP16, workloads.FP8E4M3, workloads.FP8E5M2} {
			widenAll(t, d, dtype)
		}
	}
}

// widenAll widens every pattern of a type, four at a time.
func widenAll(t *testing.T, d *Device, dtype workloads.DType) {
	t.Helper()
	patterns := 1 << (8 * dtype.StoredBytes(1))
	const test = "\n__kernel void widen(__global const stored *x, __global float *out) { const size_t i = get_global_id(0);" +
		"JOIN(vstore, V)(WIDEN(VN, LOAD(x + i * V)), i, out); }"
	var stored []byte
	for p := range patterns {
		stored = append(stored, byte(p))
		if dtype == workloads.FP16 {
			stored = append(stored, byte(p>>8))
		}
	}
	values := convert(t, d, dtype, "widen", test, stored, 4*patterns, patterns/4)
	for p := range patterns {
		want := workloads.FromBits(dtype, uint32(p))
		if got := workloads.FromBytes(workloads.FP32, values, int64(p)); want-want == 0 { // operands are finite
			require.Equal(t, want, got, "%s %#x, denorms %v", dtype, p, d.denorms)
		}
	}
}

// Results are rounded to nearest, ties to even, from either side of every tie.
func TestNarrowRoundsToNearestEven(t *testing.T) {
	if child, _ := inChild(t, pocl(t)...); !child {
		return
	}
	const test = "\n__kernel void store(__global const float *x, __global result *out) { const size_t i = get_global_id(0); out[i] = narrow(x[i]); }"
	for dtype, tie := range map[workloads.DType]uint32{workloads.BF16: 1 << 15, workloads.FP16: 1 << 12} {
		var in []byte
		for _, bits := range []uint32{math.Float32bits(1), math.Float32bits(-3.5), math.Float32bits(0.007)} {
			for n := range uint32(8) {
				for _, off := range []uint32{tie - 1, tie, tie + 1} {
					in = binary.LittleEndian.AppendUint32(in, bits&^(2*tie-1)+n*2*tie+off)
				}
			}
		}
		numbers := len(in) / 4
		out := convert(t, device(t, false), dtype, "store", test, in, 2*numbers, numbers)
		for i := range int64(numbers) {
			x := workloads.FromBytes(workloads.FP32, in, i)
			require.Equal(t, workloads.Round(dtype, x), workloads.FromBytes(dtype, out, i), "%s of %v", dtype, x)
		}
	}
}

// convert runs a kernel of one input and one output over items.
func convert(t *testing.T, d *Device, dtype workloads.DType, kernel, text string, in []byte, outBytes, items int) []byte {
	t.Helper()
	c, err := d.open()
	require.NoError(t, err)
	defer c.close()
	header, err := source("vectors", string(dtype))
	require.NoError(t, err)
	defs := []definition{{"V", 4}}
	if d.denorms {
		defs = append(defs, definition{"DENORMS", 1})
	}
	k, err := c.build(kernel, header+text, options(defs))
	require.NoError(t, err)
	from, err := c.buffer(int64(len(in)))
	require.NoError(t, err)
	to, err := c.buffer(int64(outBytes))
	require.NoError(t, err)
	require.NoError(t, c.write(from, 0, in))
	l, err := c.newLaunch(k, kernel, [3]int{items, 1, 1}, [3]int{}, memory(from), memory(to))
	require.NoError(t, err)
	require.NoError(t, l.enqueue(c, 0, 0))
	out := make([]byte, outBytes)
	require.NoError(t, c.read(to, 0, out))
	return out
}
