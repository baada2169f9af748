package plots

import "image/color"

// hatchGap is the distance of hatching lines along an edge, points.
const hatchGap = 3.2

// hatched paints a box as an estimate: pale, with diagonal lines and an edge.
func (p *pen) hatched(c color.NRGBA, r rect) {
	p.fill(mix(c, p.theme.Background, 0.86), r.corners()...)
	for _, l := range hatchLines(r, hatchGap) {
		p.line(stroke{color: c, width: 0.7}, l[0], l[1])
	}
	p.outline(stroke{color: c, width: 0.9}, r)
}

// hatchLines are the lines at 45 degrees that fill r, cut at its edges: canvases
// have no clipping. Lines lie where x+y is a multiple of gap, so that the
// patterns of neighbouring boxes meet.
func hatchLines(r rect, gap float64) (lines [][2]point) {
	first := gap * float64(int((r.left+r.top)/gap)+1)
	for sum := first; sum < r.right+r.bottom; sum += gap {
		low := point{max(r.left, sum-r.bottom), 0}
		high := point{min(r.right, sum-r.top), 0}
		low.y, high.y = sum-low.x, sum-high.x
		lines = append(lines, [2]point{low, high})
	}
	return lines
}
