package gemm

func peakPS(n int)
func peakZS(n int)
func peakMadd(n int)
func peakMaddZ(n int)
func peakMaddAdd(n int)
