package plots

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// Hatching ends on the edges of its box, at 45 degrees, and covers all of it: no
// point of the box is further from a line than half the gap.
func TestHatchLinesAreClipped(t *testing.T) {
	for _, r := range []rect{{10, 10, 110, 20}, {3.3, 7.7, 5.1, 90}, {0.2, 0.4, 0.9, 0.8}, {100, 50, 140, 90}} {
		lines := hatchLines(r, hatchGap)
		for _, l := range lines {
			for _, q := range l {
				require.True(t, onEdge(q, r), "%v of %v", q, r)
			}
			require.InDelta(t, l[1].x-l[0].x, l[0].y-l[1].y, 1e-9)
		}
		for fx := 0.0; fx <= 1; fx += 0.1 {
			for fy := 0.0; fy <= 1; fy += 0.1 {
				sum := r.left + fx*r.width() + r.top + fy*r.height()
				require.True(t, nearLine(sum, lines, r), "hole at %v of %v", sum, r)
			}
		}
	}
}

func onEdge(q point, r rect) bool {
	const near = 1e-9
	inside := q.x > r.left-near && q.x < r.right+near && q.y > r.top-near && q.y < r.bottom+near
	x := math.Min(math.Abs(q.x-r.left), math.Abs(q.x-r.right))
	y := math.Min(math.Abs(q.y-r.top), math.Abs(q.y-r.bottom))
	return inside && math.Min(x, y) < near
}

// nearLine says whether a line with x+y within a gap of sum exists, or none fits.
func nearLine(sum float64, lines [][2]point, r rect) bool {
	for _, l := range lines {
		if math.Abs(l[0].x+l[0].y-sum) <= hatchGap+1e-9 {
			return true
		}
	}
	return r.width()+r.height() < hatchGap
}
