package workloads

// UniformStart says how elements from, from+1, … of the tensor in operand set `set` are made
// by UniformSingles, which runners may have faster; ok is false for a tensor that is
// not made so: of another fill, with an offset, of integers or of fp64. Types narrower than
// fp32 are rounded from what it makes.
func (t Tensor) UniformStart(seed uint64, set int, from uint64) (state uint64, scale float64, ok bool) {
	if t.Fill != Uniform || t.Offset != 0 || t.Type.Integer() || t.Type == FP64 {
		return 0, 0, false
	}
	return newKey(seed, set, t.Index).state(from), t.scale() * uniformUnit, true
}

// UniformSingles makes elements of fill uniform without an offset, rounded to fp32:
// scale times the signed numerator over 2^52 (fp64, exact).
func UniformSingles(dst []float32, state uint64, scale float64) {
	for j := range dst {
		dst[j] = float32(float64(uniform(state)) * scale)
		state += golden
	}
}

// UniformState is the state n elements behind state.
func UniformState(state uint64, n int) uint64 { return state + golden*uint64(n) }
