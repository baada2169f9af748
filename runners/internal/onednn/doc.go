// Package onednn drives oneDNN through its C API, versions 2 and 3, on CPU and
// GPU engines. It computes matmuls and transformer layers from the library's
// primitives; nothing in the timed loop is Go but the list of calls.
//
// A computation is a graph: operands that the generator fills, buffers for what
// lies between, and nodes that are primitives with their places bound. Weights
// are repacked, once and before any timing, into whatever layout the library
// asks for (format tag any).
//
// What the two versions name alike is in calls.go, what differs in generation2.go
// and generation3.go. Sources of every constant: the headers dnnl.h,
// dnnl_types.h and dnnl_common_types.h of 2.6.3 and 3.2, types newer than those from dnnl_common_types.h as of 2025.
//
// The library keeps a pool of threads for each thread that calls it (OpenMP), so
// that a library is opened and used by one goroutine, locked to its thread.
package onednn
