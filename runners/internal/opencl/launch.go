package opencl

import (
	"cmp"
	"fmt"
	"runtime"
	"unsafe"

	"joulemark/runners/internal/dl"
)

// A launch is one kernel with its arguments and its grid, ready to be enqueued
// again and again. What the driver reads lies in pinned memory.
type launch struct {
	kernel       uintptr
	name         string
	global       [3]uintptr
	local        [3]uintptr // zeros: the driver chooses
	rotating     []rotation
	pinner       runtime.Pinner
	globalAt     uintptr
	localAt      uintptr
	arguments    uint32
	rotatingSlot []uint64 // buffer and offset of each rotating argument pair
	slotAt       uintptr
	argumentCall [4]uintptr // what is handed to the driver, kept so that a launch makes no garbage
	enqueueCall  [9]uintptr
}

// A rotation is an operand that takes two arguments: its buffer and the element at
// which the set begins.
type rotation struct {
	index   uint32
	operand *operand
}

// newLaunch prepares a kernel on a grid. The arguments are int, float32,
// a buffer (memory), or what takes two, a buffer and where it begins: an activation
// or an *operand.
func (c *context) newLaunch(kernel uintptr, name string, global, local [3]int, arguments ...any) (*launch, error) {
	l := &launch{kernel: kernel, name: name}
	for i := range global {
		l.global[i], l.local[i] = uintptr(max(global[i], 1)), uintptr(local[i])
	}
	for _, a := range arguments {
		if err := l.set(c, a); err != nil {
			return nil, fmt.Errorf("argument %d of %s: %w", l.arguments, name, err)
		}
	}
	l.pin()
	c.later(l.pinner.Unpin)
	return l, nil
}

// A memory is the handle of a buffer.
type memory uintptr

func (l *launch) set(c *context, argument any) error {
	index := l.arguments
	l.arguments++
	give := func(size uintptr, value unsafe.Pointer) error {
		return check("clSetKernelArg", c.library.calls.setKernelArg(l.kernel, index, size, value))
	}
	switch a := argument.(type) {
	case int:
		v := int32(a)
		return give(4, unsafe.Pointer(&v))
	case float32:
		return give(4, unsafe.Pointer(&a))
	case memory:
		return give(unsafe.Sizeof(a), unsafe.Pointer(&a))
	case activation:
		l.arguments++
		var none uint64
		return cmp.Or(
			give(unsafe.Sizeof(a), unsafe.Pointer(&a)),
			check("clSetKernelArg", c.library.calls.setKernelArg(l.kernel, index+1, 8, unsafe.Pointer(&none))),
		)
	case *operand:
		l.arguments++
		l.rotating = append(l.rotating, rotation{index, a})
		return nil
	}
	return fmt.Errorf("%T is no kind of argument", argument)
}

func (l *launch) pin() {
	l.pinner.Pin(l)
	l.globalAt, l.localAt = uintptr(unsafe.Pointer(&l.global)), uintptr(unsafe.Pointer(&l.local))
	if l.local[0] == 0 {
		l.localAt = 0
	}
	if len(l.rotating) > 0 {
		l.rotatingSlot = make([]uint64, 2*len(l.rotating))
		l.pinner.Pin(&l.rotatingSlot[0])
		l.slotAt = uintptr(unsafe.Pointer(&l.rotatingSlot[0]))
	}
}

// enqueue launches the kernel on the operands of a set. event is where its event
// is written, 0 for none.
func (l *launch) enqueue(c *context, set int, event uintptr) error {
	for i, r := range l.rotating {
		l.rotatingSlot[2*i], l.rotatingSlot[2*i+1] = r.operand.at(set)
		for part := range uintptr(2) {
			l.argumentCall = [4]uintptr{l.kernel, uintptr(r.index) + part, 8, l.slotAt + 8*(2*uintptr(i)+part)}
			if code := int32(dl.Call(c.library.hot.setKernelArg, l.argumentCall[:]...)); code != 0 {
				return fmt.Errorf("%s: %w", l.name, check("clSetKernelArg", code))
			}
		}
	}
	const dimensions = 3
	l.enqueueCall = [9]uintptr{c.queue, l.kernel, dimensions, 0, l.globalAt, l.localAt, 0, 0, event}
	if code := int32(dl.Call(c.library.hot.enqueueKernel, l.enqueueCall[:]...)); code != 0 {
		return fmt.Errorf("%s: %w", l.name, check("clEnqueueNDRangeKernel", code))
	}
	return nil
}
