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
	var taken, whiskers []rect
	for _, c := range b.cases {
		q := point{x.at(c.intensity), y.at(c.point.y)}
		if c.point.low > 0 {
			p.whiskerY(q.x, y.at(c.point.low), y.at(c.point.high), 2.6, b.color(c.dtype))
			whiskers = append(whiskers, rect{q.x - 3, y.at(c.point.high), q.x + 3, y.at(c.point.low)})
		}
		p.marker(q, c.kind, lineDotSize, b.color(c.dtype))
		taken = append(taken, rect{q.x - 5, q.y - 5, q.x + 5, q.y + 5})
	}
	for _, f := range b.flat { // names do not lie over roofs either
		taken = append(taken, rect{x.at(max(x.low, ridge(f, b.slanted[0]))), y.at(f.value) - 1.5, area.right, y.at(f.value) + 1.5})
	}
	for _, c := range b.cases {
		places := b.places(area, c, x, y)
		i := slices.IndexFunc(places, func(box rect) bool { return free(box, taken) && free(box, whiskers) })
		if i < 0 { // rather across a whisker than without a name
			i = slices.IndexFunc(places, func(box rect) bool { return free(box, taken) })
		}
		if i >= 0 { // else nowhere: the files have every number
			s, box := b.nameStyle(c), places[i]
			p.writeOver(point{box.left + 1, box.bottom - 1.5 - s.size*descent}, c.label, s)
			taken = append(taken, box)
		}
	}
}

func free(box rect, taken []rect) bool { return !slices.ContainsFunc(taken, box.overlaps) }

func (b roofPanel) nameStyle(c roofCase) style {
	return style{size: 7.5, color: mix(b.color(c.dtype), b.theme.Ink, 0.35)}
}

// places are where a case's name may stand within the area, the best first: beside its
// marker, then above and below it, then beyond the ends of its whisker.
func (b roofPanel) places(area rect, c roofCase, x, y scale) (boxes []rect) {
	s := b.nameStyle(c)
	w, q := s.width(c.label), point{x.at(c.intensity), y.at(c.point.y)}
	const gap = 6.0
	at := []point{{gap, 0}, {-gap - w, 0}, {-w / 2, 10}, {-w / 2, -10}, {gap, 8}, {gap, -8}, {-gap - w, 8}, {-gap - w, -8}}
	if c.point.low > 0 {
		at = append(at, point{-w / 2, y.at(c.point.low) - q.y + 8}, point{-w / 2, y.at(c.point.high) - q.y - 8})
	}
	for _, d := range at {
		left, base := q.x+d.x, s.middle(q.y+d.y)
		box := rect{left - 1, base - s.size*capHeight - 1.5, left + w + 1, base + s.size*descent + 1.5}
		if box.left > area.left+2 && box.right < area.right && box.top > area.top && box.bottom < area.bottom-2 {
			boxes = append(boxes, box)
		}
	}
	return boxes
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
