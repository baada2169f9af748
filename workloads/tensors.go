package workloads

// A Tensor is one operand of a workload: its place in the generator, its shape
// and the law of its values.
type Tensor struct {
	Index  int     // number in the generator; fixed by name, so that absent tensors leave gaps
	Name   string  // "a", "wqkv"…
	Shape  []int   // row-major
	Type   DType   // stored type
	Fill   Fill    // law of u(i)
	Shift  int     // value = Offset + u(i) / 2^Shift; negative multiplies. Of int8 weights of a layer: see Tensors
	Offset float64 // 1 for gains and scales, else 0
}

// Len is the number of elements.
func (t Tensor) Len() int {
	n := 1
	for _, s := range t.Shape {
		n *= s
	}
	return n
}

// Bytes is the stored size.
func (t Tensor) Bytes() float64 { return float64(t.Len()) * t.Type.Size() }

// Tensors lists the operands of w in the order of their Index. A matmul has
//
//	0 a [M,K]   1 b [K,N]
//
// both of its type. In int4 only b is of that type; a is bf16, and there is
//
//	2 b_scale [ceil(K/128),N]   bf16, offset 1, shift 3
//
// of which row g scales rows 128 g…128 g + 127 of b, column by column. A layer has,
// with H = Hidden, Q = Heads x HeadDim, P = KVHeads x HeadDim,
// F = FFN, T = Tokens, C = Context:
//
//	 0 x          [Batch,T,H]                    shift 0
//	 1 wqkv       [H,Q+2P]  columns q, k, v,     shift s(H)
//	              each by heads
//	 2 bqkv       [Q+2P]                         shift 3   with Bias
//	 3 wo         [Q,H]                          shift s(Q)
//	 4 bo         [H]                            shift 3   with Bias
//	 5 norm1_gain [H]       offset 1             shift 3
//	 6 norm1_bias [H]                            shift 3   not RMSNorm
//	 7 norm2_gain [H]       offset 1             shift 3
//	 8 norm2_bias [H]                            shift 3   not RMSNorm
//	 9 wgate      [H,F]                          shift s(H) only SwiGLU
//	10 bgate      [F]                            shift 3   only SwiGLU with Bias
//	11 wup        [H,F]                          shift s(H)
//	12 bup        [F]                            shift 3   with Bias
//	13 wdown      [F,H]                          shift s(F)
//	14 bdown      [H]                            shift 3   with Bias
//	15 k_cache    [Batch,KVHeads,C,HeadDim]      shift -1  where C > 0
//	16 v_cache    [Batch,KVHeads,C,HeadDim]      shift -1  where C > 0
//
// s(n) is the largest integer s >= 0 with 3 x 4^s <= 2 n (0 for n = 1): 2^-s is
// the power of two that best keeps the variance of a sum of n products with
// weights uniform in [-1,1), whose own variance is 1/3. Activations thus stay
// near 1, and attention, whose keys have variance near 1 too, is uneven enough
// for skipped cache entries to be seen. Normal and integers vary more by about
// 2 and 4: every shift but that of x is 1 and 2 larger for them. Keys in the
// cache are as a runner stores them, rotated already.
//
// A peak and a stream have, every one with shift 0:
//
//	0 start [Chains]   1 a [Words,Group]   2 b [Words,Group]     of a peak
//	0 a [Elements]     1 b [Elements] of a triad                 of a stream
//
// In int8 only the five weights are of that type and all else is bf16. Beside each
// weight there is a scale for each of its columns, and their products are the layer's
// weights: element (k, j) stands for
//
//	w[k,j] w_scale[j] / 2^Shift
//
// with the weight's Shift, by which its elements, whole numbers, are not divided when
// they are made. It is the Shift above plus 7 for uniform, 5 for normal and 0 for the
// other fills: elements that deviate by 73.6, 32 and 2.58 thus count as 0.575, 1 and
// 2.58, where those of float types deviate by 0.577, 1 and 2.58.
//
//	17 wqkv_scale  [Q+2P]  offset 1   shift 3
//	18 wo_scale    [H]     offset 1   shift 3
//	19 wgate_scale [F]     offset 1   shift 3   only SwiGLU
//	20 wup_scale   [F]     offset 1   shift 3
//	21 wdown_scale [H]     offset 1   shift 3
func Tensors(w Workload) []Tensor {
	switch w := w.(type) {
	case Matmul:
		return w.WithDefaults().tensors()
	case Layer:
		return w.WithDefaults().tensors()
	case Peak:
		return w.WithDefaults().tensors()
	case Stream:
		return w.WithDefaults().tensors()
	}
	return nil
}

func (m Matmul) tensors() []Tensor {
	a := Tensor{Index: 0, Name: "a", Shape: []int{m.M, m.K}, Type: m.Type, Fill: m.Fill}
	b := Tensor{Index: 1, Name: "b", Shape: []int{m.K, m.N}, Type: m.Type, Fill: m.Fill}
	if m.Type != INT4 {
		return []Tensor{a, b}
	}
	a.Type = BF16
	groups := (m.K + Int4Group - 1) / Int4Group
	scale := Tensor{Index: 2, Name: "b_scale", Shape: []int{groups, m.N}, Type: BF16, Fill: m.Fill, Shift: smallShift, Offset: 1}
	return []Tensor{a, b, scale}
}

