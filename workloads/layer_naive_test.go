package workloads

import "math"

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
	eps                                        float64
	noRope, pairNeighbours, noResidual, noBias bool
	noAttention, noMask, noScale, firstKV      bool
	skipEntries, latePosition                  int
	halfFFN, noGate, wrongGELU                 bool
}

func (n naive[T]) tensor(name string) []T {
	for _, t := range Tensors(n.Layer) {
		if t.Name == name {
			values, out := make([]float64, t.Len()), make([]T, t.Len())
			t.Values(n.seed, n.set, values, 0)
			for i, v := range values {
				if n.cheat.weights != nil && name[0] == 'w' {
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

// product is x[rows,in] w[in,out] + bias.
func (n naive[T]) product(x []T, in int, weight, bias string) []T {
	w, b := n.tensor(weight), n.tensor(bias)
	width := len(w) / in
	out := make([]T, len(x)/in*width)
	for r := range len(x) / in {
		for k := range in {
			v, row, sums := x[r*in+k], w[k*width:(k+1)*width], out[r*width:(r+1)*width]
			for c := range sums {
				sums[c] += T(v * row[c])
			}
		}
		for c := range width {
			if b != nil && !n.cheat.noBias {
				out[r*width+c] += b[c]
			}
		}
	}
	return n.eager(out)
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

// turn rotates one head in place.
func (n naive[T]) turn(head []T, position int) {
	if n.RopeTheta == 0 || n.cheat.noRope {
		return
	}
	half := n.HeadDim / 2
	for j := range half {
		a, b := j, j+half
		if n.cheat.pairNeighbours {
			a, b = 2*j, 2*j+1
		}
		angle := float64(position+n.cheat.latePosition) * math.Pow(n.RopeTheta, -2*float64(j)/float64(n.HeadDim))
		sin, cos := T(math.Sin(angle)), T(math.Cos(angle))
		x, y := head[a], head[b]
		head[a], head[b] = T(x*cos)-T(y*sin), T(y*cos)+T(x*sin)
	}
}

// attention of all sequences and tokens, from rows of q, k, v.
func (n naive[T]) attention(qkv []T) []T {
	kc, vc := n.tensor("k_cache"), n.tensor("v_cache")
	d, width := n.HeadDim, (n.Heads+2*n.KVHeads)*n.HeadDim
	past := n.Context
	if n.Phase == Decode {
		past--
	}
	out := make([]T, n.Batch*n.Tokens*n.Heads*d)
	for b := range n.Batch {
		for t := range n.Tokens {
			for h := range n.Heads + n.KVHeads {
				at := (b*n.Tokens+t)*width + h*d
				n.turn(qkv[at:at+d], past+t)
			}
		}
	}
	n.keep(qkv)
	for b := range n.Batch {
		for h := range n.Heads {
			g := h / (n.Heads / n.KVHeads)
			if n.cheat.firstKV {
				g = 0
			}
			key := func(s int) ([]T, []T) {
				if s < past {
					at := ((b*n.KVHeads+g)*n.Context + s) * d
					return kc[at : at+d], vc[at : at+d]
				}
				at := (b*n.Tokens + s - past) * width
				k := at + (n.Heads+g)*d
				v := at + (n.Heads+n.KVHeads+g)*d
				return qkv[k : k+d], qkv[v : v+d]
			}
			for t := range n.Tokens {
				at := b*n.Tokens + t
				end := past + t + 1
				if n.Attention == Full || n.cheat.noMask {
					end = past + n.Tokens
				}
				n.head(qkv[at*width+h*d:at*width+h*d+d], out[(at*n.Heads+h)*d:(at*n.Heads+h+1)*d], end, key)
			}
		}
	}
	return n.keep(out)
}

func (n naive[T]) head(q, out []T, end int, entry func(int) ([]T, []T)) {
	if n.cheat.noAttention {
		return
	}
	from := min(n.cheat.skipEntries, end-1)
	scores := make([]T, end)
	top := T(math.Inf(-1))
	for s := from; s < end; s++ {
		k, _ := entry(s)
		for i := range q {
			scores[s] += T(q[i] * k[i])
		}
		if !n.cheat.noScale {
			scores[s] /= T(math.Sqrt(float64(n.HeadDim)))
		}
		top = max(top, scores[s])
	}
	n.eager(scores)
	var total T
	for s := from; s < end; s++ {
		scores[s] = T(math.Exp(float64(scores[s] - top)))
		total += scores[s]
	}
	for s := from; s < end; s++ {
		scores[s] /= total
	}
	n.eager(scores)
	for s := from; s < end; s++ {
		_, v := entry(s)
		for i := range out {
			out[i] += T(scores[s] * v[i])
		}
	}
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
	return n.product(n.keep(up), n.FFN, "wdown", "bdown")
}

// output is y of all tokens.
func (n naive[T]) output() []T {
	x := n.tensor("x")
	if n.Norm == LayerNormPost {
		a := n.attention(n.product(x, n.Hidden, "wqkv", "bqkv"))
		h := n.keep(n.norm(n.plus(x, n.product(a, n.Heads*n.HeadDim, "wo", "bo")), "norm1"))
		return n.keep(n.norm(n.plus(h, n.feedForward(h)), "norm2"))
	}
	a := n.attention(n.product(n.keep(n.norm(x, "norm1")), n.Hidden, "wqkv", "bqkv"))
	h := n.plus(x, n.product(a, n.Heads*n.HeadDim, "wo", "bo"))
	return n.plus(h, n.feedForward(n.keep(n.norm(h, "norm2"))))
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

// honest is a runner in l's type: fp32 arithmetic, stores in the type.
func honest(l Layer, seed uint64, set int, c cheat) naive[float32] {
	return naive[float32]{l, seed, set, func(x float64) float64 { return Round(l.Type, x) }, c}
}
