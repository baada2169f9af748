package plots

import (
	"image/color"
	"math"
	"slices"
	"strconv"
)

// A linePanel is lines over log axes with intervals at their points and a name at
// the right end of each.
type linePanel struct {
	heading string // quantity and unit, level over the axis
	under   string // what x is; "" on a panel that shares the axis of the next
	lines   []curve
	theme   Theme
}

// A curve is one line; its points are in order of x.
type curve struct {
	label  string // stands at the right end; "" where the legend says it
	series string // what the legend calls it
	color  color.NRGBA
	shape  int // marker and dashes
	points []sizePoint
}

// A sizePoint is a value with its interval (NaN: none).
type sizePoint struct{ x, y, low, high float64 }

const (
	lineArea    = 190.0 // height of the data area
	tickLength  = 3.5
	yTickRoom   = 30.0
	lineDotSize = 3.0
)

// dashes of line shape i: the first is solid.
var dashes = [][]float64{nil, {5, 2.5}, {1.6, 2}, {7, 2, 1.6, 2}}

// dashesOf turn by one each time that the markers begin again, so that the fifth line
// is not the first once more.
func dashesOf(shape int) []float64 { return dashes[(shape+shape/len(markers))%len(dashes)] }

func (l linePanel) headingStyle() style { return style{size: 9, color: l.theme.Ink} }
func (l linePanel) tickStyle(a align) style {
	return style{size: 8.5, color: l.theme.Muted, align: a}
}

func (l linePanel) height(float64) float64 {
	h := l.headingStyle().lineHeight() + headingGap + lineArea + axisHeight
	if l.under != "" {
		h += l.headingStyle().lineHeight()
	}
	return h
}

func (l linePanel) draw(p *pen, r rect) {
	s := l.headingStyle()
	p.write(point{r.left, r.top + s.size}, l.heading, s)
	top := r.top + s.lineHeight() + headingGap
	area := rect{r.left + yTickRoom, top, r.right - nameRoom(l.names(scale{}, scale{})), top + lineArea}
	x, y := l.scales(area)
	l.drawAxes(p, area, x, y)
	for _, c := range l.lines {
		c.draw(p, x, y)
	}
	p.endNames(l.names(x, y), area)
	if l.under != "" {
		s.align = toLeft
		p.write(point{area.right, area.bottom + axisHeight + s.size}, l.under, s)
	}
}

// scales cover the points and their intervals with a margin; a single size or
// speed stands in the middle of a span wide enough for ticks.
func (l linePanel) scales(area rect) (x, y scale) {
	bx, by := bounds{positive: true}, bounds{positive: true}
	for _, c := range l.lines {
		for _, q := range c.points {
			bx.add(q.x)
			by.add(q.y, q.low, q.high)
		}
	}
	x = scale{from: area.left, to: area.right, log: true}
	y = scale{from: area.bottom, to: area.top, log: true}
	x.low, x.high = widen(bx, 1.12, 4)
	y.low, y.high = widen(by, 1.3, 8)
	return x, y
}

// widen multiplies both ends by margin, and by more where the span stays below least.
func widen(b bounds, margin, least float64) (low, high float64) {
	if span := b.high / b.low * margin * margin; span < least {
		margin *= math.Sqrt(least / span)
	}
	return b.low / margin, b.high * margin
}

func (l linePanel) drawAxes(p *pen, area rect, x, y scale) {
	axis, grid := stroke{color: p.theme.Axis, width: 0.8}, stroke{color: p.theme.Grid, width: 0.7}
	for _, t := range logTicks(y.low, y.high, shortSI) {
		at := y.at(t.value)
		if t.label != "" {
			s := l.tickStyle(toLeft)
			p.line(grid, point{area.left, at}, point{area.right, at})
			p.write(point{area.left - tickLength - 3, s.middle(at)}, t.label, s)
		}
		p.line(axis, point{area.left - tickLength, at}, point{area.left, at})
	}
	s, free := l.tickStyle(centred), math.Inf(-1)
	for _, n := range l.sizes() {
		at, label := x.at(n), strconv.FormatFloat(n, 'f', -1, 64)
		p.line(axis, point{at, area.bottom}, point{at, area.bottom + tickLength})
		if half := s.width(label) / 2; at-half > free {
			p.line(grid, point{at, area.top}, point{at, area.bottom})
			p.write(point{at, area.bottom + tickLength + 2 + s.size}, label, s)
			free = at + half + 5
		}
	}
	p.line(axis, point{area.left, area.top}, point{area.left, area.bottom}, point{area.right, area.bottom})
}

// sizes are the x values of all points, ascending, each once: better ticks than
// decades, for nobody multiplies matrices of 1000.
func (l linePanel) sizes() (sizes []float64) {
	seen := map[float64]bool{}
	for _, c := range l.lines {
		for _, q := range c.points {
			if !seen[q.x] {
				seen[q.x] = true
				sizes = append(sizes, q.x)
			}
		}
	}
	slices.Sort(sizes)
	return sizes
}

func (c curve) draw(p *pen, x, y scale) {
	var path []point
	for _, q := range c.points {
		at := point{x.at(q.x), y.at(q.y)}
		path = append(path, at)
		if q.low > 0 {
			p.whiskerY(at.x, y.at(q.low), y.at(q.high), 2.6, c.color)
		}
	}
	p.line(stroke{color: c.color, width: 1.4, dashes: dashesOf(c.shape)}, path...)
	for _, at := range path {
		p.marker(at, c.shape, lineDotSize, c.color)
	}
}

// names are written at the right ends of the lines that have one.
func (l linePanel) names(x, y scale) (names []endName) {
	for _, c := range l.lines {
		if c.label == "" {
			continue
		}
		last := c.points[len(c.points)-1]
		names = append(names, endName{c.label, point{x.at(last.x) + lineDotSize + 2, y.at(last.y)}, c.color})
	}
	return names
}