// Indices of a layer's tensors, as listed at Tensors.
const (
	tensorX = iota
	tensorWQKV
	tensorBQKV
	tensorWO
	tensorBO
	tensorNorm1Gain
	tensorNorm1Bias
	tensorNorm2Gain
	tensorNorm2Bias
	tensorWGate
	tensorBGate
	tensorWUp
	tensorBUp
	tensorWDown
	tensorBDown
	tensorKCache
	tensorVCache
	tensorWQKVScale
	tensorWOScale
	tensorWGateScale
	tensorWUpScale
	tensorWDownScale
)

// scaleOf is the tensor that scales the columns of an int8 weight.
var scaleOf = map[int]int{
	tensorWQKV: tensorWQKVScale, tensorWO: tensorWOScale,
	tensorWGate: tensorWGateScale, tensorWUp: tensorWUpScale, tensorWDown: tensorWDownScale,
}

// smallShift makes biases and the deviation of gains an eighth of u: enough that
// leaving one out is seen, too little to move the variance.
const smallShift = 3

func (l Layer) tensors() []Tensor {
	h, q, p, f := l.Hidden, l.Heads*l.HeadDim, l.KVHeads*l.HeadDim, l.FFN
	layerNorm, gated, scaled := l.Norm != RMSNormPre, l.Act == SwiGLU, l.Type == INT8
	cache := []int{l.Batch, l.KVHeads, l.Context, l.HeadDim}
	all := []struct {
		Tensor
		present bool
	}{
		{Tensor{tensorX, "x", []int{l.Batch, l.Tokens, h}, "", "", 0, 0}, true},
		{Tensor{tensorWQKV, "wqkv", []int{h, q + 2*p}, "", "", weightShift(h), 0}, true},
		{Tensor{tensorBQKV, "bqkv", []int{q + 2*p}, "", "", smallShift, 0}, l.Bias},
		{Tensor{tensorWO, "wo", []int{q, h}, "", "", weightShift(q), 0}, true},
		{Tensor{tensorBO, "bo", []int{h}, "", "", smallShift, 0}, l.Bias},
		{Tensor{tensorNorm1Gain, "norm1_gain", []int{h}, "", "", smallShift, 1}, true},
		{Tensor{tensorNorm1Bias, "norm1_bias", []int{h}, "", "", smallShift, 0}, layerNorm},
		{Tensor{tensorNorm2Gain, "norm2_gain", []int{h}, "", "", smallShift, 1}, true},
		{Tensor{tensorNorm2Bias, "norm2_bias", []int{h}, "", "", smallShift, 0}, layerNorm},
		{Tensor{tensorWGate, "wgate", []int{h, f}, "", "", weightShift(h), 0}, gated},
		{Tensor{tensorBGate, "bgate", []int{f}, "", "", smallShift, 0}, gated && l.Bias},
		{Tensor{tensorWUp, "wup", []int{h, f}, "", "", weightShift(h), 0}, true},
		{Tensor{tensorBUp, "bup", []int{f}, "", "", smallShift, 0}, l.Bias},
		{Tensor{tensorWDown, "wdown", []int{f, h}, "", "", weightShift(f), 0}, true},
		{Tensor{tensorBDown, "bdown", []int{h}, "", "", smallShift, 0}, l.Bias},
		{Tensor{tensorKCache, "k_cache", cache, "", "", -1, 0}, l.Context > 0},
		{Tensor{tensorVCache, "v_cache", cache, "", "", -1, 0}, l.Context > 0},
		{Tensor{tensorWQKVScale, "wqkv_scale", []int{q + 2*p}, "", "", smallShift, 1}, scaled},
		{Tensor{tensorWOScale, "wo_scale", []int{h}, "", "", smallShift, 1}, scaled},
		{Tensor{tensorWGateScale, "wgate_scale", []int{f}, "", "", smallShift, 1}, scaled && gated},
		{Tensor{tensorWUpScale, "wup_scale", []int{f}, "", "", smallShift, 1}, scaled},
		{Tensor{tensorWDownScale, "wdown_scale", []int{h}, "", "", smallShift, 1}, scaled},
	}
	var list []Tensor
	for _, t := range all {
		if !t.present {
			continue
		}
		t.Type, t.Fill = l.Type, l.Fill
		if t.Index != tensorX {
			t.Shift += fillShift[l.Fill]
		}
		if scaled {
			t.Tensor = t.inInt8(l.Fill)
		}
		list = append(list, t.Tensor)
	}
	return list
}

// inInt8 is a tensor of an int8 layer: its weights are of that type, whose elements a
// shift does not divide, and all else is bf16.
func (t Tensor) inInt8(f Fill) Tensor {
	if _, weight := scaleOf[t.Index]; weight {
		t.Shift += int8Shift[f]
	} else {
		t.Type = BF16
	}
	return t
}

// fillShift evens out the deviation of the fills: 0.58, 1 and 2.6.
var fillShift = map[Fill]int{Normal: 1, Integers: 2}

// int8Shift is the power of two in int8 elements that is 1 in those of a float type.
var int8Shift = map[Fill]int{Uniform: 7, Normal: 5}

// weightShift is s(n) of Tensors.
func weightShift(fanIn int) int {
	s := 0
	for 3<<(2*(s+1)) <= 2*fanIn {
		s++
	}
	return s
}
