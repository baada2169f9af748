package onednn

// cache attends in decode: the new token of each sequence goes into the last slot of
// the cache, and its queries see all slots.
func (a *attend) cache(n place) {
	k, v := a.whole(a.tensors["k_cache"]), a.whole(a.tensors["v_cache"])
	a.intoSlot(a.project(n, a.queries, a.keys, true), k)
	a.intoSlot(a.project(n, a.queries+a.keys, a.keys, false), v)
	each := a.context * a.keys // elements of a sequence's cache
	sequences := a.batch
	wide := v
	if a.kind != f32 {
		sequences = a.together(each * 4)
		wide = a.buffer(f32, sequences*each)
	}
	a.scores = a.buffer(f32, sequences*a.groups*a.kv*a.context)
	for s := int64(0); s < a.batch; s += sequences {
		from := s * each
		if wide != v {
			a.move(a.slots(v, from, sequences), a.slots(wide, 0, sequences))
			from = 0
		}
		a.block(block{
			sequences: sequences, rows: a.groups, keys: a.context,
			q:      a.heads(a.q, s*a.queries, sequences, a.groups, a.queries),
			keysT:  a.view(k, s*each, []int64{sequences, a.kv, a.dim, a.context}, []int64{each, a.context * a.dim, 1, a.dim}),
			values: a.slots(wide, from, sequences),
			sum:    a.heads(a.sum, s*a.queries, sequences, a.groups, a.queries),
		})
	}
}

// slots sees the cache of some sequences as [sequences, kv, context, dim].
func (a *attend) slots(s *storage, from, sequences int64) place {
	dims := []int64{sequences, a.kv, a.context, a.dim}
	return a.view(s, from, dims, dense(dims))
}

// intoSlot stores the new token's keys or values as the last entry of each cache.
func (a *attend) intoSlot(s, cache *storage) {
	dims := []int64{a.batch, a.kv, a.dim}
	a.move(a.view(s, 0, dims, dense(dims)),
		a.view(cache, (a.context-1)*a.dim, dims, []int64{a.kv * a.context * a.dim, a.context * a.dim, 1}))
}

// dense are the strides of a row-major tensor.
func dense(dims []int64) []int64 {
	strides, n := make([]int64, len(dims)), int64(1)
	for i := len(dims) - 1; i >= 0; i-- {
		strides[i] = n
		n *= dims[i]
	}
	return strides
}
