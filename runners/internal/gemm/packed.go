package gemm

import "unsafe"

// A Packed is a B[K,N] in panels: as many columns as a tile has, one panel after the
// other, each with the whole of K. So a panel is one stream through memory, may be
// made by any thread alone, and the blocking of K is the driver's to choose.
// Zeros fill the last panel and the last word of K.
//
// Behind each panel lies one row of slack, where rows of an edge are gathered. It
// also keeps panels from lying at multiples of a power of two.
type Packed struct {
	K, N    int  // elements
	Anew    bool // packed for each product, as the column kernel says
	kernels *Kernels
	panels  ptr
}

// Words is how many words of K elements are.
func (k *Kernels) Words(K int) int { return ceilDiv(K, k.Group) }

// Padded is N rounded up to whole tiles.
func (k *Kernels) Padded(N int) int { return ceilDiv(N, k.Columns()) * k.Columns() }

// rowBytes is a word of K of one panel.
func (k *Kernels) rowBytes() int { return k.Columns() * k.BWord }

// panelBytes is a panel of so many words with its slack.
func (k *Kernels) panelBytes(words int) int { return (words + 1) * k.rowBytes() }

// PackedBytes is the memory that a Packed of that size needs.
func (k *Kernels) PackedBytes(K, N int) int {
	bytes := ceilDiv(N, k.Columns()) * k.panelBytes(k.Words(K))
	if k.SignedOffset != 0 {
		bytes += k.Padded(N) * 4
	}
	return bytes
}

// NewPacked lays a Packed of K x N over memory of PackedBytes, which holds nothing
// yet: every panel must be packed before it is multiplied. It allocates nothing, so
// that attention may shape one buffer anew for every block of keys. memory should be
// aligned to 64 bytes, for speed alone.
func (k *Kernels) NewPacked(memory ptr, K, N int) Packed {
	return Packed{K: K, N: N, kernels: k, panels: memory}
}

// Panels is the number of panels: the unit that one thread packs.
func (p *Packed) Panels() int { return ceilDiv(p.N, p.kernels.Columns()) }

// Columns are those of a panel, lo…hi-1.
func (p *Packed) Columns(panel int) (lo, hi int) {
	w := p.kernels.Columns()
	return panel * w, min((panel+1)*w, p.N)
}

// stride is bytes from one panel to the next.
func (p *Packed) stride() int { return p.kernels.panelBytes(p.kernels.Words(p.K)) }

func (p *Packed) panel(i int) ptr { return unsafe.Add(p.panels, i*p.stride()) }

// Pack packs panels lo…hi-1. src is row-major and begins with the first column of
// panel lo, ldb bytes a row: the whole of B, or a piece that a generator made.
// Different panels may be packed at the same time.
func (p *Packed) Pack(lo, hi int, src ptr, ldb int) {
	k := p.kernels
	first, _ := p.Columns(lo)
	_, end := p.Columns(hi - 1)
	k.pack(p.panel(lo), p.stride(), src, ldb, p.K, end-first)
	if k.SignedOffset != 0 {
		for i := lo; i < hi; i++ {
			k.correct(p.correction(i), p.panel(i), k.Words(p.K))
		}
	}
}

// PackPart packs part i of n of a row-major B, ldb bytes a row, so that workers share the
// work in any order: some words of K of all panels, whose rows are one stream through memory. A
// panel that is not full, and all where sums of columns are needed, is one part's. Parts may be
// empty. Two workers, AVX2 on Zen 3: fp64, fp32, bf16, int8 n = 1024 are packed 1.3, 1.3, 1.1, 1.05
// times as fast as some panels of all K each, products n = 256…1024 are 0.99-1.036 times as fast
// (20 cases of 21 rounds, median 1.015).
func (p *Packed) PackPart(i, n int, b ptr, ldb int) {
	k, full := p.kernels, p.N/p.kernels.Columns()
	if k.SignedOffset != 0 {
		p.packPanels(i*p.Panels()/n, (i+1)*p.Panels()/n, b, ldb)
		return
	}
	lo, hi := i*k.Words(p.K)/n, (i+1)*k.Words(p.K)/n
	if lo < hi && full > 0 {
		first := lo * k.Group
		k.pack(unsafe.Add(p.panels, lo*k.rowBytes()), p.stride(), unsafe.Add(b, first*ldb), ldb, min(hi*k.Group, p.K)-first, full*k.Columns())
	}
	if i == n-1 {
		p.packPanels(full, p.Panels(), b, ldb)
	}
}

// packPanels packs panels lo…hi-1 of a row-major B, if there are any.
func (p *Packed) packPanels(lo, hi int, b ptr, ldb int) {
	if lo == hi {
		return
	}
	column, _ := p.Columns(lo)
	p.Pack(lo, hi, unsafe.Add(b, column*p.kernels.Type.elementBytes()), ldb)
}

// correction is where the init of a panel's columns lies, behind all panels; nil
// without SignedOffset.
func (p *Packed) correction(panel int) ptr {
	if p.kernels.SignedOffset == 0 {
		return nil
	}
	return unsafe.Add(p.panels, p.Panels()*p.stride()+panel*p.kernels.Columns()*4)
}

// pack brings rows x cols elements of src into panels stride bytes apart.
func (k *Kernels) pack(dst ptr, stride int, src ptr, ldb, rows, cols int) {
	words, whole := rows/k.Group, cols/k.Columns()
	if words > 0 && whole > 0 {
		k.Pack(dst, src, ldb, words, whole, stride)
	}
	if edge := cols % k.Columns(); words > 0 && edge > 0 {
		k.packEdge(unsafe.Add(dst, whole*stride), unsafe.Add(src, whole*k.Columns()*k.Type.elementBytes()), ldb, words, edge)
	}
	if tail := rows % k.Group; tail > 0 {
		k.packTail(unsafe.Add(dst, words*k.rowBytes()), stride, unsafe.Add(src, words*k.Group*ldb), ldb, tail, cols)
	}
}

// packEdge packs words of K of one panel that is not full.
func (k *Kernels) packEdge(dst, src ptr, ldb, words, cols int) {
	if k.PackEdge != nil {
		k.PackEdge(dst, src, ldb, words, cols)
		return
	}
	slack := unsafe.Add(dst, words*k.rowBytes()) // the last word's row of a tail, or the panel's slack
	for w := range words {
		k.gather(unsafe.Add(dst, w*k.rowBytes()), slack, unsafe.Add(src, w*k.Group*ldb), ldb, k.Group, cols)
	}
}

// packTail packs the last word of K, of which only some rows exist.
func (k *Kernels) packTail(dst ptr, stride int, src ptr, ldb, rows, cols int) {
	w := k.Columns()
	for c := 0; c < cols; c += w {
		to := unsafe.Add(dst, c/w*stride)
		k.gather(to, unsafe.Add(to, k.rowBytes()), unsafe.Add(src, c*k.Type.elementBytes()), ldb, rows, min(w, cols-c))
	}
}

// gather packs one word of K of one panel by way of slack, where zeros stand for
// the rows and columns that src does not have.
func (k *Kernels) gather(dst, slack, src ptr, ldb, rows, cols int) {
	e := k.Type.elementBytes()
	row := k.Columns() * e
	all := unsafe.Slice((*byte)(slack), k.Group*row)
	clear(all)
	for r := range rows {
		copy(all[r*row:], unsafe.Slice((*byte)(unsafe.Add(src, r*ldb)), cols*e))
	}
	k.Pack(dst, slack, row, 1, 1, 0)
}

func ceilDiv(n, d int) int { return (n + d - 1) / d }
