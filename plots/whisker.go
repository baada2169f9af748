package plots

import (
	"image/color"
	"math"
)

// whisker is a 95 % interval along x with caps; nothing where an end is unknown.
func (p *pen) whiskerX(y, from, to, cap float64, c color.NRGBA) {
	if math.IsNaN(from) || math.IsNaN(to) {
		return
	}
	s := stroke{color: c, width: 0.9}
	p.line(s, point{from, y}, point{to, y})
	p.line(s, point{from, y - cap}, point{from, y + cap})
	p.line(s, point{to, y - cap}, point{to, y + cap})
}

// whiskerY is the same along y.
func (p *pen) whiskerY(x, from, to, cap float64, c color.NRGBA) {
	if math.IsNaN(from) || math.IsNaN(to) {
		return
	}
	s := stroke{color: c, width: 0.9}
	p.line(s, point{x, from}, point{x, to})
	p.line(s, point{x - cap, from}, point{x + cap, from})
	p.line(s, point{x - cap, to}, point{x + cap, to})
}
