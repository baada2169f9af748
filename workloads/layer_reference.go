package workloads

// A reference computes output rows of a layer for the chosen tokens of one
// sequence, and of the rest only what those need: keys and values of the tokens
// that they see. The steps, with [·] marking what a runner stores, which the
// rounded lane rounds to the declared type:
//
//	pre-norm   n = [norm1(x)]                           post-norm   n = x
//	           q, k, v = [rotate(n wqkv + bqkv)]                    same (v is never rotated)
//	           a = [softmax(q k / sqrt(HeadDim)) v]                 same
//	           h = [x + a wo + bo]                                  h = [norm1([x + a wo + bo])]
//	           m = [norm2(h)]                                       m = h
//	           u = [act(m wup + bup)]                               same
//	           y = [h + u wdown + bdown]                            y = [norm2([h + u wdown + bdown])]
//
// In tf32 a runner stores all of them as fp32, and its multipliers may round what
// they take to tf32: there the rounded lane rounds the operands of the products. In
// int8 it stores bf16, and the rounded lane quantises the rows that weights multiply.
//
// SwiGLU has u = [silu(m wgate + bgate) (m wup + bup)]. Token t of a sequence has
// position Context + t in prefill; decode's one token has position Context - 1
// and takes the place of the last cache entry. Everything between two stores is
// wider: fp32 in a runner, float64 here.
type reference struct {
	Layer
	seed     uint64
	set      int
	sequence int
	tokens   []int // chosen, ascending
	tensors  map[int]Tensor
}

func newReference(l Layer, seed uint64, set, sequence int, tokens []int) reference {
	r := reference{l, seed, set, sequence, tokens, map[int]Tensor{}}
	for _, t := range l.tensors() {
		r.tensors[t.Index] = t
	}
	return r
}

// rows returns the output rows of the chosen tokens, in their order.
func (r reference) rows() lanes {
	x := r.input()
	n := r.preNorm(x, tensorNorm1Gain)
	kv := r.keysValues(n)
	q := r.queries(n.pick(r.tokens))
	a := r.attend(q, kv)
	h := r.residual(x.pick(r.tokens), a, tensorWO, tensorNorm1Gain)
	u := r.hidden(r.preNorm(h, tensorNorm2Gain))
	return r.residual(h, u, tensorWDown, tensorNorm2Gain)
}

// attended is x as the multipliers of attention take it.
func (r reference) attended(x lanes) lanes {
	if r.Type != TF32 {
		return x
	}
	return x.columns(0, x.cols).store(TF32)
}

// operand is x as the multipliers of a projection take it.
func (r reference) operand(x lanes) lanes {
	if r.Type == INT8 {
		return x.columns(0, x.cols).quantise()
	}
	return r.attended(x)
}

// input is x of all tokens that the chosen ones see.
func (r reference) input() lanes {
	x := newLanes(r.visible(r.tokens), r.Hidden)
	from := uint64(r.sequence) * uint64(r.Tokens) * uint64(r.Hidden)
	r.tensors[tensorX].Values(r.seed, r.set, x.exact, from)
	copy(x.rounded, x.exact)
	return x
}

// keysValues gives [k, v] of every row of n, k rotated.
func (r reference) keysValues(n lanes) lanes {
	q, p := r.Heads*r.HeadDim, r.KVHeads*r.HeadDim
	kv := r.linear(n, tensorWQKV, q, q+2*p)
	if r.RopeTheta > 0 {
		kv.each(func(row []float64, i int) { rotate(row[:p], r.HeadDim, r.past()+i, r.RopeTheta) })
	}
	return kv.store(r.Stored())
}

// queries gives q of the chosen tokens, rotated.
func (r reference) queries(n lanes) lanes {
	q := r.linear(n, tensorWQKV, 0, r.Heads*r.HeadDim)
	if r.RopeTheta > 0 {
		q.each(func(row []float64, i int) { rotate(row, r.HeadDim, r.past()+r.tokens[i], r.RopeTheta) })
	}
	return q.store(r.Stored())
}

// hidden is the activation between the two products of the feed-forward.
func (r reference) hidden(m lanes) lanes {
	up := r.linear(m, tensorWUp, 0, r.FFN)
	if r.Act != SwiGLU {
		up.each(func(row []float64, _ int) {
			for j, x := range row {
				row[j] = activate(r.Act, x)
			}
		})
		return up.store(r.Stored())
	}
	gate := r.linear(m, tensorWGate, 0, r.FFN)
	for j := range up.exact {
		up.exact[j] *= activate(SwiGLU, gate.exact[j])
		up.rounded[j] *= activate(SwiGLU, gate.rounded[j])
	}
	return up.store(r.Stored())
}

// residual is x + a W + bias, normed by a post-norm layer.
func (r reference) residual(x, a lanes, weight, gain int) lanes {
	sum := r.linear(a, weight, 0, r.Hidden).add(x).store(r.Stored())
	if r.Norm == LayerNormPost {
		return r.norm(sum, gain)
	}
	return sum
}

// preNorm is norm(x) in a pre-norm layer and x in a post-norm one.
func (r reference) preNorm(x lanes, gain int) lanes {
	if r.Norm == LayerNormPost {
		return x
	}
	return r.norm(x.columns(0, x.cols), gain)
}

// norm normalises x in place. The norm's bias has the number after its gain.
func (r reference) norm(x lanes, gain int) lanes {
	g, b := r.vector(gain), r.vector(gain+1)
	x.each(func(row []float64, _ int) { normalise(row, g, b, r.Eps) })
	return x.store(r.Stored())
}

// linear is x W[:, from:to] plus the bias, which has the number after its weight.
func (r reference) linear(x lanes, weight, from, to int) lanes {
	out := weights{r.tensors[weight], r.seed, r.set}.linear(r.operand(x), from, to)
	if r.Type == INT8 {
		out.scaleColumns(r.columnScales(weight)[from:to])
	}
	if bias := r.vector(weight + 1); bias != nil {
		out.each(func(row []float64, _ int) {
			for j := range row {
				row[j] += bias[from+j]
			}
		})
	}
	return out
}

// vector is a whole small tensor, nil if the layer has none of that number.
func (r reference) vector(tensor int) []float64 {
	t, ok := r.tensors[tensor]
	if !ok {
		return nil
	}
	v := make([]float64, t.Len())
	t.Values(r.seed, r.set, v, 0)
	return v
}
