//go:build !amd64 && !arm64

package isa

// native: there are no kernels of ours for this architecture.
func native() []Set { return nil }
