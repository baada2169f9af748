package workloads

import "math"

// A runner is a way to compute one element of a product.
type runner func(a, b []float64) float64

// accumulate32 sums in fp32, one product after another: the honest runner that
// makes the most error. (The conversions keep the compiler from fusing.)
func accumulate32(a, b []float64) float64 {
	var sum float32
	for k := range a {
		sum = float32(sum + float32(float32(a[k])*float32(b[k])))
	}
	return float64(sum)
}

func accumulate64(a, b []float64) float64 {
	sum := 0.0
	for k := range a {
		sum += float64(a[k] * b[k])
	}
	return sum
}

// blocked sums eight interleaved parts in fp32, as a vector unit does.
func blocked(a, b []float64) float64 {
	var parts [8]float32
	for k := range a {
		parts[k%8] = float32(parts[k%8] + float32(float32(a[k])*float32(b[k])))
	}
	return float64((parts[0] + parts[1]) + (parts[2] + parts[3]) + ((parts[4] + parts[5]) + (parts[6] + parts[7])))
}

// accumulateIn rounds every sum to d.
func accumulateIn(d DType) runner {
	return func(a, b []float64) float64 {
		sum := 0.0
		for k := range a {
			sum = Round(d, sum+a[k]*b[k])
		}
		return sum
	}
}

// tensorCore adds `block` products a time to the sum, all aligned to the largest of
// them and cut off after `bits` bits, as Fasi et al. 2021 found in NVIDIA's units
// (24 to 26 bits) and the DeepSeek-V3 report for fp8 on Hopper (14).
func tensorCore(block, bits int) runner {
	cut := func(x, like float64) float64 {
		if like == 0 {
			return 0
		}
		e := math.Ilogb(like) - (bits - 1)
		return math.Ldexp(math.Trunc(math.Ldexp(x, -e)), e)
	}
	return func(a, b []float64) float64 {
		acc, terms := 0.0, make([]float64, 0, block+1)
		for k := 0; k < len(a); k += block {
			terms = append(terms[:0], acc)
			top := math.Abs(acc)
			for i := k; i < min(k+block, len(a)); i++ {
				terms = append(terms, a[i]*b[i])
				top = max(top, math.Abs(a[i]*b[i]))
			}
			sum := 0.0
			for _, t := range terms {
				sum += cut(t, top)
			}
			acc = cut(sum, sum)
		}
		return acc
	}
}

// narrowed computes with operands changed by f.
func narrowed(f func(float64) float64, r runner) runner {
	return func(a, b []float64) float64 {
		x, y := make([]float64, len(a)), make([]float64, len(b))
		for k := range a {
			x[k], y[k] = f(a[k]), f(b[k])
		}
		return r(x, y)
	}
}

func rounded(d DType) func(float64) float64 { return func(x float64) float64 { return Round(d, x) } }

// truncated keeps the upper bits of the fp32 pattern, as hardware that ignores
// the others does.
func truncated(bits int) func(float64) float64 {
	mask := ^uint32(0) << (32 - bits)
	return func(x float64) float64 { return float64(math.Float32frombits(math.Float32bits(float32(x)) & mask)) }
}

func then(d DType, r runner) runner {
	return func(a, b []float64) float64 { return Round(d, r(a, b)) }
}

func half(r runner) runner {
	return func(a, b []float64) float64 { return r(a[:len(a)/2], b[:len(b)/2]) }
}

// run computes the points of m by r, from operands of the given set; weights of
// int4 come times their scales.
func run(m Matmul, seed uint64, set int, points []int64, r runner) []float64 {
	ts := Tensors(m)
	a, b := ts[0], ts[1]
	row, column := make([]float64, m.K), make([]float64, m.K)
	out := make([]float64, len(points))
	for n, p := range points {
		i, j := uint64(p)/uint64(m.N), uint64(p)%uint64(m.N)
		for k := range row {
			row[k] = a.At(seed, set, i*uint64(m.K)+uint64(k))
			column[k] = b.At(seed, set, uint64(k)*uint64(m.N)+j)
			if m.Type == INT4 {
				column[k] *= ts[2].At(seed, set, uint64(k/128)*uint64(m.N)+j)
			}
		}
		out[n] = r(row, column)
	}
	return out
}
