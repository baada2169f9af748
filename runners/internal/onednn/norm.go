package onednn

import "joulemark/workloads"

// norm is [norm(x)] over the hidden dimension, x being a whole matrix of the
// declared type.
func (l *layer) norm(x place, name string, to *storage) place {
	dst := l.matrix(to, l.rows, l.hidden)
	gain := l.vector(name + "_gain")
	if l.w.Norm == workloads.RMSNormPre {
		zero := l.view(l.constant(func(int64) float32 { return 0 }, l.rows), 0, []int64{l.rows}, []int64{1})
		l.normalize(x, dst, gain, place{}, zero, l.meanSquare(x), l.w.Eps)
		return dst
	}
	l.normalize(x, dst, gain, l.vector(name+"_bias"), place{}, place{}, l.w.Eps)
	return dst
}

// meanSquare is what rmsnorm has in the place of a variance: versions up to 3.2
// have no primitive for it, and the layer normalization takes given statistics.
func (l *layer) meanSquare(x place) place {
	square := l.matrix(l.buffer(f32, l.rows*l.hidden), l.rows, l.hidden)
	wide := x
	if l.kind != f32 {
		l.move(x, square)
		wide = square
	}
	l.elementwise("square", binaryMul, wide, wide, square)
	mean := l.buffer(f32, l.rows)
	l.mean(square, l.matrix(mean, l.rows, 1))
	return l.view(mean, 0, []int64{l.rows}, []int64{1})
}

// vector is a gain or a bias of a norm in fp32, as the library takes it.
func (l *layer) vector(name string) place {
	p := l.repacked(l.tensors[name], 0, l.hidden, l.describe(f32, []int64{1, l.hidden}, []int64{l.hidden, 1}))
	return place{p.in, 0, l.describe(f32, []int64{l.hidden}, []int64{1})}
}
