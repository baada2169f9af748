package onednn

import (
	"unsafe"

	"joulemark/runners/internal/dl"
)

// handle is an object of the library: engine, stream, memory, primitive, its
// descriptor or attributes.
type handle = unsafe.Pointer

// A desc is a memory descriptor: the library's object in version 3, a struct that
// the caller holds in version 2. Functions take a pointer in both.
type desc = unsafe.Pointer

// version is dnnl_version_t.
type version struct {
	major, minor, patch int32
	_                   unsafe.Pointer // hash of the sources
	cpuRuntime          uint32
	gpuRuntime          uint32
}

// calls are the functions that both versions have, with one signature.
type calls struct {
	version              func() *version
	engineCount          func(kind int32) uintptr
	engineCreate         func(engine *handle, kind int32, index uintptr) int32
	engineDestroy        func(engine handle) int32
	streamCreate         func(stream *handle, engine handle, flags uint32) int32
	streamDestroy        func(stream handle) int32
	memoryCreate         func(memory *handle, d desc, engine handle, data uintptr) int32
	memoryData           func(memory handle, data *uintptr) int32
	memoryMap            func(memory handle, data *unsafe.Pointer) int32
	memoryUnmap          func(memory handle, data unsafe.Pointer) int32
	memoryDestroy        func(memory handle) int32
	descBytes            func(d desc) uintptr
	primitiveCreate      func(primitive *handle, pd handle) int32
	primitiveDestroy     func(primitive handle) int32
	primitiveDescQuery   func(pd handle, what, index int32, result unsafe.Pointer) int32
	primitiveDescQueryMD func(pd handle, what, index int32) desc
	primitiveDescDestroy func(pd handle) int32
	reorderCreate        func(pd *handle, from desc, fromEngine handle, to desc, toEngine handle, attr handle) int32
	attrCreate           func(attr *handle) int32
	attrDestroy          func(attr handle) int32
	attrSetPostOps       func(attr, ops handle) int32
	postOpsCreate        func(ops *handle) int32
	postOpsDestroy       func(ops handle) int32
	postOpsAppendBinary  func(ops handle, algorithm int32, d desc) int32
	effectiveISA         func() int32
	isaName              func(isa int32) string
	setMaxISA            func(isa int32) int32

	// dnnl_primitive_execute and dnnl_stream_wait, called without reflection, which
	// allocates.
	execute, wait uintptr
}

func (c *calls) bind(lib *dl.Library) (err error) {
	if c.execute, err = lib.Symbol("dnnl_primitive_execute"); err != nil {
		return err
	}
	if c.wait, err = lib.Symbol("dnnl_stream_wait"); err != nil {
		return err
	}
	return lib.Bind(map[string]any{
		"dnnl_version":                       &c.version,
		"dnnl_engine_get_count":              &c.engineCount,
		"dnnl_engine_create":                 &c.engineCreate,
		"dnnl_engine_destroy":                &c.engineDestroy,
		"dnnl_stream_create":                 &c.streamCreate,
		"dnnl_stream_destroy":                &c.streamDestroy,
		"dnnl_memory_create":                 &c.memoryCreate,
		"dnnl_memory_get_data_handle":        &c.memoryData,
		"dnnl_memory_map_data":               &c.memoryMap,
		"dnnl_memory_unmap_data":             &c.memoryUnmap,
		"dnnl_memory_destroy":                &c.memoryDestroy,
		"dnnl_memory_desc_get_size":          &c.descBytes,
		"dnnl_primitive_create":              &c.primitiveCreate,
		"dnnl_primitive_destroy":             &c.primitiveDestroy,
		"dnnl_primitive_desc_query":          &c.primitiveDescQuery,
		"dnnl_primitive_desc_query_md":       &c.primitiveDescQueryMD,
		"dnnl_primitive_desc_destroy":        &c.primitiveDescDestroy,
		"dnnl_reorder_primitive_desc_create": &c.reorderCreate,
		"dnnl_primitive_attr_create":         &c.attrCreate,
		"dnnl_primitive_attr_destroy":        &c.attrDestroy,
		"dnnl_primitive_attr_set_post_ops":   &c.attrSetPostOps,
		"dnnl_post_ops_create":               &c.postOpsCreate,
		"dnnl_post_ops_destroy":              &c.postOpsDestroy,
		"dnnl_post_ops_append_binary":        &c.postOpsAppendBinary,
		"dnnl_get_effective_cpu_isa":         &c.effectiveISA,
		"dnnl_cpu_isa2str":                   &c.isaName,
		"dnnl_set_max_cpu_isa":               &c.setMaxISA,
	})
}
