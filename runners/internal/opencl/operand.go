package opencl

import (
	"fmt"
	"runtime"
	"sync"

	"joulemark/workloads"
)

// An operand is one tensor in all its sets. As many sets as the device allows in
// one buffer lie one after the other in it.
type operand struct {
	tensor    workloads.Tensor
	layout    layout
	buffers   []uintptr
	perBuffer int
	stride    int64 // elements from one set to the next
}

// strideElements keeps every set on the boundary that vectors and CLBlast like.
const strideElements = 64

func newOperand(t workloads.Tensor, panel int) *operand {
	o := &operand{tensor: t, layout: layoutOf(t, panel)}
	o.stride = (o.layout.elements() + strideElements - 1) / strideElements * strideElements
	return o
}

func (o *operand) elementBytes() int64 { return int64(o.tensor.Type.StoredBytes(1)) }

// setBytes is the device memory of one set.
func (o *operand) setBytes() int64 { return o.stride * o.elementBytes() }

// at is the buffer of a set and the element where it begins.
func (o *operand) at(set int) (buffer, first uint64) {
	return uint64(o.buffers[set/o.perBuffer]), uint64(int64(set%o.perBuffer) * o.stride)
}

// upload allocates all sets and fills them from the generator.
func (o *operand) upload(c *context, seed uint64, sets int) error {
	o.perBuffer = int(max(1, min(int64(sets), c.MaxAllocBytes/o.setBytes())))
	for first := 0; first < sets; first += o.perBuffer {
		b, err := c.buffer(int64(min(o.perBuffer, sets-first)) * o.setBytes())
		if err != nil {
			return fmt.Errorf("%s: %w", o.tensor.Name, err)
		}
		o.buffers = append(o.buffers, b)
	}
	for from := int64(0); from < int64(sets)*o.runs(); {
		n, err := o.uploadRuns(c, seed, from, int64(sets))
		if err != nil {
			return fmt.Errorf("%s: %w", o.tensor.Name, err)
		}
		from += n
	}
	return nil
}

// stageBytes is the host memory through which operands reach the device.
const stageBytes = 32 << 20

// runs is the number of runs of neighbours in a set.
func (o *operand) runs() int64 { return o.layout.elements() / o.layout.run }

// uploadRuns takes runs to the device in one go, counted over all sets: whole sets of
// one buffer, as many as the stage holds, or a part of a set. It tells how many.
func (o *operand) uploadRuns(c *context, seed uint64, from, sets int64) (int64, error) {
	set, run := from/o.runs(), from%o.runs()
	count, bytes := min(o.runs()-run, max(1, stageBytes/o.runBytes())), int64(0)
	if whole := stageBytes / o.setBytes(); whole > 0 {
		perBuffer := int64(o.perBuffer)
		whole = min(whole, sets-set, perBuffer-set%perBuffer)
		count, bytes = whole*o.runs(), whole*o.setBytes()
	}
	stage := make([]byte, max(bytes, count*o.runBytes()))
	o.fill(seed, from, count, stage)
	buffer, first := o.at(int(set))
	return count, c.write(uintptr(buffer), int64(first)*o.elementBytes()+run*o.runBytes(), stage)
}

func (o *operand) runBytes() int64 { return o.layout.run * o.elementBytes() }

// fill generates that many runs on all CPUs, the first at the beginning of dst and
// those of the next set one stride behind.
func (o *operand) fill(seed uint64, from, count int64, dst []byte) {
	origin, workers := from%o.runs()*o.runBytes(), int64(runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := from + count*w/workers; i < from+count*(w+1)/workers; i++ {
				set, run := i/o.runs(), i%o.runs()
				at := (set-from/o.runs())*o.setBytes() + run*o.runBytes() - origin
				o.fillRun(seed, int(set), run, dst[at:][:o.runBytes()])
			}
		})
	}
	wg.Wait()
}

// fillRun generates one run of neighbours, with zeros behind the last column.
func (o *operand) fillRun(seed uint64, set int, run int64, dst []byte) {
	first, count := o.layout.source(run)
	used := dst[:count*o.elementBytes()]
	if count > 0 {
		o.tensor.FillBytes(seed, set, used, uint64(first))
	}
	clear(dst[len(used):])
}
