// Package portable computes the workloads on any CPU in plain Go: no assembly,
// no unsafe, one code for every architecture. It stays as the reference that
// faster kernels are tested against and as the fallback where there is none.
//
// Everything is built of three parts: a Pool of goroutines, Steps that deal
// themselves out to it in chunks, and one 2x4 register tile. A matmul is one
// step; a transformer layer is a list of them. Types differ only in how a row
// is read (Rows) and how a result is stored (Store), so that all nine share every
// loop.
package portable
