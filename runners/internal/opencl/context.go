package opencl

import (
	"cmp"
	"fmt"
	"unsafe"
)

// A context is one device made ready: an in-order queue, and all that was made
// for it, which close gives back.
type context struct {
	*Device
	handle, queue uintptr
	undo          []func()
	bytes         int64   // of the buffers
	compileS      float64 // spent in the driver's compiler; what it puts off to the first launch is not seen
}

func (d *Device) open() (*context, error) {
	c := &context{Device: d}
	var code int32
	c.handle = d.library.calls.createContext(nil, 1, &d.id, 0, 0, &code)
	if err := check("clCreateContext", code); err != nil {
		return nil, err
	}
	c.later(func() { d.library.calls.releaseContext(c.handle) })
	c.queue = d.library.calls.createCommandQueue(c.handle, d.id, 0, &code)
	if err := check("clCreateCommandQueue", code); err != nil {
		c.close()
		return nil, err
	}
	c.later(func() { d.library.calls.releaseCommandQueue(c.queue) })
	return c, nil
}

func (c *context) later(undo func()) { c.undo = append(c.undo, undo) }

// mark and closeTo give back what was made since.
func (c *context) mark() int { return len(c.undo) }

func (c *context) closeTo(mark int) {
	for i := len(c.undo) - 1; i >= mark; i-- {
		c.undo[i]()
	}
	c.undo = c.undo[:mark]
}

func (c *context) close() { c.closeTo(0) }

// buffer allocates device memory. Most drivers do so when it is first written.
func (c *context) buffer(bytes int64) (uintptr, error) {
	const readWrite = 1 // CL_MEM_READ_WRITE
	var code int32
	m := c.library.calls.createBuffer(c.handle, readWrite, uintptr(max(bytes, 1)), nil, &code)
	if err := check(fmt.Sprintf("clCreateBuffer of %d bytes", bytes), code); err != nil {
		return 0, err
	}
	c.bytes += bytes
	c.later(func() { c.library.calls.releaseMemObject(m); c.bytes -= bytes })
	return m, nil
}

// write copies host memory to a buffer and returns when it has been read.
func (c *context) write(memory uintptr, at int64, data []byte) error {
	if len(data) == 0 {
		return nil
	}
	return check("clEnqueueWriteBuffer", c.library.calls.enqueueWrite(c.queue, memory, 1, uintptr(at), uintptr(len(data)), unsafe.Pointer(&data[0]), 0, nil, nil))
}

// read copies from a buffer when all that was enqueued has finished.
func (c *context) read(memory uintptr, at int64, data []byte) error {
	return check("clEnqueueReadBuffer", c.library.calls.enqueueRead(c.queue, memory, 1, uintptr(at), uintptr(len(data)), unsafe.Pointer(&data[0]), 0, nil, nil))
}

// fill writes zeros, and is the first touch of a buffer, where a device that has
// no room says so.
func (c *context) fill(memory uintptr, bytes int64) error {
	var zero [16]byte
	whole := bytes / int64(len(zero)) * int64(len(zero))
	if whole == 0 {
		return c.write(memory, 0, zero[:bytes])
	}
	return cmp.Or(
		check("clEnqueueFillBuffer", c.library.calls.enqueueFill(c.queue, memory, unsafe.Pointer(&zero[0]), uintptr(len(zero)), 0, uintptr(whole), 0, nil, nil)),
		c.write(memory, whole, zero[:bytes-whole]),
		c.finish(),
	)
}
