package plots

// A barPanel is horizontal bars: groups (workloads) down the page, within each one
// bar a series, and beside each other one or more columns (quantities) with axes
// of their own.
type barPanel struct {
	title   string
	labels  float64 // width of the column of group labels, shared by a page's panels
	columns []barColumn
	groups  []barGroup
	theme   Theme
}

// A barColumn is one quantity; share is its part of the width.
type barColumn struct {
	heading, unit string
	share         float64
}

// A barGroup is one workload.
type barGroup struct {
	label string
	bars  []barLine
}

// A barLine is one series in a group, one cell a column.
type barLine struct {
	series int
	cells  []barCell
}

// A barCell is one bar: value with its interval (NaN: none), or, where estimated,
// the range low…high without a value. Where there is neither, words says why.
type barCell struct {
	value, low, high float64
	estimated        bool
	words            string
}

const (
	barGap     = 1.5  // between the bars of a group
	groupGap   = 6.5  // between groups
	columnGap  = 22.0 // between columns
	axisHeight = 15.0 // tick labels under the bars
	labelGap   = 8.0  // between a group's label and its bars
	headingGap = 5.0
)

func (b barPanel) titleStyle() style   { return style{size: 10, bold: true, color: b.theme.Ink} }
func (b barPanel) headingStyle() style { return style{size: 9, color: b.theme.Ink} }
func (b barPanel) labelStyle() style   { return style{size: 9, color: b.theme.Ink, align: toLeft} }

// thickness of a bar: thinner where several stand together.
func (b barPanel) thickness() float64 {
	for _, g := range b.groups {
		if len(g.bars) > 1 {
			return 9
		}
	}
	return 11
}

func (b barPanel) barsHeight(g barGroup) float64 {
	return float64(len(g.bars))*(b.thickness()+barGap) - barGap
}

// groupHeight is that of its bars or of its wrapped label, whichever is more.
func (b barPanel) groupHeight(g barGroup) float64 {
	lines := b.labelStyle().wrap(g.label, b.labels)
	return max(b.barsHeight(g), float64(len(lines))*b.labelStyle().lineHeight())
}

// headHeight holds the panel's title and, in a row of their own, the columns'
// headings, which name the units level over the axes.
func (b barPanel) headHeight(width float64) float64 {
	lines := 1
	for i, r := range b.columnRects(rect{right: width}) {
		lines = max(lines, len(b.headingStyle().wrap(b.heading(i, r), r.width()+columnGap/2)))
	}
	return b.titleStyle().lineHeight() + float64(lines)*b.headingStyle().lineHeight() + headingGap
}

func (b barPanel) height(width float64) float64 {
	h := b.headHeight(width) + groupGap/2 + axisHeight
	for _, g := range b.groups {
		h += b.groupHeight(g) + groupGap
	}
	return h
}

// columnRects divides the width right of the labels.
func (b barPanel) columnRects(r rect) []rect {
	left := r.left + b.labels + labelGap
	room := r.right - left - float64(len(b.columns)-1)*columnGap
	rects := make([]rect, len(b.columns))
	for i, c := range b.columns {
		rects[i] = rect{left, r.top, left + room*c.share, r.bottom}
		left = rects[i].right + columnGap
	}
	return rects
}

func (b barPanel) draw(p *pen, r rect) {
	title := b.titleStyle()
	p.write(point{r.left, r.top + title.size}, b.title, title)
	head := r.top + b.headHeight(r.width())
	area := rect{r.left, head, r.right, r.bottom - axisHeight}
	for i, c := range b.columnRects(area) {
		a := b.axis(i, c)
		b.drawHeading(p, i, c, r.top+title.lineHeight())
		a.grid(p, c)
		b.drawCells(p, i, a, c)
		p.line(stroke{color: p.theme.Axis, width: 0.9}, point{c.left, c.top}, point{c.left, c.bottom})
	}
	b.eachGroup(area.top, func(g barGroup, top float64) {
		b.drawLabel(p, g, r.left+b.labels, top+b.groupHeight(g)/2)
	})
}

// eachGroup calls f with each group and the top of its room.
func (b barPanel) eachGroup(top float64, f func(barGroup, float64)) {
	top += groupGap
	for _, g := range b.groups {
		f(g, top)
		top += b.groupHeight(g) + groupGap
	}
}

func (b barPanel) drawHeading(p *pen, i int, c rect, top float64) {
	s := b.headingStyle()
	for k, line := range s.wrap(b.heading(i, c), c.width()+columnGap/2) {
		p.write(point{c.left, top + s.size + float64(k)*s.lineHeight()}, line, s)
	}
}

// drawLabel sets the group's label against its bars, centred on y.
func (b barPanel) drawLabel(p *pen, g barGroup, right, y float64) {
	s := b.labelStyle()
	lines := s.wrap(g.label, b.labels)
	y -= float64(len(lines)-1) * s.lineHeight() / 2
	for _, line := range lines {
		p.write(point{right, s.middle(y)}, line, s)
		y += s.lineHeight()
	}
}

func (b barPanel) drawCells(p *pen, column int, a barAxis, c rect) {
	b.eachGroup(c.top, func(g barGroup, top float64) {
		top += (b.groupHeight(g) - b.barsHeight(g)) / 2
		for _, line := range g.bars {
			r := rect{c.left, top, c.right, top + b.thickness()}
			a.cell(p, line.cells[column], p.theme.line(line.series), r)
			top += b.thickness() + barGap
		}
	})
}
