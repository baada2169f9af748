package gemm

import (
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// TestPartsPackTheWhole: parts, packed in any order, make the same panels as all at once.
func TestPartsPackTheWhole(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *Kernels) {
		r := rand.New(rand.NewPCG(21, uint64(k.Type)))
		for range 40 {
			K, N, parts := 1+r.IntN(70), 1+r.IntN(5*k.Columns()), 1+r.IntN(9)
			from := newMatrix(t, r, K, N, k.Type.elementBytes())
			from.values(k.Type, r)
			whole, byParts := packedBytes(t, k, K, N), packedBytes(t, k, K, N)
			whole.Pack(0, whole.Panels(), from.data, from.ld)
			for _, i := range r.Perm(parts) {
				byParts.PackPart(i, parts, from.data, from.ld)
			}
			for i := range whole.Panels() {
				require.Equal(t, panelOf(whole, i), panelOf(byParts, i), "K %d, N %d, %d parts, panel %d", K, N, parts, i)
			}
		}
	})
}

// packedBytes is a Packed between guard pages that holds nothing yet.
func packedBytes(t *testing.T, k *Kernels, K, N int) *Packed {
	p := k.NewPacked(guarded(t, k.PackedBytes(K, N), true), K, N)
	return &p
}

// panelOf is what a panel holds, without its slack, and the correction of its columns.
func panelOf(p *Packed, panel int) []byte {
	k := p.kernels
	all := append([]byte{}, unsafe.Slice((*byte)(p.panel(panel)), k.Words(p.K)*k.rowBytes())...)
	if c := p.correction(panel); c != nil {
		all = append(all, unsafe.Slice((*byte)(c), 4*k.Columns())...)
	}
	return all
}
