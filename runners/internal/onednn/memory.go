package onednn

import (
	"fmt"
	"unsafe"

	"joulemark/runners/internal/dl"
	"joulemark/workloads"
)

// A storage is memory that nodes read and write: a buffer that all iterations
// share, or an operand, of which each set has its own.
type storage struct {
	kind     dataType // of the elements, where it is not repacked
	bytes    int64
	operand  *operand              // nil for a buffer
	constant func(i int64) float32 // what a buffer holds for ever; nil = nothing
	parts    []part                // one, or one a set; empty until allocated
}

// A part is memory of the engine.
type part struct {
	memory  handle
	address uintptr
}

// An operand is a tensor of the workload as a primitive wants it: as the generator
// stores it, or a part of its columns in another layout or type.
type operand struct {
	tensor workloads.Tensor
	to     desc     // how the storage holds it; nil = as the generator stores it
	from   place    // where it lies in the tensor as stored
	mover  compiled // from there to the storage
}

// A place is a part of a storage, seen as a tensor.
type place struct {
	in     *storage
	offset int64 // bytes
	desc   desc
}

// interop is how a GPU engine on OpenCL gets memory that has an address
// (dnnl_ocl.h: dnnl_ocl_interop_usm is 0). Elsewhere memory has one anyway.
type interop struct {
	create func(memory *handle, d desc, engine handle, kind int32, data uintptr) int32
}

func (i *interop) bind(file *dl.Library) {
	_ = file.Bind(map[string]any{"dnnl_ocl_interop_memory_create": &i.create}) // nil where the build has no OpenCL
}

// newMemory makes an object for memory at an address, or for memory to allocate.
func (e *Engine) newMemory(s *scope, d desc, address uintptr) (m handle, err error) {
	status := int32(0)
	if e.gpu && e.gpuRuntime == runtimeOpenCL && e.interop.create != nil {
		status = e.interop.create(&m, d, e.engine, 0, address)
	} else {
		status = e.memoryCreate(&m, d, e.engine, address)
	}
	if err := e.check(status, "a memory object"); err != nil {
		return nil, err
	}
	s.later(func() { e.memoryDestroy(m) })
	return m, nil
}

// allocate takes the memory of one part.
func (e *Engine) allocate(s *scope, bytes int64) (part, error) {
	d, status := e.generation.describe(u8, []int64{bytes}, []int64{1})
	if err := e.check(status, "a memory descriptor"); err != nil {
		return part{}, err
	}
	s.later(func() { e.forget(d) })
	m, err := e.newMemory(s, d, allocate)
	if err != nil {
		return part{}, err
	}
	p := part{memory: m}
	if err := e.check(e.memoryData(m, &p.address), "the address of memory"); err != nil {
		return part{}, err
	}
	if p.address == 0 {
		return part{}, fmt.Errorf("oneDNN %s gave no memory for %d bytes: take a smaller workload", e.Version, bytes)
	}
	return p, nil
}

// mapped lets use see memory as bytes.
func (e *Engine) mapped(p part, bytes int64, use func([]byte)) error {
	var data unsafe.Pointer
	if err := e.check(e.memoryMap(p.memory, &data), "mapping memory"); err != nil {
		return err
	}
	use(unsafe.Slice((*byte)(data), bytes))
	return e.check(e.memoryUnmap(p.memory, data), "unmapping memory")
}

// of is the part that a set uses.
func (s *storage) of(set int) part {
	if s.operand == nil {
		return s.parts[0]
	}
	return s.parts[set]
}
