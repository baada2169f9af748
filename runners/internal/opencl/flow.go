package opencl

import (
	"runtime"
	"unsafe"

	"joulemark/runners/internal/dl"
)

// inFlight bounds the launches that wait in the driver, which keeps memory for
// each: half of them are waited for before the next half is enqueued, so that the
// device never runs dry.
const inFlight = 256

// A flow hands launches to a queue, never more than inFlight ahead of the device.
type flow struct {
	context *context
	pending int
	events  [2]uint64 // of the last launch of each half, 0 = none
	pinner  runtime.Pinner
	eventAt uintptr
}

func newFlow(c *context) *flow {
	f := &flow{context: c}
	f.pinner.Pin(f)
	f.eventAt = uintptr(unsafe.Pointer(&f.events))
	c.later(f.pinner.Unpin)
	return f
}

// launch enqueues l on the operands of a set.
func (f *flow) launch(l *launch, set int) error {
	return f.enqueue(func(event uintptr) error { return l.enqueue(f.context, set, event) })
}

// enqueue calls one, which enqueues something whose event it writes to the address
// that it is given, unless that is 0. The first after a wait is flushed at once,
// because some drivers else hold it back.
func (f *flow) enqueue(one func(event uintptr) error) error {
	f.pending++
	half := uintptr(f.pending / (inFlight / 2) % 2)
	last := f.pending%(inFlight/2) == 0
	var event uintptr
	if last {
		if err := f.settle(half); err != nil {
			return err
		}
		event = f.eventAt + 8*half
	}
	if err := one(event); err != nil {
		return err
	}
	if last || f.pending == 1 {
		return check("clFlush", int32(dl.Call(f.context.library.hot.flush, f.context.queue)))
	}
	return nil
}

// settle waits for the launches up to the event of a half.
func (f *flow) settle(half uintptr) error {
	if f.events[half] == 0 {
		return nil
	}
	hot := &f.context.library.hot
	waited := int32(dl.Call(hot.waitForEvents, 1, f.eventAt+8*half))
	dl.Call(hot.releaseEvent, uintptr(f.events[half]))
	f.events[half] = 0
	return check("clWaitForEvents", waited)
}

// finish waits for everything.
func (f *flow) finish() error {
	f.pending = 0
	for half := range uintptr(2) {
		if err := f.settle(half); err != nil {
			return err
		}
	}
	return f.context.finish()
}

func (c *context) finish() error {
	return check("clFinish", int32(dl.Call(c.library.hot.finish, c.queue)))
}
