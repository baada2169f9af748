#include "textflag.h"

// func prefetchRows(at uintptr, stride, rows, bytes int)
TEXT ·prefetchRows(SB), NOSPLIT, $0-32
	MOVQ at+0(FP), AX
	MOVQ stride+8(FP), BX
	MOVQ rows+16(FP), CX
	MOVQ bytes+24(FP), DX
row:
	MOVQ AX, SI
	LEAQ (AX)(DX*1), DI
line:
	PREFETCHT0 (SI)
	ADDQ $64, SI
	CMPQ SI, DI
	JLT line
	ADDQ BX, AX
	DECQ CX
	JNZ row
	RET
