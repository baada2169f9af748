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
	for set := range sets {
		if err := o.uploadSet(c, seed, set); err != nil {
			return fmt.Errorf("%s: %w", o.tensor.Name, err)
		}
	}
	return nil
}

// stageBytes is the host memory through which operands reach the device.
const stageBytes = 32 << 20

func (o *operand) uploadSet(c *context, seed uint64, set int) error {
	buffer, first := o.at(set)
	width := o.elementBytes()
	total := o.layout.elements()
	rows := max(1, stageBytes/width/o.layout.run)
	stage := make([]byte, min(rows*o.layout.run, total)*width)
	for at := int64(0); at < total; at += rows * o.layout.run {
		part := stage[:min(rows*o.layout.run, total-at)*width]
		o.fill(seed, set, at, part)
		if err := c.write(uintptr(buffer), (int64(first)+at)*width, part); err != nil {
			return err
		}
	}
	return nil
}

// fill generates elements from, from+1, … of the laid out tensor on all CPUs.
func (o *operand) fill(seed uint64, set int, from int64, dst []byte) {
	width := o.elementBytes()
	runs := int64(len(dst)) / width / o.layout.run
	workers := int64(runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for r := runs * w / workers; r < runs*(w+1)/workers; r++ {
				o.fillRun(seed, set, from/o.layout.run+r, dst[r*o.layout.run*width:][:o.layout.run*width])
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
