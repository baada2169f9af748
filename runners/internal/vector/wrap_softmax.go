package vector

func wrapSoftmax(o *Ops, k *kernels) {
	o.Max = func(scores []float32) float32 {
		n := whole(len(scores), k.group)
		top := largest(scores[n:])
		if n == 0 {
			return top
		}
		return max(top, k.max(at(scores), n))
	}
	o.ExpSum = func(scores []float32, scale, top float32) float32 {
		top = finite(top)
		sum := 0.0
		for len(scores) > 0 {
			part := scores[:min(block, len(scores))]
			n := whole(len(part), k.group)
			sum += float64(k.expSum(at(part), n, scale, top))
			sum += float64(expSum(part[n:], scale, top))
			scores = scores[len(part):]
		}
		return float32(sum)
	}
	o.ExpSumBF16 = func(dst []uint16, scores []float32, scale, top float32) float32 {
		top, scores = finite(top), scores[:len(dst)]
		sum := 0.0
		for len(scores) > 0 {
			part := scores[:min(block, len(scores))]
			n := whole(len(part), k.narrowGroup)
			sum += float64(k.expSumBF16(at(dst), at(part), n, scale, top))
			sum += float64(expSumBF16(dst[n:len(part)], part[n:], scale, top))
			dst, scores = dst[len(part):], scores[len(part):]
		}
		return float32(sum)
	}
}
