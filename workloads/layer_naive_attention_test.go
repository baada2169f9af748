package workloads

import "math"

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
	return n.operand(out)
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
			scores[s] += T(n.unit(q[i]) * n.unit(k[i]))
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
		weight := scores[s]
		if !n.cheat.wideWeights {
			weight = n.unit(weight)
		}
		for i := range out {
			out[i] += T(weight * n.unit(v[i]))
		}
	}
}
