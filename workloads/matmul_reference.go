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
// would have as much error as what it judges. Products of narrower operands,
// int4's with their scale too, are exact in it anyway.
func (m Matmul) dotAt(seed uint64, set, i, j int) dot {
	row := make([]float64, m.K)
	m.tensors()[0].Values(seed, set, row, uint64(i)*uint64(m.K))
	var sum, low, squares float64
	for k, y := range m.column(seed, set, j) {
		x := row[k]
		p := x * y
		s, e := twoSum(sum, p)
		sum, low = s, low+e+math.FMA(x, y, -p)
		squares += p * p
	}
	return dot{sum + low, math.Sqrt(squares)}
}

// column is column j of b; in int4 each element times its group's scale, exactly:
// a product of 3 and 8 bits.
func (m Matmul) column(seed uint64, set, j int) []float64 {
	ts := m.tensors()
	column := ts[1].column(seed, set, j)
	if m.Type == INT4 {
		scales := ts[2].column(seed, set, j)
		for k := range column {
			column[k] *= scales[k/Int4Group]
		}
	}
	return column
}

// column is column j of a matrix.
func (t Tensor) column(seed uint64, set, j int) []float64 {
	k := newKey(seed, set, t.Index)
	column := make([]float64, t.Shape[0])
	for i := range column {
		column[i] = t.value(k, uint64(i)*uint64(t.Shape[1])+uint64(j))
	}
	return column
}

// twoSum returns a+b rounded, and the exact rest (Knuth).
func twoSum(a, b float64) (sum, rest float64) {
	sum = a + b
	t := sum - a
	return sum, (a - (sum - t)) + (b - t)
}
