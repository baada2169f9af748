package onednn

import (
	"runtime"
	"sync"

	"joulemark/runners/internal/dl"
	"joulemark/workloads"
)

// An arrangement is another order of a tensor's elements: within each period of
// len(order) blocks, position j gets block order[j].
type arrangement struct {
	block int // elements
	order []int
}

// fillSets makes the operands: a tensor that is used as it is stored in its place,
// the others in a staging memory, from which each use repacks its part.
func (t *Task) fillSets(seed uint64, sets int) error {
	repacked := map[int][]*storage{}
	for _, s := range t.storages {
		if s.operand == nil {
			continue
		}
		if s.operand.to != nil {
			repacked[s.operand.tensor.Index] = append(repacked[s.operand.tensor.Index], s)
			continue
		}
		for set := range sets {
			if err := t.mapped(s.parts[set], s.bytes, func(b []byte) { generate(s.operand.tensor, arrangement{}, seed, set, b) }); err != nil {
				return err
			}
		}
	}
	for _, uses := range repacked {
		if err := t.repack(uses, seed, sets); err != nil {
			return err
		}
	}
	return nil
}

// repack makes one tensor, set after set, and repacks it for its uses.
func (t *Task) repack(uses []*storage, seed uint64, sets int) error {
	var s scope
	defer s.free()
	tensor := uses[0].operand.tensor
	staging, err := t.allocate(&s, storedBytes(tensor))
	if err != nil {
		return err
	}
	for set := range sets {
		err := t.mapped(staging, storedBytes(tensor), func(b []byte) { generate(tensor, t.arranged[tensor.Index], seed, set, b) })
		if err != nil {
			return err
		}
		for _, use := range uses {
			if err := t.repackOne(use, set, staging); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *Task) repackOne(to *storage, set int, staging part) error {
	var s scope
	defer s.free()
	from, err := t.newMemory(&s, to.operand.from.desc, staging.address+uintptr(to.operand.from.offset))
	if err != nil {
		return err
	}
	dst, err := t.newMemory(&s, to.operand.to, to.parts[set].address)
	if err != nil {
		return err
	}
	list := []executeArgument{{argSrc, from}, {argDst, dst}}
	var pin runtime.Pinner
	pin.Pin(&list[0])
	defer pin.Unpin()
	if err := t.check(int32(dl.Call(t.execute, t.call(to.operand.mover.primitive, list)[:]...)), "repacking"); err != nil {
		return err
	}
	return t.Finish()
}

// generate fills memory with a tensor as it is stored, in an arrangement, on all
// CPUs.
func generate(t workloads.Tensor, a arrangement, seed uint64, set int, dst []byte) {
	width, n := t.Type.StoredBytes(1), t.Len()
	if a.block == 0 {
		a = arrangement{1 << 16, []int{0}}
	}
	blocks := (n + a.block - 1) / a.block
	each := max(1, (1<<16)/a.block) // blocks that one goroutine makes
	var wait sync.WaitGroup
	for first := 0; first < blocks; first += each {
		wait.Go(func() {
			for b := first; b < min(first+each, blocks); b++ {
				position := b % len(a.order)
				source := b - position + a.order[position]
				t.FillBytes(seed, set, dst[b*a.block*width:min((b+1)*a.block, n)*width], uint64(source*a.block))
			}
		})
	}
	wait.Wait()
}
