package plots

import (
	"image/color"
	"math"
	"strings"
)

// dotSpan is the ratio of the greatest to the least value of a column from which
// its panel is drawn as dots on log axes: a bar at a fiftieth of the axis cannot
// be read, and a bar on a log axis has no foot to stand on.
const dotSpan = 50

const (
	valueGap   = 4.0 // between the end of a bar and its number
	dotRadius  = 3.2
	axisTicks  = 6
	wordsInset = 4.0
)

// A barAxis is the axis of one column of a panel and how its cells are drawn.
type barAxis struct {
	scale
	scaled bool   // false for a column of nothing but words
	factor prefix // of the numbers on a linear axis
	theme  Theme
}

func (a barAxis) valueStyle() style { return style{size: 8, color: a.theme.Ink} }
func (a barAxis) tickStyle() style {
	return style{size: 8, color: a.theme.Muted, align: centred}
}

// heading names the quantity and its unit, with the prefix of a linear axis.
func (b barPanel) heading(i int, r rect) string {
	a, c := b.axis(i, r), b.columns[i]
	if a.log {
		return c.heading + ", " + c.unit + " (log scale)"
	}
	return c.heading + ", " + a.factor.symbol + c.unit
}

// axis fits the scale of column i into r so that each number has room after its bar.
func (b barPanel) axis(i int, r rect) barAxis {
	cells, ends := b.column(i)
	a := barAxis{theme: b.theme, scale: scale{from: r.left, to: r.right, high: 1}, factor: prefix{factor: 1}}
	if !ends.any {
		return a
	}
	a.scaled, a.log = true, b.dots()
	a.factor = prefixFor(ends.high)
	a.fit(cells, ends)
	return a
}

// column gathers the cells of column i and the bounds of what they draw.
func (b barPanel) column(i int) (cells []barCell, ends bounds) {
	ends.positive = true
	for _, g := range b.groups {
		for _, line := range g.bars {
			c := line.cells[i]
			cells = append(cells, c)
			ends.add(c.value)
			if c.estimated {
				ends.add(c.low, c.high)
			}
		}
	}
	return cells, ends
}

// dots says whether the measured values of any column span too much for bars.
func (b barPanel) dots() bool {
	for i := range b.columns {
		ends := bounds{positive: true}
		cells, _ := b.column(i)
		for _, c := range cells {
			ends.add(c.value)
		}
		if ends.any && ends.high/ends.low >= dotSpan {
			return true
		}
	}
	return false
}

// fit chooses the ends of the scale. A number of width w after a bar that ends at
// e fits if at(e) is at most the width less w.
func (a *barAxis) fit(cells []barCell, ends bounds) {
	if a.log {
		a.low = ends.low / 1.6 // the least dot stands clear of the edge
	}
	width := a.to - a.from
	reach := 0.0 // length of the axis, in e or in log e
	for _, c := range cells {
		e := c.end()
		if !(e > 0) {
			continue
		}
		room := max(width-a.valueStyle().width(a.number(c))-2*valueGap-a.radius(), width/4)
		if a.log {
			reach = max(reach, math.Log(e/a.low)*width/room)
		} else {
			reach = max(reach, e*width/room)
		}
	}
	if a.log {
		a.high = a.low * math.Exp(reach)
	} else {
		a.high = reach
	}
}

func (a barAxis) radius() float64 {
	if a.log {
		return dotRadius
	}
	return 0
}

// end is where the drawing of a cell ends, interval included; NaN if it has none.
func (c barCell) end() float64 {
	if c.estimated || c.high > c.value {
		return c.high
	}
	return c.value
}

// number is what is printed after the bar.
func (a barAxis) number(c barCell) string {
	switch {
	case c.estimated:
		if a.log {
			return shortSI(roundTo(c.low, 2)) + "…" + shortSI(roundTo(c.high, 2))
		}
		return rangeNumbers(c.low/a.factor.factor, c.high/a.factor.factor)
	case a.log:
		return strings.TrimSpace(FormatSI(c.value, ""))
	}
	return digits3(c.value / a.factor.factor)
}

// grid draws the labelled ticks' lines and labels, every so many of them that no
// two labels touch.
func (a barAxis) grid(p *pen, r rect) {
	s := a.tickStyle()
	for _, t := range a.apart(a.ticks(r.width()), r.right+columnGap/2) {
		x := a.at(t.value)
		p.line(stroke{color: p.theme.Grid, width: 0.7}, point{x, r.top}, point{x, r.bottom})
		p.write(point{x, r.bottom + 3 + s.size}, t.label, s)
	}
}

func (a barAxis) ticks(width float64) (labelled []tick) {
	var ticks []tick
	switch {
	case a.log:
		ticks = logTicks(a.low, a.high, shortSI)
	case a.scaled:
		ticks = linearTicks(a.low, a.high, a.factor.factor, min(axisTicks, int(width/32)))
	}
	for _, t := range ticks {
		if t.label != "" {
			labelled = append(labelled, t)
		}
	}
	return labelled
}

// apart keeps every n-th tick with the least n for which labels do not touch, and
// none that reaches beyond right.
func (a barAxis) apart(ticks []tick, right float64) (kept []tick) {
	const gap = 4
	for n := 1; n <= len(ticks); n++ {
		kept = nil
		free, touch := math.Inf(-1), false
		for i := 0; i < len(ticks); i += n {
			x, half := a.at(ticks[i].value), a.tickStyle().width(ticks[i].label)/2
			if x+half > right {
				continue
			}
			touch = touch || x-half < free
			free = x + half + gap
			kept = append(kept, ticks[i])
		}
		if !touch {
			break
		}
	}
	return kept
}

// cell draws one bar, dot, range or its words in r.
func (a barAxis) cell(p *pen, c barCell, colour color.NRGBA, r rect) {
	y := (r.top + r.bottom) / 2
	if !(c.end() > 0) {
		words := style{size: 8, color: p.theme.Muted}
		p.writeOver(point{r.left + wordsInset, words.middle(y)}, words.shorten(c.words, r.width()-wordsInset), words)
		return
	}
	switch {
	case c.estimated:
		p.hatched(colour, rect{a.at(c.low), r.top, a.at(c.high), r.bottom})
	case a.log:
		p.line(stroke{color: p.theme.Grid, width: 0.9}, point{r.left, y}, point{a.at(c.value), y})
		a.interval(p, c, y, r.height()/4) // under the dot: one narrower than the dot does not show
		p.marker(point{a.at(c.value), y}, 0, dotRadius, colour)
	default:
		p.fill(colour, rect{r.left, r.top, a.at(c.value), r.bottom}.corners()...)
		a.interval(p, c, y, r.height()/4)
	}
	s := a.valueStyle()
	p.writeOver(point{a.at(c.end()) + valueGap + a.radius(), s.middle(y)}, a.number(c), s)
}

func (a barAxis) interval(p *pen, c barCell, y, cap float64) {
	if c.low > 0 {
		p.whiskerX(y, a.inside(c.low), a.at(c.high), cap, p.theme.Ink)
	}
}
