package plots

import (
	"image/color"
	"math"
)

// Corner counts of the markers: shape tells series apart where colour tells types.
var markers = []int{0, 4, 3, 5} // 0 is a disc

// marker draws shape i at q with a rim of the background, so that touching
// markers stay apart.
func (p *pen) marker(q point, i int, radius float64, c color.NRGBA) {
	p.fill(p.theme.Background, polygon(q, markers[i%len(markers)], radius+0.9)...)
	p.fill(c, polygon(q, markers[i%len(markers)], radius)...)
}

// polygon has n corners and about the area of a disc of that radius; with n = 0 it
// is the disc, as 32 corners.
func polygon(q point, n int, radius float64) []point {
	turn := -math.Pi / 2
	switch n {
	case 0:
		n = 32
	case 4:
		turn = math.Pi / 4
		radius *= 1.2
	default:
		radius *= 1.3
	}
	corners := make([]point, n)
	for i := range corners {
		sin, cos := math.Sincos(turn + 2*math.Pi*float64(i)/float64(n))
		corners[i] = point{q.x + radius*cos, q.y + radius*sin}
	}
	return corners
}
