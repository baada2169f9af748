package gemm

// A blocking is how a product goes through the caches.
type blocking struct {
	kc       int  // words of K in a pass over C
	nc       int  // columns of a block of B, whole tiles
	mc       int  // rows of C for which a block of B is visited at a time
	kOuter   bool // passes over K outermost; else all of K for a block of C, then the next
	inPlace  bool // B is read where it lies
	panel    bool // rows of A are brought into words first
	stream   bool // few rows: B comes packed from memory and is used once
	quarters bool // the same, by quarters of a panel
	wide     bool // few rows: B comes row by row from memory and is used once
	sweep    bool // the same, by sweeps
	down     bool // tiles go down the columns of C, not along its rows
}

// What is supposed of caches of unknown size.
const (
	supposedL1Bytes = 32 << 10
	supposedL2Bytes = 256 << 10
)

// choose fits the blocks into the caches: a panel of A (a tile's rows x kc) into 3/8
// of the first level, a block of B (kc x nc) into half of the second.
//
// Rejected, on Zen 5 (fp32, n = 2048, 4096): kc = 1024 with nc = 128 words -3.5 and
// -4.6 %; nc = 128 with kc = 512 -7 %. Between kc 256…512 and nc 192…384 all is flat
// within 1 %. On Zen 4 (n = 512, 1024) all of kc 256…1024 and nc 128…384 are within
// 1.5 %, with kc = 512 at the top.
func choose(k *Kernels, p *Product, c Caches) blocking {
	l1, l2 := c.L1Bytes, c.L2Bytes
	if l1 <= 0 {
		l1 = supposedL1Bytes
	}
	if l2 <= 0 {
		l2 = supposedL2Bytes
	}
	b := blocking{panel: k.needsPanel(p) || k.narrow() && k.rowsMeet(p), inPlace: k.inPlace(p), mc: p.M}
	b.kc = evenly(k.Words(p.K), max(l1*3/8/k.Rows/k.AWord, k.leastWords()))
	switch few := p.M <= fewRows; {
	case few && p.Packed != nil:
		b.stream = true
		if !b.readsQuarters(k, p, l1, l2) {
			b.kc, b.nc = k.streamBlock(p, l1)
		}
	case b.sweeps(k, p):
		b.sweep = true
		b.kc, b.nc = k.Words(p.K), k.nearColumns(p.M, l1)
	case few:
		b.wide = true
		b.kc = min(b.kc, wideWords)
		b.nc = k.blockColumns(l2, b.kc)
	case k.goesDown(p):
		b.goDown(k, p, l2)
		return b
	default:
		b.nc = k.blockColumns(l2, b.kc)
	}
	b.kOuter = p.hasC() && !b.stream
	if !b.kOuter && p.Packed != nil && b.passes(k, p) > 1 {
		b.mc = max(l2/2/(b.nc*k.Type.sumBytes())/k.Rows, 1) * k.Rows
	}
	return b
}

// leastWords is the shortest kc. Narrow tiles go over C more often for the same work, and
// longer passes are worth more to them than a panel of A in L1. AVX2 on Zen 4, kc 512 in place
// of 256: fp64 n = 1024, 2048 1.05, 1.08 times as fast, bf16 1.01-1.03; on Zen 3, 1024 in
// place of 512: fp32 n = 1000, 1500, 2500 1.04, 1.01, 1.04, fp64 1.025, 1.00, 1.05, int8 1500
// 1.01, bf16 as fast; with 1536 and more B has no room in L2 beside the rest.
func (k *Kernels) leastWords() int {
	if k.Vectors <= 2 {
		return 1024
	}
	return 256
}

// blockColumns is how wide a block of B may be to take half of the second level.
func (k *Kernels) blockColumns(l2, kc int) int {
	return max(l2/2/(kc*k.BWord)/k.Columns(), 1) * k.Columns()
}

// few says whether B is used once: all of A is then brought into words first.
func (b blocking) few() bool { return b.stream || b.wide }

// passes is how many passes over K there are.
func (b blocking) passes(k *Kernels, p *Product) int { return ceilDiv(k.Words(p.K), b.kc) }

// evenly is the length of equal pieces of at most limit, so that there is no short
// last one; a multiple of four where it is not all.
func evenly(n, limit int) int {
	pieces := ceilDiv(n, limit)
	if pieces == 1 {
		return n
	}
	return ceilDiv(ceilDiv(n, pieces), 4) * 4
}

// needsPanel says whether A cannot be read where it lies: its words are made, or the
// last one of a row is not whole.
func (k *Kernels) needsPanel(p *Product) bool {
	switch {
	case k.Panel == nil:
		return false
	case k.Type == INT8 && !(p.AUnsigned && k.SignedOffset != 0):
		return true
	}
	return k.AWord != k.Group*k.Type.elementBytes() || p.K%k.Group != 0
}

const (
	// inPlaceBytes is up to which size a B is read where it lies.
	inPlaceBytes = 256 << 10
	// inPlaceRowBytes is how wide a tile must be for that. One that takes a line of each row
	// gains by packing at any size: on Zen 3 by AVX2 fp32 n = 64, 100, 256 1.09, 1.04, 1.10
	// times as fast, fp64 1.22, 1.03, 1.17.
	inPlaceRowBytes = 256
)

// inPlace says whether packing B would cost more than it saves.
func (k *Kernels) inPlace(p *Product) bool {
	if p.Packed != nil || k.Group != 1 || !k.MaskedB {
		return false
	}
	return p.M <= fewRows || k.rowBytes() >= inPlaceRowBytes && p.K*p.N*k.BWord <= inPlaceBytes
}
