package main

import "joulemark/runners/internal/asm"

// The general registers of a kernel. Rows of A are R5…R12.
//
//	R0 words left     R13 next tile of C   R19 rows of it not yet prefetched
//	R1 B              R14, R15 next A      R20 lda or acc
//	R2 C   R3 ldc     R16 what follows B   R21 lanes of the last vector
//	R4 ldb                                 R22, R23 scratch
const neonRow0 = 5

// neonWords are the words of K in a turn of the loop.
const neonWords = 4

// A neonKernel is one function while it is written.
type neonKernel struct {
	*asm.File
	neonType
	rows, vectors int // of this kernel
	sets          int // of sums, which words of K take in turn: a row or two have too few sums to hide the latency of 4 cycles
	masked        bool
	turn          int // words of K written so far: which set is next
	labels        int
}

// The vector registers: A, B, mask, and the sums from the top.
func (k *neonKernel) a(i int) int       { return i }
func (k *neonKernel) b(i int) int       { return k.aRegisters() + i }
func (k *neonKernel) maskRegister() int { return k.b(2) }
func (k *neonKernel) pairsOfRows() int  { return (k.rows + 1) / 2 }

func (k *neonKernel) aRegisters() int {
	if k.pairs {
		return 2 * k.pairsOfRows()
	}
	return k.rows
}

// sum is the register of a vector of C.
func (k *neonKernel) sum(set, row, vector int) int {
	if k.pairs { // after unblock
		return k.block(row/2, 2*vector+row%2)
	}
	return 32 - k.sets*k.rows*k.vectors + (set*k.rows+row)*k.vectors + vector
}

// block is the register of the sums of two rows and two columns.
func (k *neonKernel) block(pair, columns int) int {
	n := 2 * k.vectors
	return 32 - k.pairsOfRows()*n + pair*n + columns
}

// neonTile writes a tileFn. lines tells how much of B it prefetches: 0 nothing, 1
// half as much as it reads, 2 as much.
func neonTile(f *asm.File, t neonType, rows, lines int) string {
	name := neonName(t, "Tile%dFetch%d", rows, lines)
	k := &neonKernel{File: f, neonType: t, rows: rows, vectors: t.vectors, sets: 1}
	if !t.pairs {
		k.sets = max(1, 4/rows)
	}
	args := append(append([]string{}, neonProduct...), "cNext uintptr", "aNext uintptr", "bNext uintptr")
	f.Func(name, name+" is a tile of that many rows.", asm.Args(args...), "")
	k.begin()
	f.P("MOVD %s, R13", f.Arg("cNext"))
	f.P("MOVD %s, R14", f.Arg("aNext"))
	f.P("MOVD %s, R16", f.Arg("bNext"))
	f.P("ADD R20, R14, R15")
	f.P("MOVD $%d, R19", rows)
	f.P("SUBS $%d, R0", neonWords)
	f.P("BLT rest")
	f.Label("loop")
	k.fetch(lines)
	for word := 0; word < neonWords; word += 16 / k.aWord {
		k.words(16 / k.aWord)
	}
	f.P("SUBS $%d, R0", neonWords)
	f.P("BGE loop")
	f.Label("rest")
	f.P("ADDS $%d, R0", neonWords)
	f.P("BEQ done")
	k.single()
	k.end()
	return name
}

// neonEdge writes an edgeFn: words of K one by one, nothing prefetched; it is a small
// part of the work.
func neonEdge(f *asm.File, t neonType, rows, vectors int) string {
	name := neonName(t, "Edge%dx%d", rows, vectors)
	k := &neonKernel{File: f, neonType: t, rows: rows, vectors: vectors, sets: 1, masked: true}
	f.Func(name, name+" is a tile of rows x vectors, the last of them partial.", asm.Args(append(append([]string{}, neonProduct...), "lanes int")...), "")
	k.begin()
	f.P("MOVD %s, R21", f.Arg("lanes"))
	f.P("CBZ R0, done")
	k.single()
	k.end()
	return name
}

// single writes the loop that takes one word at a time.
func (k *neonKernel) single() {
	k.Label("single")
	k.words(1)
	k.P("SUBS $1, R0")
	k.P("BNE single")
	k.Label("done")
}

