package gemm

// With few rows B comes from memory, is used once, and its bandwidth is what counts.

// fewRows is up to how many rows B counts as used once. With more, tiles that go
// down the columns of C cost more than the stream of B gains.
const fewRows = 16

// streamVectors over the vectors of a tile is kc for few rows of a packed B. What the
// first strip brought is in the second level for the next one. Shorter blocks, whose words
// would still be in the first level, were slower with two and three strips (fp32,
// N = K = 4096, Zen 4, of the read rate at m = 8, 12 with tiles of 6 rows: kc 512 0.57, 0.52;
// 256 0.56, 0.51; 128 0.53, 0.47). Of the peak with tiles of 8 rows x 2 vectors at m = 7 or 8:
// kc 512 0.73, 1024 0.76.
const streamVectors = 2048

// streamBytes is a block of B that two or three strips go over; half as much where each
// fetches its part of the next block.
const streamBytes = 128 << 10

// streamBlock is kc and nc for few rows of a packed B. One strip alone takes as much of K at a
// time as rows of A fit into 3/4 of the first level. Where one pass takes all of K, a strip goes
// over many panels, which lie one behind the other: a strip for each panel of a short K ends the
// stream every few microseconds. Decode of the layer (K = 1024 thrice, 4096 once; Zen 3, one
// worker; three turns each), of the read rate, panel by panel and so: batch 1 fp32 0.90 and 0.93,
// bf16 0.85 and 0.89, int8 0.77 and 0.91; batch 8 int8 1.13, bf16 1.06 times as fast. Where it takes
// several, twins still need two panels.
func (k *Kernels) streamBlock(p *Product, l1 int) (kc, nc int) {
	words, limit := k.Words(p.K), streamVectors/k.Vectors
	if p.M <= k.Rows {
		limit = max(limit, l1*3/4/p.M/k.AWord)
	}
	switch kc, nc = evenly(words, limit), k.Columns(); {
	case kc < words && k.twinsFor(p.M) != nil:
		nc *= 2
	case kc < words:
	case p.M <= k.Rows:
		nc = k.nearColumns(p.M, l1)
	case k.narrow():
		nc *= max(streamBytes/2/(kc*k.rowBytes()), 1)
	default:
		nc *= max(streamBytes/(kc*k.rowBytes()), 1)
	}
	return kc, nc
}

// narrow says whether a row of B is one line for a tile. The last two strips of a block of few rows
// then fetch half of the next one each. Before, the first strip met its own block in memory and the
// second fetched half of the next. AVX2 on Zen 3, one worker, N = K = 1024, of the read rate before
// and so, m = 8, 12, 16: fp32 0.69, 0.56, 0.43 and 0.80, 0.66, 0.49 (0.70, 0.87, 0.86 of the peak);
// fp64 0.69, 0.58, 0.44 and 0.75, 0.65, 0.50; bf16 1.02, 1.00, 1.00 times as fast, and 1.05, 0.99,
// 1.01 with N = K = 4096. With two workers fp32 1.09, 1.18, 1.14. In fp32 and fp64 they
// fetch two quarters of a panel side by side (Tile[1]): m = 8, 12, 16 1.1-1.2, 1.1, 1.1 times as fast as one
// half from end to end; by PREFETCHT1 as fast; bf16 0.94-1.08. Rejected: blocks of 128 KiB (0.94,
// 0.94, 0.96) or 32 KiB (0.96, 0.97, 0.97); all in the second strip (0.6…0.85); K outermost, so that
// the words of A stay in L1 (0.97, 0.97, 0.96); int8 in bytes, of which a row is half a line
// (0.95…0.98 with K = 1024, 1.03 with 4096).
func (k *Kernels) narrow() bool { return k.Vectors <= 2 && k.rowBytes() == 64 }

// wideWords is kc for few rows of a B that lies row-major: so many rows are followed
// from one end to the other, each a stream of its own, while a panel of all K would
// take 256 bytes from every row. Of the read rate at m = 1 as above: panels 0.44, 8 rows
// 0.59, 16 rows 0.62, 24 to 64 rows 0.36-0.40.
const wideWords = 16

// aheadBytes is how far ahead in a panel B is prefetched where it comes from memory:
// latency x bandwidth (200 ns x 38 GB/s on Zen 5). 2, 4, 16, 32 KiB and a whole panel
// were 3-14 % slower with 4…6 rows; PREFETCHT1 4-10 % slower than T0.
const aheadBytes = 8 << 10

