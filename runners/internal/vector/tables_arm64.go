package vector

import "joulemark/runners/internal/isa"

func init() { tables[isa.NEON] = wrap(isa.NEON, &kernelsNEON) }
