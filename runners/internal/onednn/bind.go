package onednn

import "unsafe"

// memoryKey is what a memory object of the library stands for.
type memoryKey struct {
	address uintptr
	desc    desc
}

// bind makes the argument lists of every set. Nodes that touch no operand have one
// list for all.
func (t *Task) bind(sets int) error {
	memories := map[memoryKey]handle{}
	shared := make([]step, len(t.nodes))
	for set := range sets {
		steps := make([]step, len(t.nodes))
		for i, n := range t.nodes {
			if set > 0 && !n.varies() {
				steps[i] = shared[i]
				continue
			}
			s, err := t.bindNode(n, set, memories)
			if err != nil {
				return err
			}
			steps[i], shared[i] = s, s
		}
		t.steps = append(t.steps, steps)
	}
	return nil
}

// bindNode makes one call, pinned because the library is given addresses in it.
func (t *Task) bindNode(n node, set int, memories map[memoryKey]handle) (step, error) {
	list := make([]executeArgument, len(n.arguments))
	for i, a := range n.arguments {
		key := memoryKey{a.place.in.of(set).address + uintptr(a.place.offset), a.place.desc}
		m, known := memories[key]
		if !known {
			var err error
			if m, err = t.newMemory(&t.scope, key.desc, key.address); err != nil {
				return nil, err
			}
			memories[key] = m
		}
		list[i] = executeArgument{a.number, m}
	}
	t.pins.Pin(&list[0])
	return t.call(n.primitive, list), nil
}

func (e *Engine) call(primitive handle, list []executeArgument) step {
	return &[4]uintptr{uintptr(primitive), uintptr(e.stream), uintptr(len(list)), uintptr(unsafe.Pointer(&list[0]))}
}
