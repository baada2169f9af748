package gemm

import "unsafe"

// offsetWords is how much of K correct takes at a time.
const offsetWords = 512

// offsets is a row of A whose every byte is SignedOffset.
var offsets = func() (row [offsetWords * 4]byte) {
	for i := range row {
		row[i] = 128
	}
	return row
}()

// correct writes what init must be for a panel of so many words when A's bytes hold
// their values + SignedOffset: minus SignedOffset times each column's sum, which is
// minus the product of a row of SignedOffset with the panel.
func (k *Kernels) correct(init, panel ptr, words int) {
	tile := k.Tile[0][1]
	for w := 0; w < words; w += offsetWords {
		acc := min(w, 1)
		tile(min(offsetWords, words-w), ptr(&offsets), 0, unsafe.Add(panel, w*k.rowBytes()), k.rowBytes(), init, 0, nil, acc, uintptr(init), uintptr(init), uintptr(panel))
	}
	row := unsafe.Slice((*int32)(init), k.Columns())
	for i, s := range row {
		row[i] = -s
	}
}
