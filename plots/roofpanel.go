package plots

import (
	"image/color"
	"math"
	"slices"
	"strings"
)

// A roofPanel draws roofs and cases on log axes. Level roofs are named at their right
// ends, slanted ones above the data area, each by a dotted leader.
type roofPanel struct {
	roofline
	theme Theme
}

const (
	roofArea  = 300.0 // height of the data area
	roofNames = 34.0  // above it, for the names of slanted roofs
	ringSize  = 2.6
)

func (b roofPanel) headingStyle() style { return style{size: 9, color: b.theme.Ink} }

func (b roofPanel) height(float64) float64 {
	return 2*b.headingStyle().lineHeight() + roofNames + roofArea + axisHeight
}

func (b roofPanel) draw(p *pen, r rect) {
	s := b.headingStyle()
	p.write(point{r.left, r.top + s.size}, "Achieved rate, "+b.unit(), s)
	top := r.top + s.lineHeight() + roofNames
	area := rect{r.left + yTickRoom, top, r.right - nameRoom(b.names(scale{}, scale{})), top + roofArea}
	x, y := b.scales(area)
	b.drawAxes(p, area, x, y)
	b.drawSlanted(p, area, x, y)
	b.drawFlat(p, area, x, y)
	b.drawCases(p, area, x, y)
	p.endNames(b.names(x, y), area)
	s.align = toLeft
	p.write(point{area.right, area.bottom + axisHeight + s.size}, "arithmetic intensity, operations / byte", s)
}

// scales cover cases, roofs and ridges.
func (b roofPanel) scales(area rect) (x, y scale) {
	bx, by := bounds{positive: true}, bounds{positive: true}
	for _, f := range b.flat {
		by.add(f.value, f.high)
		for _, s := range b.slanted {
			bx.add(ridge(f, s))
		}
	}
	for _, c := range b.cases {
		bx.add(c.intensity)
		by.add(c.point.y, c.point.low)
	}
	x = scale{from: area.left, to: area.right, log: true}
	y = scale{from: area.bottom, to: area.top, log: true}
	x.low, x.high = bx.low/1.6, bx.high*1.6
	y.low, y.high = min(by.low, b.memory.value*x.low*2)/1.4, by.high*1.25
	return x, y
}

func (b roofPanel) color(dtype string) color.NRGBA {
	return b.theme.line(max(0, slices.Index(b.dtypes(), dtype)))
}

func (b roofPanel) drawAxes(p *pen, area rect, x, y scale) {
	axis, grid := stroke{color: p.theme.Axis, width: 0.8}, stroke{color: p.theme.Grid, width: 0.7}
	s := style{size: 8.5, color: b.theme.Muted, align: toLeft}
	for _, t := range logTicks(y.low, y.high, shortSI) {
		at := y.at(t.value)
		if t.label != "" {
			p.line(grid, point{area.left, at}, point{area.right, at})
			p.write(point{area.left - tickLength - 3, s.middle(at)}, t.label, s)
		}
		p.line(axis, point{area.left - tickLength, at}, point{area.left, at})
	}
	s.align = centred
	for _, t := range logTicks(x.low, x.high, shortSI) {
		at := x.at(t.value)
		if t.label != "" {
			p.line(grid, point{at, area.top}, point{at, area.bottom})
			p.write(point{at, area.bottom + tickLength + 2 + s.size}, t.label, s)
		}
		p.line(axis, point{at, area.bottom}, point{at, area.bottom + tickLength})
	}
	p.line(axis, point{area.left, area.top}, point{area.left, area.bottom}, point{area.right, area.bottom})
}

// slope is the part of y = rate x inside the area and under the highest roof.
func (b roofPanel) slope(rate float64, x, y scale) (from, to point) {
	lowX := max(x.low, y.low/rate)
	highX := min(x.high, b.top()/rate)
	return point{x.at(lowX), y.at(rate * lowX)}, point{x.at(highX), y.at(rate * highX)}
}