// ahead is that for so many rows. Tiles that take one line of each row of B come to fewer
// bytes in the same time, and what lies far ahead is gone when they are there: 2 KiB, 1 KiB
// with one or two rows, nothing with one row of single elements (Group 1), which the hardware
// alone follows best (where twins take one and two rows, this is a last panel's). AVX2 on Zen 3, N = K = 4096, one worker, of the read rate, 8 KiB ahead and
// so: fp32 m = 1, 2, 4, 8 0.85, 0.81, 0.78, 0.59 and 0.96, 0.91, 0.85, 0.70; fp64 0.79, 0.76, 0.78, 0.59
// and 0.87, 0.94, 0.84, 0.64; bf16 0.80, 0.76, 0.86, 0.53 and 0.91, 0.89, 0.87, 0.55.
func (k *Kernels) ahead(rows int) uintptr {
	switch {
	case k.Vectors > 2 || k.rowBytes() > 64:
		return aheadBytes
	case rows == 1 && k.Group == 1:
		return 0
	case rows <= 2:
		return 1 << 10
	}
	return 2 << 10
}

// variant chooses the tile of a strip by what of B must be prefetched. The first
// strip of a block meets B in memory; the second one meets it in the second level and
// fetches half of the next block meanwhile, for wide tiles. Rejected for those, on Zen 4: half of the next block in each
// of the two strips (m = 8: 0.49 of the read rate against 0.57), all of it in the
// second (as fast at m = 8, 2 % slower at 12 and 16); tiles of 7…12 rows and two vectors,
// which read B once, half a panel at a time (m = 8, 12: 0.41, 0.41 against 0.61, 0.49; fp32
// and bf16 alike: half of each row of a panel is no stream). With many rows the hardware
// alone is better: prefetching in the first strip cost 0.3-0.6 % (n = 512, 1024).
func (x *pass) variant(number, height int) (tile tileFn, bNext, bStep uintptr) {
	k, b := x.kernels, uintptr(x.b)
	switch {
	case x.blocking.wide && number == 0: // two tiles further in the same rows
		return k.Tile[2][height], b + uintptr(2*k.rowBytes()), uintptr(x.stride)
	case x.blocking.stream && k.narrow() && x.strips() > 1:
		return x.fetchHalf(number-x.strips()+2, height)
	case x.blocking.quarters:
		return k.Quarters[height], x.nextPanel(), uintptr(x.stride)
	case x.blocking.stream && number == 0 && k.ahead(height) == 0:
		return k.Tile[0][height], 0, 0
	case x.blocking.stream && number == 0:
		return k.Tile[2][height], b + k.ahead(height), uintptr(x.stride)
	case x.blocking.stream && number == 1:
		panel := x.words * k.rowBytes()
		return k.Tile[1][height], b + uintptr(x.blocking.nc/k.Columns()*panel), uintptr(panel / 2)
	}
	return k.Tile[0][height], 0, 0
}

// fetchHalf is the tile of a strip that fetches the first or second half (0, 1) of the panels of
// the next block, which lie behind those of this one; earlier strips (-1) fetch nothing.
func (x *pass) fetchHalf(half, height int) (tile tileFn, bNext, bStep uintptr) {
	k := x.kernels
	if half < 0 {
		return k.Tile[0][height], 0, 0
	}
	panel := x.words * k.rowBytes()
	return k.Tile[1][height], uintptr(x.b) + uintptr(x.blocking.nc/k.Columns()*panel+half*panel/2), uintptr(panel)
}

// ForRows chooses the kernels for a B packed once that M rows of A shall meet; it must be
// packed by them. Narrower tiles take more rows, so that 7 or 8 rows read B once, not twice,
// and 13…16 twice, not three times. Zen 4, one and two workers, fp32 and bf16, N = K = 4096,
// six rows x 4 vectors to 8 x 2: m = 8 1.24…1.32 and 1.12…1.36 times as fast, m = 16 1.04…1.08
// and 1.07…1.12. Rejected: 12 x 2 (m = 9…12 0.84 of two strips of 6 x 4); prefetching 4 or
// 16 KiB ahead, or not in the second strip (m = 16 0.94).
//
// int8 on AVX2 keeps its bytes for few rows, in place of words of 16 bits: N = K = 4096, m = 1,
// 2, 3, 4, 6, 8 2.07, 1.94, 2.17, 1.87, 1.39, 1.26 times as fast (Zen 3, one worker).
func (k *Kernels) ForRows(M int) *Kernels {
	if k.Few != nil && M <= fewRows && (k.Few.BWord < k.BWord || ceilDiv(M, k.Few.Rows) < ceilDiv(M, k.Rows)) {
		return k.Few
	}
	return k
}
