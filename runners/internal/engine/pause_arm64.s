#include "textflag.h"

// ISB, because YIELD does nothing on cores without hardware threads and the loop
// would then hammer the cache line (as Rust's spin_loop since 1.54).
//
// func pause()
TEXT ·pause(SB), NOSPLIT, $0-0
	ISB $15
	RET
