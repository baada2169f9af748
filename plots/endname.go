package plots

import "image/color"

// An endName is the name of a line, written right of the data area at the height
// of the line's end; direct names spare the reader a legend.
type endName struct {
	label string
	end   point
	color color.NRGBA
}

// endGap lies between the data area and the names.
const endGap = 9.0

func (n endName) style(t Theme) style {
	return style{size: 9, color: mix(n.color, t.Ink, 0.35)} // darker than the line: thin strokes look paler
}

// nameRoom is what the widest name takes right of the data area.
func nameRoom(names []endName) (w float64) {
	for _, n := range names {
		w = max(w, n.style(Theme{}).width(n.label))
	}
	return w + endGap + 2
}

// endNames writes the names, moved apart where they would touch, each with a
// dotted leader from the end of its line.
func (p *pen) endNames(names []endName, area rect) {
	wanted, lengths := make([]float64, len(names)), make([]float64, len(names))
	for i, n := range names {
		wanted[i], lengths[i] = n.end.y, n.style(p.theme).lineHeight()
	}
	for i, y := range spread(wanted, lengths, area.top, area.bottom) {
		n := names[i]
		s := n.style(p.theme)
		leader := stroke{color: mix(n.color, p.theme.Background, 0.3), width: 0.7, dashes: []float64{1, 2}}
		p.line(leader, n.end, point{max(area.right, n.end.x), n.end.y}, point{area.right + endGap - 2, y})
		p.write(point{area.right + endGap, s.middle(y)}, n.label, s)
	}
}
