package workloads

import "math"

// A dot is the float64 view of one element of a matmul's result.
type dot struct {
	value float64 // sum of a_k b_k, as if in about 106 bits, rounded once
	norm2 float64 // ||a∘b||2: square root of the sum of (a_k b_k)²
}

// dotAt computes element (i, j) of m's result from the operands as stored.
//
// The sum is compensated (Dot2: Ogita, Rump, Oishi, Accurate sum and dot product,
// SIAM J. Sci. Comput. 26, 2005), because for fp64 operands a plain float64 loop
// would have as much error as what it judges. Integer products are exact in it
// anyway.
func (m Matmul) dotAt(seed uint64, set, i, j int) dot {
	ts := m.tensors()
	a, b := ts[0], ts[1]
	row := make([]float64, m.K)
	a.Values(seed, set, row, uint64(i)*uint64(m.K))
	column := newKey(seed, set, b.Index)
	var sum, low, squares float64
	for k, x := range row {
		y := b.value(column, uint64(k)*uint64(m.N)+uint64(j))
		p := x * y
		s, e := twoSum(sum, p)
		sum, low = s, low+e+math.FMA(x, y, -p)
		squares += p * p
	}
	return dot{sum + low, math.Sqrt(squares)}
}

// twoSum returns a+b rounded, and the exact rest (Knuth).
func twoSum(a, b float64) (sum, rest float64) {
	sum = a + b
	t := sum - a
	return sum, (a - (sum - t)) + (b - t)
}
