package onednn

import (
	"math"

	"joulemark/workloads"
)

// rotate turns each head of the fp32 matrix s [rows, columns] by its position:
// (a, b) becomes (a cos - b sin, b cos + a sin), a and b the halves of the head. Of
// primitives that is s = s cos + swapped sin', swapped having the halves of each head
// exchanged and sin' the sign of its half.
//
// Binary primitives are fast for operands of one shape only, so that the tables hold
// every head, for the tokens of one sequence.
func (l *layer) rotate(s *storage, columns int64) {
	span := l.tokens // rows of the tables
	if l.decode() {
		span = l.rows
	}
	half, angles := l.dim/2, l.angles(span)
	at := func(i int64) (angle, sign float64) {
		row, j := i/columns, i%l.dim
		if j < half {
			return angles[row*half+j], -1
		}
		return angles[row*half+j-half], 1
	}
	cos := l.matrix(l.constant(func(i int64) float32 { a, _ := at(i); return float32(math.Cos(a)) }, span*columns), span, columns)
	sin := l.matrix(l.constant(func(i int64) float32 { a, sign := at(i); return float32(sign * math.Sin(a)) }, span*columns), span, columns)
	swapped := l.buffer(f32, span*columns)
	for from := int64(0); from < l.rows*columns; from += span * columns {
		halves := func(s *storage, from int64) place {
			return l.view(s, from, []int64{span, columns / l.dim, half}, []int64{columns, l.dim, 1})
		}
		l.move(halves(s, from), halves(swapped, half))
		l.move(halves(s, from+half), halves(swapped, 0))
		other := l.matrix(swapped, span, columns)
		l.elementwise("rotation", binaryMul, other, sin, other)
		these := l.view(s, from, []int64{span, columns}, []int64{columns, 1})
		l.elementwise("rotation", binaryMul, these, cos, these, plus(other))
	}
}

// angles are position theta^(-2j/D) for each row of the tables and j = 0…D/2-1.
func (l *layer) angles(span int64) []float64 {
	half := l.dim / 2
	angles := make([]float64, span*half)
	for i := range angles {
		position := l.context + int64(i)/half
		if l.decode() {
			position = l.context - 1
		}
		angles[i] = float64(position) * math.Pow(l.w.RopeTheta, -2*float64(int64(i)%half)/float64(l.dim))
	}
	return angles
}

func (l *layer) decode() bool { return l.w.Phase == workloads.Decode }
