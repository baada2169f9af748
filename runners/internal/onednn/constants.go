package onednn

import "joulemark/workloads"

// Constants that versions 2 and 3 share (dnnl_types.h, dnnl_common_types.h,
// dnnl_config.h).
const (
	engineCPU = 1
	engineGPU = 2

	streamInOrder    = 1
	forwardInference = 96

	runtimeSequential = 1
	runtimeOpenMP     = 2
	runtimeTBB        = 4
	runtimeThreadpool = 8
	runtimeOpenCL     = 256
	runtimeSYCL       = 512

	queryImplementation = 8   // dnnl_query_impl_info_str
	queryConsumption    = 6   // dnnl_query_memory_consumption_s64
	queryWeights        = 131 // dnnl_query_weights_md

	formatAny = 1 // dnnl_format_tag_any

	binaryAdd       = 0x1fff0
	binaryMul       = 0x1fff1
	reductionMean   = 0x2fff6
	softmaxAccurate = 0x30000

	normGlobalStats = 1 // dnnl_use_global_stats: mean and variance are given

	allocate = ^uintptr(0) // DNNL_MEMORY_ALLOCATE
)

// Arguments of dnnl_primitive_execute.
const (
	argSrc      = 1
	argSrc1     = 2
	argDst      = 17
	argWeights  = 33
	argBias     = 41
	argMean     = 49
	argVariance = 50
	argScale    = 51
	argShift    = 52
)

// dataType is dnnl_data_type_t.
type dataType int32

const (
	f16    dataType = 1
	bf16   dataType = 2
	f32    dataType = 3
	s32    dataType = 4
	s8     dataType = 5
	u8     dataType = 6
	f8e5m2 dataType = 9  // since 3.4
	f8e4m3 dataType = 10 // since 3.4
)

// dataTypes are the types of this project that the library stores alike. tf32 is
// kept as fp32.
var dataTypes = map[workloads.DType]dataType{
	workloads.FP32: f32, workloads.TF32: f32, workloads.FP16: f16, workloads.BF16: bf16, workloads.INT8: s8, workloads.INT32: s32,
	workloads.FP8E5M2: f8e5m2, workloads.FP8E4M3: f8e4m3,
}

// bytes is the size of an element.
func (d dataType) bytes() int64 {
	switch d {
	case f32, s32:
		return 4
	case f16, bf16:
		return 2
	}
	return 1
}
