package workloads

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

//go:embed testdata/generator_vectors.csv
var vectors []byte

// The first outputs of SplitMix64 from state 1234567, as published with many
// implementations of it (Rosetta Code, "Pseudo-random numbers/Splitmix64").
func TestWordIsSplitMix64(t *testing.T) {
	for i, want := range []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821} {
		require.Equal(t, want, key(1234567).word(uint64(i)))
	}
}

type vector struct {
	seed   uint64
	set    int
	index  uint64
	tensor Tensor
	value  float64
	bits   string
	line   string
}

func readVectors(t *testing.T) (list []vector) {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(vectors)).ReadAll()
	require.NoError(t, err)
	number := func(s string) uint64 {
		n, err := strconv.ParseUint(s, 10, 64)
		require.NoError(t, err)
		return n
	}
	for i, r := range rows[1:] {
		shift, err := strconv.Atoi(r[6])
		require.NoError(t, err)
		value, err := strconv.ParseFloat(r[8], 64)
		require.NoError(t, err)
		list = append(list, vector{
			seed: number(r[0]), set: int(number(r[1])), index: number(r[3]),
			tensor: Tensor{Index: int(number(r[2])), Fill: Fill(r[4]), Type: DType(r[5]), Shift: shift, Offset: float64(number(r[7]))},
			value:  value, bits: r[9], line: fmt.Sprintf("line %d", i+2),
		})
	}
	return list
}

func storedBits(d DType, x float64) string {
	switch d {
	case FP64:
		return fmt.Sprintf("%016x", math.Float64bits(x))
	case FP32, TF32:
		return fmt.Sprintf("%08x", math.Float32bits(float32(x)))
	case FP16, BF16:
		return fmt.Sprintf("%04x", Bits(d, x))
	case FP8E4M3, FP8E5M2:
		return fmt.Sprintf("%02x", Bits(d, x))
	}
	return fmt.Sprintf("%02x", uint8(int8(x)))
}

func TestVectorsMadeInAnotherLanguage(t *testing.T) {
	list := readVectors(t)
	require.GreaterOrEqual(t, len(list), 60)
	for _, v := range list {
		got := v.tensor.At(v.seed, v.set, v.index)
		require.Equal(t, v.value, got, v.line)
		require.Equal(t, v.bits, storedBits(v.tensor.Type, got), v.line)
	}
}

func TestPythonAgreesWithTheVectors(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil && os.Getenv("JOULEMARK_CI") != "1" {
		t.Skip("no python3 here to derive the vectors once more; TestVectorsMadeInAnotherLanguage checks them all the same")
	}
	require.NoError(t, err)
	check := exec.Command(python, "testdata/generator.py", "--check")
	check.Stdin = bytes.NewReader(vectors)
	out, err := check.CombinedOutput()
	require.NoError(t, err, string(out))
	made, err := exec.Command(python, "testdata/generator.py").Output()
	require.NoError(t, err)
	require.Equal(t, string(made), string(vectors), "testdata/generator_vectors.csv is not what generator.py prints")
}

// Every way to fill must give what At gives, from any offset and in any pieces.
func TestFillsAgree(t *testing.T) {
	const from, n = 1<<33 + 5, piece + 44
	for _, fill := range []Fill{Uniform, Normal, Zeros, Integers} {
		for _, d := range operandTypes() {
			for _, law := range []Tensor{{Shift: 0}, {Shift: 5}, {Shift: -1}, {Shift: 3, Offset: 1}} {
				x := Tensor{Index: 3, Type: d, Fill: fill, Shift: law.Shift, Offset: law.Offset}
				t.Run(fmt.Sprintf("%s %s %d %v", fill, d, law.Shift, law.Offset), func(t *testing.T) { requireFills(t, x, from, n) })
			}
		}
	}
}

