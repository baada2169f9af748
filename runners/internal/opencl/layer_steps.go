package opencl

import (
	"encoding/binary"
	"math"

	"joulemark/workloads"
)

// add appends the launch of a kernel of the layer's type.
func (b *layer) add(kernel string, defs []definition, global, local [3]int, arguments ...any) error {
	k, err := b.compile(kernel, defs, "vectors", typeFile(b.Type), kernel)
	if err != nil {
		return err
	}
	l, err := b.newLaunch(k, kernel, global, local, arguments...)
	if err != nil {
		return err
	}
	b.steps = append(b.steps, launching(l))
	return nil
}

// project appends out = epilogue(a w), with the bias if the layer has any.
func (b *layer) project(weight, bias string, a any, out string, e epilogue) error {
	w := b.operands[weight]
	e.bias = b.operands[bias]
	s := shape{b.rows, w.tensor.Shape[1], w.tensor.Shape[0]}
	l, err := b.product(b.Type, b.variant, s, a, w, b.scratch[out].memory, e)
	if err != nil {
		return err
	}
	b.steps = append(b.steps, launching(l))
	return nil
}

// groupItems is how many work-items share a row of a norm or a head: 1 on a
// processor, whose items are vectors already.
func (d *Device) groupItems(gpu int) int {
	if d.CPU {
		return 1
	}
	for gpu > d.maxGroup {
		gpu /= 2
	}
	return gpu
}

// vectorFor is the longest vector that the device has and n is a multiple of.
func (d *Device) vectorFor(n, gpu int) int {
	v := gpu
	if d.CPU {
		v = min(16, d.vector)
	}
	for n%v != 0 {
		v /= 2
	}
	return v
}

func (b *layer) norm(name string, x any, out string) error {
	const gpuItems, gpuVector = 128, 1
	items := b.groupItems(gpuItems)
	defs := []definition{{"L", items}, {"V", b.vectorFor(16, gpuVector)}}
	arguments := []any{b.Hidden, float32(b.Eps), x, b.operands[name+"_gain"], b.scratch[out].memory}
	if bias := b.operands[name+"_bias"]; bias != nil {
		defs = append(defs, definition{"LAYERNORM", 1})
		arguments = append(arguments, bias)
	}
	return b.add("norm", defs, [3]int{b.rows * items, 1, 1}, [3]int{items, 1, 1}, arguments...)
}

// feedForward appends the first half of the feed-forward part, of what is normed.
func (b *layer) feedForward() error {
	normed := b.scratch["normed"]
	switch b.Act {
	case workloads.SwiGLU:
		if err := b.project("wgate", "bgate", normed, "gate", epilogue{wide: true}); err != nil {
			return err
		}
		return b.project("wup", "bup", normed, "hidden", epilogue{act: actTimesSilu, gate: b.scratch["gate"].memory})
	case workloads.GELUErf:
		return b.project("wup", "bup", normed, "hidden", epilogue{act: actGELUErf})
	}
	return b.project("wup", "bup", normed, "hidden", epilogue{act: actGELUTanh})
}

// attend appends the projection of in, its taking apart, and the attention.
func (b *layer) attend(in any) error {
	return b.all(
		func() error { return b.project("wqkv", "bqkv", in, "qkv", epilogue{wide: true}) },
		b.takeApart,
		b.attention,
	)
}

// keysAndValues are where new keys and values go: in decode into the last slot of
// the cache.
func (b *layer) keysAndValues() (k, v any, span, start int) {
	if b.Phase == workloads.Decode {
		return b.operands["k_cache"], b.operands["v_cache"], b.Context, b.Context - 1
	}
	return b.scratch["k"], b.scratch["v"], b.Tokens, 0
}

func (b *layer) takeApart() error {
	k, v, span, start := b.keysAndValues()
	defs := []definition{{"D", b.HeadDim}, {"V", 1}}
	arguments := []any{b.Tokens, b.Heads, b.KVHeads, span, start, b.scratch["qkv"].memory, b.scratch["q"].memory, k, v}
	if b.RopeTheta > 0 {
		if err := b.writeAngles(); err != nil {
			return err
		}
		defs = append(defs, definition{"ROPE", 1})
		arguments = append(arguments, b.scratch["angles"].memory)
	}
	return b.add("heads", defs, [3]int{b.q + 2*b.p, b.rows, 1}, [3]int{}, arguments...)
}

func (b *layer) writeAngles() error {
	var bytes []byte
	for _, a := range b.angles() {
		bytes = binary.LittleEndian.AppendUint32(bytes, math.Float32bits(a))
	}
	return b.write(uintptr(b.scratch["angles"].memory), 0, bytes)
}

// attention appends the attention kernel. Rows that share keys go together, as far
// as registers and local memory hold them.
func (b *layer) attention() error {
	const gpuItems, gpuVector, mostRows, cpuKeys = 64, 2, 8, 32
	items := b.groupItems(gpuItems)
	group := b.Heads / b.KVHeads
	rows := min(mostRows, b.Tokens*group)
	keys := items
	if b.CPU {
		keys = cpuKeys
	}
	for !b.CPU && rows > 1 && int64(rows*(b.HeadDim+keys)*4) > b.localBytes {
		rows /= 2
	}
	defs := []definition{{"L", items}, {"V", b.vectorFor(b.HeadDim, gpuVector)}, {"D", b.HeadDim}, {"ROWS", rows}, {"KEYS", keys}}
	own, causal := b.Tokens, 0
	if b.Phase == workloads.Decode {
		own = 0
	} else if b.Attention == workloads.Causal {
		causal = 1
	}
	var cacheK, cacheV any = b.scratch["k"], b.scratch["v"]
	if b.Context > 0 {
		cacheK, cacheV = b.operands["k_cache"], b.operands["v_cache"]
	}
	return b.add("attention", defs,
		[3]int{ceil(b.Tokens*group, rows) * items, b.KVHeads, b.Batch}, [3]int{items, 1, 1},
		b.Tokens, group, b.Context, own, causal, float32(1/math.Sqrt(float64(b.HeadDim))), b.scratch["q"].memory,
		cacheK, cacheV, b.scratch["k"], b.scratch["v"], b.scratch["attended"].memory)
}