// begin loads the arguments and starts the sums.
func (k *neonKernel) begin() {
	for i, name := range []string{"kc", "b", "c", "ldc", "ldb"} {
		k.P("MOVD %s, R%d", k.Arg(name), i)
	}
	k.P("MOVD %s, R%d", k.Arg("a"), neonRow0)
	k.P("MOVD %s, R20", k.Arg("lda"))
	for i := 1; i < k.rows; i++ {
		k.P("ADD R20, R%d, R%d", neonRow0+i-1, neonRow0+i)
	}
	if k.mask {
		k.P("MOVD $0xffff0000, R22")
		k.P("VDUP R22, V%d.S4", k.maskRegister())
	}
	k.start()
}

// fetch prefetches what comes next: a row of the next tile of C until all are there,
// a part of the next two rows of A, and of B.
func (k *neonKernel) fetch(lines int) {
	k.P("CBZ R19, fetched")
	k.P("SUB $1, R19")
	k.P("PRFM (R13), PSTL1KEEP")
	k.P("PRFM %d(R13), PSTL1KEEP", k.vectors*16-8) // where C is not aligned, another line
	k.P("ADD R3, R13")
	k.Label("fetched")
	k.P("PRFM (R14), PLDL1KEEP")
	k.P("PRFM (R15), PLDL1KEEP")
	k.P("ADD $%d, R14", neonWords*k.aWord)
	k.P("ADD $%d, R15", neonWords*k.aWord)
	bytes := neonWords * k.rowBytes() * lines / 2
	for at := 0; at < bytes; at += 64 {
		k.P("PRFM %d(R16), PLDL1KEEP", at)
	}
	if bytes > 0 {
		k.P("ADD $%d, R16", bytes)
	}
}

// rowBytes is a word of K of a whole panel.
func (k *neonKernel) rowBytes() int { return k.neonType.vectors * 16 / k.sumBytes * k.bWord }

// words multiplies n words of K, as many as one load of each row of A brings.
func (k *neonKernel) words(n int) {
	if k.pairs {
		k.loadPairs(n)
	} else {
		for i := range k.rows {
			k.P("%s.P %d(R%d), F%d", neonMove[n*k.aWord], n*k.aWord, neonRow0+i, k.a(i))
		}
	}
	for word := range n {
		k.multiply(k, word)
		k.turn++
		k.P("ADD R4, R1")
	}
}

// neonMove are loads and stores by their bytes; a load clears what is above.
var neonMove = map[int]string{4: "FMOVS", 8: "FMOVD", 16: "FMOVQ"}

// loadPairs brings words of two rows side by side. The last row of an odd number
// stands alone, beside zeros.
func (k *neonKernel) loadPairs(n int) {
	for p := range k.pairsOfRows() {
		first, second := k.a(2*p), k.a(2*p+1)
		row := neonRow0 + 2*p
		switch {
		case 2*p+1 == k.rows:
			for word := range n {
				k.P("FMOVD.P 8(R%d), F%d", row, k.a(2*p+word))
			}
		case n == 1:
			k.P("FMOVD.P 8(R%d), F%d", row, first)
			k.P("VLD1.P 8(R%d), V%d.D[1]", row+1, first)
		default:
			k.P("FMOVQ.P 16(R%d), F%d", row, first)
			k.P("FMOVQ.P 16(R%d), F%d", row+1, k.b(0))
			k.P("VTRN2 V%d.D2, V%d.D2, V%d.D2", k.b(0), first, second)
			k.P("VTRN1 V%d.D2, V%d.D2, V%d.D2", k.b(0), first, first)
		}
	}
}

// loadB loads vector j of a row of B, two at a time.
func (k *neonKernel) loadB(j int) int {
	last := j == k.vectors-1
	switch {
	case last && k.masked && k.maskedB:
		k.partial(true, k.b(0), 1, j*16)
		return k.b(0)
	case k.mask || last && j%2 == 0 || k.masked && k.maskedB && j%2 == 0 && j == k.vectors-2:
		k.P("FMOVQ %d(R1), F%d", j*16, k.b(0))
		return k.b(0)
	case j%2 == 0:
		k.P("FLDPQ %d(R1), (F%d, F%d)", j*16, k.b(0), k.b(1))
	}
	return k.b(j % 2)
}
