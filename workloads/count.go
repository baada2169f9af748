package workloads

// DType is the declared type of both operands.
func (m Matmul) DType() DType { return m.Type }

// Ops is 2 M N K. 2:4 sparsity counts its dense equivalent.
func (m Matmul) Ops() float64 { return 2 * float64(m.M) * float64(m.N) * float64(m.K) }

// Int4Group is the number of consecutive k that share one bf16 scale in int4.
const Int4Group = 128

// Bytes is A and B read and C written once: (M K + K N) size(dtype) + M N
// size(out). int4 means B alone: A is bf16, and each column of B has a bf16
// scale a group of 128. With 2:4 sparsity B keeps half of its elements and two
// bits for the place of each.
func (m Matmul) Bytes() float64 {
	a, b, c := float64(m.M)*float64(m.K), float64(m.K)*float64(m.N), float64(m.M)*float64(m.N)
	sizeA, bytesB := m.Type.Size(), b*m.Type.Size()
	if m.Type == INT4 {
		sizeA = BF16.Size()
		bytesB += float64((m.K+Int4Group-1)/Int4Group) * float64(m.N) * BF16.Size()
	}
	if m.Sparsity != "" {
		bytesB = bytesB/2 + b/2*2/8
	}
	return a*sizeA + bytesB + c*m.Type.Out().Size()
}

// DType is the declared type: that of everything which the layer stores, in int8 of
// its weights alone.
func (l Layer) DType() DType { return l.Type }

// Stored is the type in which activations, cache, biases and gains lie: fp32 in tf32,
// bf16 in int8, else the declared type.
func (l Layer) Stored() DType {
	switch l.Type {
	case TF32:
		return FP32
	case INT8:
		return BF16
	}
	return l.Type
}

// Ops counts the matrix products of one iteration, a multiply-add as two, with
// H = Hidden, d = HeadDim, F = FFN, and g = 3 for SwiGLU, else 2:
//
//	projections  2 Batch Tokens (H (Heads + 2 KVHeads) d + Heads d H + g H F)
//	attention    4 Batch Heads d pairs
//	pairs        causal: Tokens (Tokens + 1) / 2 + Tokens Context; full: Tokens²
//	             decode: Context
//
// Norms, softmax, activation, rotation, biases and residuals count nothing.
// Train is 3 x forward: the gradients of input and weights, no recomputation,
// no optimizer.
func (l Layer) Ops() float64 {
	h, d := float64(l.Hidden), float64(l.HeadDim)
	heads, kv := float64(l.Heads), float64(l.KVHeads)
	up := 2.0
	if l.Act == SwiGLU {
		up = 3
	}
	weights := h*(heads+2*kv)*d + heads*d*h + up*h*float64(l.FFN)
	forward := float64(l.Batch) * (2*float64(l.Tokens)*weights + 4*heads*d*l.Pairs())
	if l.Phase == Train {
		return 3 * forward
	}
	return forward
}

// Pairs is how many (query, key) pairs one head of one sequence looks at; see Ops.
func (l Layer) Pairs() float64 {
	t, c := float64(l.Tokens), float64(l.Context)
	switch {
	case l.Phase == Decode:
		return c
	case l.Attention == Full:
		return t * t
	}
	return t*(t+1)/2 + t*c
}

// Bytes is the least traffic of one iteration in the types as stored: the weights
// with scales, biases and gains read, x read and y written once. A cache adds the read
// of Context entries of K and V a sequence, and decode the write of one slot.
// Train reads x, the weights and the output's gradient and writes y, the input's
// gradient and the weights' gradients. Left out is what a fused implementation
// keeps on the chip: q, k and v, scores, the hidden activations, and in training
// all that is saved for the backward pass.
func (l Layer) Bytes() float64 {
	var weights, cache float64
	for _, t := range l.WithDefaults().tensors() {
		switch t.Index {
		case tensorX:
		case tensorKCache, tensorVCache:
			cache += t.Bytes()
		default:
			weights += t.Bytes()
		}
	}
	x := float64(l.Batch) * float64(l.Tokens) * float64(l.Hidden) * l.Stored().Size()
	switch l.Phase {
	case Train:
		return 2*weights + 4*x
	case Decode:
		slot := 2 * float64(l.Batch) * float64(l.KVHeads) * float64(l.HeadDim) * l.Stored().Size()
		return weights + 2*x + cache + slot
	}
	return weights + 2*x + cache
}