func (b roofPanel) drawSlanted(p *pen, area rect, x, y scale) {
	grey := mix(b.theme.Ink, b.theme.Background, 0.45)
	for _, s := range b.slanted { // all before any line, so that none is covered
		if s.low > 0 && s.high > 0 {
			f1, t1 := b.slope(s.low, x, y)
			f2, t2 := b.slope(s.high, x, y)
			corner := point{min(f1.x, f2.x), max(f1.y, f2.y)} // of the area, where one begins at its side and one at its foot
			p.fill(mix(grey, b.theme.Background, 0.75), f1, t1, t2, f2, corner)
		}
	}
	ends := make([]point, len(b.slanted))
	for i, s := range b.slanted {
		line := stroke{color: mix(grey, b.theme.Background, 0.3), width: 1}
		if s.bytes == b.memory.bytes {
			line = stroke{color: grey, width: 1.5}
		}
		if s.triad {
			line.dashes = dashes[1]
		}
		from, to := b.slope(s.value, x, y)
		p.line(line, from, to)
		ends[i] = to
	}
	b.nameSlanted(p, area, ends)
}

// nameSlanted writes the names of the slanted roofs in two lines above the area, moved
// apart where they would touch.
func (b roofPanel) nameSlanted(p *pen, area rect, ends []point) {
	s := style{size: 8, color: b.theme.Muted, align: centred}
	wanted, lengths := make([]float64, len(ends)), make([]float64, len(ends))
	for i, roof := range b.slanted {
		wanted[i] = ends[i].x
		for _, line := range strings.Split(roof.label, "\n") {
			lengths[i] = max(lengths[i], s.width(line)+8)
		}
	}
	leader := stroke{color: b.theme.Axis, width: 0.7, dashes: []float64{1, 2}}
	for i, at := range spread(wanted, lengths, area.left, area.right) {
		foot := area.top - 6
		for n, line := range strings.Split(b.slanted[i].label, "\n") {
			p.write(point{at, foot - float64(1-n)*s.lineHeight()}, line, s)
		}
		p.line(leader, point{at, foot + 3}, ends[i])
	}
}

func (b roofPanel) drawFlat(p *pen, area rect, x, y scale) {
	for _, f := range b.flat {
		c, from := b.color(f.dtype), max(x.low, ridge(f, b.slanted[0]))
		if f.low > 0 && f.high > 0 {
			p.fill(mix(c, b.theme.Background, 0.7), rect{x.at(from), y.at(f.high), area.right, y.at(f.low)}.corners()...)
		}
		p.line(stroke{color: c, width: 1.6}, point{x.at(from), y.at(f.value)}, point{area.right, y.at(f.value)})
	}
	for _, f := range b.flat {
		if at := ridge(f, b.memory); at > x.low && at < x.high {
			q := point{x.at(at), y.at(f.value)}
			p.fill(b.color(f.dtype), polygon(q, 0, ringSize)...)
			p.fill(b.theme.Background, polygon(q, 0, ringSize-1)...)
		}
	}
}

// drawCases draws all markers first, so that no name lies under one.
func (b roofPanel) drawCases(p *pen, area rect, x, y scale) {
	for _, c := range b.cases {
		q := point{x.at(c.intensity), y.at(c.point.y)}
		if c.point.low > 0 {
			p.whiskerY(q.x, y.at(c.point.low), y.at(c.point.high), 2.6, b.color(c.dtype))
		}
		p.marker(q, c.kind, lineDotSize, b.color(c.dtype))
	}
	for _, n := range b.caseNames(area, x, y) {
		n.draw(p, b.nameStyle(n.roofCase))
	}
}

// names are written at the right ends of the level roofs.
func (b roofPanel) names(x, y scale) []endName {
	names := make([]endName, len(b.flat))
	for i, f := range b.flat {
		end := point{math.Inf(-1), 0}
		if x.high > 0 {
			end = point{x.to, y.at(f.value)}
		}
		names[i] = endName{f.label, end, b.color(f.dtype)}
	}
	return names
}