func requireFills(t *testing.T, x Tensor, from uint64, n int) {
	t.Helper()
	f64, again, f32 := make([]float64, n), make([]float64, n), make([]float32, n)
	x.Values(9, 2, f64, from)
	x.FillF64(9, 2, again[:7], from)
	x.FillF64(9, 2, again[7:], from+7)
	require.Equal(t, f64, again)
	if x.Type != FP64 {
		x.FillF32(9, 2, f32, from)
	}
	u16, i8 := make([]uint16, n), make([]int8, n)
	switch x.Type {
	case FP16:
		x.FillFP16(9, 2, u16, from)
	case BF16:
		x.FillBF16(9, 2, u16, from)
	case INT8, INT4:
		x.FillI8(9, 2, i8, from)
	}
	for i, v := range f64 {
		require.Equal(t, x.At(9, 2, from+uint64(i)), v)
		require.Equal(t, Round(x.Type, v), v, "not a value of the type")
		require.True(t, x.Type == FP64 || float64(f32[i]) == v)
		require.True(t, x.Type != FP16 && x.Type != BF16 || FromBits(x.Type, uint32(u16[i])) == v)
		require.True(t, !x.Type.Integer() || float64(i8[i]) == v)
	}
}

func TestMomentsAndRanges(t *testing.T) {
	for _, c := range []struct {
		fill            Fill
		d               DType
		variance        float64
		lowest, highest float64
	}{
		{Uniform, FP64, 1.0 / 3, -1, 1}, {Uniform, BF16, 1.0 / 3, -1, 1}, {Uniform, INT8, (255*255 - 1) / 12.0, -127, 127},
		{Uniform, FP16, 1.0 / 3, -1, 1}, {Uniform, TF32, 1.0 / 3, -1, 1}, {Uniform, FP8E4M3, 1.0 / 3, -1, 1}, {Uniform, FP8E5M2, 1.0 / 3, -1, 1},
		{Uniform, INT4, (15*15 - 1) / 12.0, -7, 7}, {Normal, INT4, 2*2 + 1.0/12, -7, 7},
		{Normal, FP64, 1, -6, 6}, {Normal, INT8, 32*32 + 1.0/12, -127, 127},
		{Integers, FP32, 80.0 / 12, -4, 4}, {Integers, INT8, 80.0 / 12, -4, 4}, {Integers, INT4, 80.0 / 12, -4, 4}, {Integers, FP8E5M2, 80.0 / 12, -4, 4}, {Zeros, FP32, 0, 0, 0}, {Zeros, INT8, 0, 0, 0},
	} {
		t.Run(fmt.Sprint(c.fill, c.d), func(t *testing.T) {
			const n = 1 << 16
			v := make([]float64, n)
			Tensor{Type: c.d, Fill: c.fill}.Values(1, 0, v, 0)
			sum, squares := 0.0, 0.0
			require.True(t, slices.Min(v) >= c.lowest && slices.Max(v) <= c.highest)
			for _, x := range v {
				sum, squares = sum+x, squares+x*x
			}
			deviation := math.Sqrt(c.variance)
			require.InDelta(t, 0, sum/n, 5*deviation/math.Sqrt(n), "mean")
			require.InDelta(t, c.variance, squares/n, 5*2*c.variance/math.Sqrt(n), "variance")
		})
	}
}

// Neither seed, set, tensor nor index may be blind: changing one changes values
// without any correlation to the old ones.
func TestStreamsAreApart(t *testing.T) {
	const n = 1 << 14
	fill := func(seed uint64, set, tensor int, from uint64) []float64 {
		v := make([]float64, n)
		Tensor{Index: tensor, Type: FP64, Fill: Uniform}.Values(seed, set, v, from)
		return v
	}
	base := fill(5, 1, 1, 0)
	for name, other := range map[string][]float64{
		"seed": fill(6, 1, 1, 0), "set": fill(5, 2, 1, 0), "tensor": fill(5, 1, 2, 0), "index": fill(5, 1, 1, n),
		"seed and set swapped": fill(1, 5, 1, 0), "set and tensor": fill(5, 0, 2, 0), "next element": fill(5, 1, 1, 1),
	} {
		product := 0.0
		for i, x := range base {
			product += x * other[i]
		}
		require.InDelta(t, 0, product/n*3, 5/math.Sqrt(n), name)
	}
}
