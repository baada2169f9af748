package cblas

import (
	"fmt"
	"math"
	"runtime"
	"unsafe"
)

// trialSize is the side of the products that are tried before anything is timed:
// past what libraries have small kernels for.
const trialSize = 96

// try multiplies two small matrices of zeros, so that a library that loads its
// kernels at the first product has loaded them.
func (l *Library) try() error {
	function, err := l.loaded.Symbol(l.prefix + "sgemm_")
	if err != nil {
		return err
	}
	var pins runtime.Pinner
	defer pins.Unpin()
	memory := aligned(&pins, 3*4*trialSize*trialSize)
	a, b, c := unsafe.Pointer(&memory[0]), unsafe.Pointer(&memory[4*trialSize*trialSize]), unsafe.Pointer(&memory[8*trialSize*trialSize])
	s := newScalars(&pins, trialSize, trialSize, trialSize, one32)
	product := s.gemm(function, c)
	product.run(a, b)
	return nil
}

// exactDepth makes sums that need 26 bits and are odd, so that a product that passes
// through fp32 shows too.
const exactDepth = 4097

// exact refuses an integer product that saturates on this processor: without VNNI
// or its like, libraries add pairs of products in 16 bits (Intel's manual of
// vpmaddubsw; oneMKL's of cblas_gemm_s8u8s32). The largest operands show it.
func (l *Library) exact(how method) error {
	function, err := l.loaded.Symbol(l.prefix + how.function)
	if err != nil {
		return err
	}
	var pins runtime.Pinner
	defer pins.Unpin()
	a, b := aligned(&pins, trialSize*exactDepth), aligned(&pins, exactDepth*trialSize)
	for i := range a {
		a[i], b[i] = math.MaxUint8, math.MaxInt8 // 127 with 128 added, and 127
	}
	c := aligned(&pins, 4*trialSize*trialSize)
	s := newScalars(&pins, trialSize, trialSize, exactDepth, how.one)
	s.rightOffset = math.MinInt8
	product := how.call(s, function, unsafe.Pointer(&c[0]))
	product.run(unsafe.Pointer(&a[0]), unsafe.Pointer(&b[0]))
	for i, got := range unsafe.Slice((*int32)(unsafe.Pointer(&c[0])), trialSize*trialSize) {
		if want := int32(exactDepth * math.MaxInt8 * math.MaxInt8); got != want {
			return fmt.Errorf("%s %s has no exact product of int8 on this processor (element %d is %d and not %d): choose the runner onednn", l.Name, l.Version, i, got, want)
		}
	}
	return nil
}
