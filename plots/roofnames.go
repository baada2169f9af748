package plots

import (
	"math"
	"slices"
)

// A caseName is where the name of a case stands. One that is far from its marker has a leader to it.
type caseName struct {
	roofCase
	box    rect
	marker point
	far    bool
}

func (b roofPanel) nameStyle(c roofCase) style {
	return style{size: 7.5, color: mix(b.color(c.dtype), b.theme.Ink, 0.35)}
}

// caseNames finds room for the names of cases, clear of markers, roofs, whiskers and each other: beside
// their markers, else further off, else rather across a whisker than nowhere. Those that have the least
// room come first. The files have what finds none.
func (b roofPanel) caseNames(area rect, x, y scale) (names []caseName) {
	markers, roofs, whiskers := b.obstacles(area, x, y)
	choices := make([][]caseName, len(b.cases)) // clear of those, the best first
	for i, c := range b.cases {
		choices[i] = b.choices(area, c, x, y, append(slices.Clone(markers), roofs...), whiskers)
	}
	slices.SortStableFunc(choices, func(a, b []caseName) int { return len(a) - len(b) })
	taken := markers // leaders may cross roofs and whiskers
	for _, list := range choices {
		i := slices.IndexFunc(list, func(n caseName) bool {
			return free(n.box, taken) && !slices.ContainsFunc(n.leader(), func(r rect) bool { return !free(r, taken) })
		})
		if i >= 0 {
			names = append(names, list[i])
			taken = append(append(taken, list[i].box), list[i].leader()...)
		}
	}
	return names
}

// choices are the places of a case's name that are clear of what it must keep off, and of whiskers
// but for the last ones.
func (b roofPanel) choices(area rect, c roofCase, x, y scale, must, whiskers []rect) (list []caseName) {
	near, far := b.places(area, c, x, y)
	add := func(boxes []rect, isFar bool, keep ...[]rect) {
		for _, box := range boxes {
			if free(box, slices.Concat(keep...)) {
				list = append(list, caseName{c, box, point{x.at(c.intensity), y.at(c.point.y)}, isFar})
			}
		}
	}
	add(near, false, must, whiskers)
	add(far, true, must, whiskers)
	add(near, false, must)
	return list
}

// leader is what a leader covers, in pieces from beyond the marker to the name's box.
func (n caseName) leader() (pieces []rect) {
	if !n.far {
		return nil
	}
	from, to := n.ends()
	steps := math.Ceil(math.Hypot(to.x-from.x, to.y-from.y) / 2)
	for i := 2.0; i < steps; i++ { // the first ones lie in the marker's own place
		q := point{from.x + i/steps*(to.x-from.x), from.y + i/steps*(to.y-from.y)}
		pieces = append(pieces, rect{q.x - 1, q.y - 1, q.x + 1, q.y + 1})
	}
	return pieces
}

// ends are those of a leader: just beyond the marker, and at the box where it is nearest.
func (n caseName) ends() (from, to point) {
	to = point{min(max(n.marker.x, n.box.left), n.box.right), n.box.top}
	if n.marker.y > n.box.bottom {
		to.y = n.box.bottom
	}
	dx, dy := to.x-n.marker.x, to.y-n.marker.y
	part := 4.5 / math.Hypot(dx, dy)
	return point{n.marker.x + part*dx, n.marker.y + part*dy}, to
}

// obstacles are what names keep off.
func (b roofPanel) obstacles(area rect, x, y scale) (markers, roofs, whiskers []rect) {
	for _, c := range b.cases {
		q := point{x.at(c.intensity), y.at(c.point.y)}
		markers = append(markers, rect{q.x - 5, q.y - 5, q.x + 5, q.y + 5})
		if c.point.low > 0 {
			whiskers = append(whiskers, rect{q.x - 3, y.at(c.point.high), q.x + 3, y.at(c.point.low)})
		}
	}
	for _, f := range b.flat {
		roofs = append(roofs, rect{x.at(max(x.low, ridge(f, b.slanted[0]))), y.at(f.value) - 1.5, area.right, y.at(f.value) + 1.5})
	}
	return markers, roofs, whiskers
}

func free(box rect, taken []rect) bool { return !slices.ContainsFunc(taken, box.overlaps) }

// places are where a case's name may stand within the area, the best first: near, beside its
// marker, then above and below it, then beyond the ends of its whisker; and far.
func (b roofPanel) places(area rect, c roofCase, x, y scale) (near, far []rect) {
	s := b.nameStyle(c)
	w, q := s.width(c.label), point{x.at(c.intensity), y.at(c.point.y)}
	const gap = 6.0
	at := []point{{gap, 0}, {-gap - w, 0}, {-w / 2, 10}, {-w / 2, -10}, {gap, 8}, {gap, -8}, {-gap - w, 8}, {-gap - w, -8}}
	if c.point.low > 0 {
		at = append(at, point{-w / 2, y.at(c.point.low) - q.y + 8}, point{-w / 2, y.at(c.point.high) - q.y - 8})
	}
	boxes := func(at []point) (inside []rect) {
		for _, d := range at {
			left, base := q.x+d.x, s.middle(q.y+d.y)
			box := rect{left - 1, base - s.size*capHeight - 1.5, left + w + 1, base + s.size*descent + 1.5}
			if box.left > area.left+2 && box.right < area.right && box.top > area.top && box.bottom < area.bottom-2 {
				inside = append(inside, box)
			}
		}
		return inside
	}
	var further []point
	for away := 16.0; away <= 72; away += 8 {
		further = append(further, point{gap, away}, point{-gap - w, away}, point{gap, -away}, point{-gap - w, -away}, point{-w / 2, away}, point{-w / 2, -away})
	}
	return boxes(at), boxes(further)
}

// draw writes the name, and its leader from the nearest point of its box.
func (n caseName) draw(p *pen, s style) {
	if n.far {
		from, to := n.ends()
		p.line(stroke{color: s.color, width: 0.5}, from, to)
	}
	p.writeOver(point{n.box.left + 1, n.box.bottom - 1.5 - s.size*descent}, n.label, s)
}
