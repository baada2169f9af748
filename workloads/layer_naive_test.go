package workloads

import (
	"math"
	"slices"
	"strings"
)

// naive is a whole layer in plain loops, as a textbook writes it: the second
// opinion on the reference, and the runner that is honest or cheats. All sums are
// made in T, one term after another; store is what keeping a tensor does.
type naive[T float32 | float64] struct {
	Layer
	seed  uint64
	set   int
	store func(float64) float64
	cheat cheat
}

// A cheat changes one thing of a layer. The zero value is honest.
type cheat struct {
	eager                                      bool                  // honest still: stores the result of every single operation
	weights                                    func(float64) float64 // applied to every weight matrix
	unit                                       func(float64) float64 // what a multiplier keeps of each of its operands
	wideWeights                                bool                  // attention weights excepted
	eps                                        float64
	noRope, pairNeighbours, noResidual, noBias bool
	noAttention, noMask, noScale, firstKV      bool
	skipEntries, latePosition                  int
	halfFFN, noGate, wrongGELU                 bool
	int8                                       int8Cheat
}

func (n naive[T]) tensor(name string) []T {
	for _, t := range Tensors(n.Layer) {
		if t.Name == name {
			values, out := make([]float64, t.Len()), make([]T, t.Len())
			t.Values(n.seed, n.set, values, 0)
			for i, v := range values {
				if n.cheat.weights != nil && name[0] == 'w' && !strings.HasSuffix(name, "_scale") {
					v = n.cheat.weights(v)
				}
				out[i] = T(v)
			}
			return out
		}
	}
	return nil
}

func (n naive[T]) keep(x []T) []T {
	for i := range x {
		x[i] = T(n.store(float64(x[i])))
	}
	return x
}

// eager keeps what only a runner without fused operations stores.
func (n naive[T]) eager(x []T) []T {
	if n.cheat.eager {
		n.keep(x)
	}
	return x
}

// unit is what a multiplier takes for x.
func (n naive[T]) unit(x T) T {
	if n.cheat.unit == nil {
		return x
	}
	return T(n.cheat.unit(float64(x)))
}

// units is unit of all elements, in another place.
func (n naive[T]) units(x []T) []T {
	out := make([]T, len(x))
	for i, v := range x {
		out[i] = n.unit(v)
	}
	return out
}

// product is x[rows,in] w[in,out] + bias.
func (n naive[T]) product(x []T, in int, weight, bias string) []T {
	w, b := n.units(n.tensor(weight)), n.tensor(bias)
	width := len(w) / in
	if n.Type == INT8 {
		return n.eager(n.plusBias(n.int8Product(x, in, w, weight), b))
	}
	out := make([]T, len(x)/in*width)
	for r := range len(x) / in {
		for k := range in {
			v, row, sums := n.unit(x[r*in+k]), w[k*width:(k+1)*width], out[r*width:(r+1)*width]
			for c := range sums {
				sums[c] += T(v * row[c])
			}
		}
	}
	return n.eager(n.plusBias(out, b))
}

func (n naive[T]) plusBias(x, bias []T) []T {
	for i := range x {
		if bias != nil && !n.cheat.noBias {
			x[i] += bias[i%len(bias)]
		}
	}
	return x
}

// operand is what a weight multiplies of x: as it is kept, or as it was before.
func (n naive[T]) operand(x []T) []T {
	x = slices.Clone(x)
	if n.cheat.int8.early {
		return x
	}
	return n.keep(x)
}

func (n naive[T]) norm(x []T, name string) []T {
	gain, bias := n.tensor(name+"_gain"), n.tensor(name+"_bias")
	eps := T(n.Eps)
	if n.cheat.eps != 0 {
		eps = T(n.cheat.eps)
	}
	out := make([]T, len(x))
	for r := 0; r < len(x); r += n.Hidden {
		row := x[r : r+n.Hidden]
		var sum, squares T
		if bias != nil {
			for _, v := range row {
				sum += v
			}
		}
		mean := sum / T(n.Hidden)
		for _, v := range row {
			squares += T((v - mean) * (v - mean))
		}
		deviation := T(math.Sqrt(float64(squares/T(n.Hidden) + eps)))
		for i, v := range row {
			out[r+i] = T((v-mean)/deviation) * gain[i]
			if bias != nil {
				out[r+i] += bias[i]
			}
		}
	}
	return out
}

func (n naive[T]) act(x T) T {
	v := float64(x)
	switch {
	case n.Act == SwiGLU:
		return T(v / (1 + math.Exp(-v)))
	case (n.Act == GELUErf) != n.cheat.wrongGELU:
		return T(v * (1 + math.Erf(v/math.Sqrt2)) / 2)
	}
	return T(v / 2 * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(v+0.044715*math.Pow(v, 3)))))
}

func (n naive[T]) plus(x, y []T) []T {
	out := make([]T, len(x))
	for i := range x {
		out[i] = y[i]
		if !n.cheat.noResidual {
			out[i] += x[i]
		}
	}
	return n.keep(out)
}

func (n naive[T]) feedForward(m []T) []T {
	up := n.product(m, n.Hidden, "wup", "bup")
	if n.Act == SwiGLU {
		gate := n.product(m, n.Hidden, "wgate", "bgate")
		for i := range up {
			if n.cheat.noGate {
				gate[i] = 1
				continue
			}
			gate[i] = n.act(gate[i])
		}
		n.eager(gate)
		for i := range up {
			up[i] *= gate[i]
		}
	} else {
		for i := range up {
			up[i] = n.act(up[i])
		}
	}
	for i := range up {
		if n.cheat.halfFFN && i%n.FFN >= n.FFN/2 {
			up[i] = 0
		}
	}
	return n.product(n.operand(up), n.FFN, "wdown", "bdown")
}

// output is y of all tokens.
func (n naive[T]) output() []T {
	x := n.tensor("x")
	if n.Norm == LayerNormPost {
		a := n.attention(n.product(x, n.Hidden, "wqkv", "bqkv"))
		h := n.norm(n.plus(x, n.product(a, n.Heads*n.HeadDim, "wo", "bo")), "norm1")
		m := n.operand(h)
		return n.keep(n.norm(n.plus(n.keep(h), n.feedForward(m)), "norm2"))
	}
	a := n.attention(n.product(n.operand(n.norm(x, "norm1")), n.Hidden, "wqkv", "bqkv"))
	h := n.plus(x, n.product(a, n.Heads*n.HeadDim, "wo", "bo"))
	return n.plus(h, n.feedForward(n.operand(n.norm(h, "norm2"))))
}

// values is what a runner answers to points.
func (n naive[T]) values(points []int64) []float64 {
	y := n.output()
	out := make([]float64, len(points))
	for i, p := range points {
		out[i] = float64(y[p])
	}
	return out
}

// honest is a runner in l's type: fp32 arithmetic, stores in the type, those of
// tf32 in fp32 and those of int8 in bf16.
func honest(l Layer, seed uint64, set int, c cheat) naive[float32] {
	stored := l.Type
	switch stored {
	case TF32:
		stored = FP32
	case INT8:
		stored = BF16
	}
	return naive[float32]{l, seed, set, rounded(stored), c}
}
