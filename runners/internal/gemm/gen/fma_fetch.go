package main

// loops goes over unroll words of K a turn. In the first turns it prefetches C, a
// line each; a burst of them would fill the buffers for misses that B needs too. A
// line is asked for by its last byte: a row of C that is not aligned then brings the
// line that its neighbour has not brought.
func (k *kernel) loops(lines int) {
	row := (k.vectors*k.width.bytes + 63) / 64 // lines in a row of the tile
	k.P("MOVQ %s, R13", k.Arg("ldc"))
	k.P("MOVQ $%d, R12", k.rows)
	if row > 1 {
		k.P("SUBQ $%d, R13", row*64)
		k.P("MOVQ $%d, R11", row)
	}
	k.P("PCALIGN $64")
	k.Label("fetching")
	k.P("PREFETCHT0 63(R10)")
	k.turn(lines)
	if row > 1 {
		k.P("ADDQ $64, R10")
		k.P("DECQ R11")
		k.P("JNZ sameRow")
		k.P("MOVQ $%d, R11", row)
	}
	k.P("ADDQ R13, R10")
	k.P("DECQ R12")
	k.P("JZ fetched")
	if row > 1 {
		k.Label("sameRow")
	}
	k.P("DECQ BX")
	k.P("JNZ fetching")
	k.P("JMP remainder")
	k.Label("fetched")
	k.P("DECQ BX")
	k.P("JZ remainder")
	k.P("PCALIGN $64")
	k.Label("loop")
	k.turn(lines)
	k.P("DECQ BX")
	k.P("JNZ loop")
}

// turn is unroll words with the prefetches between them: two lines of the next A, to
// the second level. To the first they would take the place of the A in use where rows
// lie at multiples of a power of two: through the driver 0…2 % slower (fp32, n = 2048,
// Zen 4), the tile alone 1.5 % slower at a stride of 8 KiB, though 0.6 % faster at
// 2112. Without any prefetch of A it is 3 and 7 % slower.
func (k *kernel) turn(lines int) {
	for n := range unroll {
		k.step(n)
		k.fetchB(n, lines)
		switch {
		case k.down:
			k.fetchWords(n)
		case n == 0:
			k.P("PREFETCHT1 (R9)")
		case n == 2:
			k.P("PREFETCHT1 (R9)(R8*1)")
			k.P("ADDQ $%d, R9", unroll*k.aBytes)
		}
	}
	k.advance(unroll, lines)
}

// fetchWords prefetches, with word n, lines of the next strip's words, which lie one row
// behind the other.
func (k *kernel) fetchWords(n int) {
	lines := (k.rows*unroll*k.aBytes + 63) / 64 // of a turn
	if n < lines {
		k.P("PREFETCHT0 %d(R9)", 64*n)
	}
	if n == unroll-1 {
		k.P("ADDQ $%d, R9", 64*lines)
	}
}

// twoPlaces says whether half of the lines come from two places side by side, which are a
// quarter of a panel apart (../few.go).
func (k *kernel) twoPlaces(lines int) bool { return lines == 1 && k.maskedB }

// fetchB prefetches what goes with word n: all of its lines, or half as many.
func (k *kernel) fetchB(n, lines int) {
	if k.twoPlaces(lines) {
		if n%2 == 0 {
			k.P("PREFETCHT0 (CX)%s", []string{"", "(R14*1)"}[n/2])
		}
		return
	}
	bytes := k.vectors * k.vectorBytes() * lines / 2 // for each word
	for at := n * bytes; at < (n+1)*bytes; at += 64 {
		if at%64 == 0 {
			k.P("PREFETCHT0 %d(CX)", at)
		}
	}
}
