package plots

import (
	"joulemark/results"
	"joulemark/results/joules"
)

// A strip is the whole run, thin, under the step drawn large: how that step
// stands among the others.
type strip struct {
	heading string        // what is summed
	view    joules.Span   // the whole run
	windows []joules.Span // of every row
	chosen  joules.Span   // what is drawn large
	steps   []powerStep
	theme   Theme
}

const (
	stripArea  = 36.0
	stripTicks = 2
)

func (s strip) headingStyle() style { return style{size: 9, color: s.theme.Ink} }

func (s strip) headingLines(width float64) []string {
	return s.headingStyle().wrap("Power, "+prefixFor(s.peak()).symbol+"W: "+s.heading, width)
}

func (s strip) height(width float64) float64 {
	return float64(len(s.headingLines(width)))*s.headingStyle().lineHeight() + 7 + stripArea + axisHeight
}

func (s strip) draw(p *pen, r rect) {
	h := s.headingStyle()
	for i, line := range s.headingLines(r.width()) {
		p.write(point{r.left, r.top + h.size + float64(i)*h.lineHeight()}, line, h)
	}
	area := rect{r.left + yTickRoom, r.bottom - axisHeight - stripArea, r.right, r.bottom - axisHeight}
	x := scale{low: s.view.StartS, high: s.view.EndS, from: area.left, to: area.right}
	y := scale{high: s.peak() * 1.1, from: area.bottom, to: area.top}
	for _, w := range s.windows {
		p.fill(p.theme.Phases[results.PhaseWindow], rect{x.inside(w.StartS), area.top, x.inside(w.EndS), area.bottom}.corners()...)
	}
	drawPowerAxis(p, area, y, prefixFor(s.peak()).factor, stripTicks)
	s.drawSum(p, x, y)
	drawTimeAxis(p, area, x)
	s.drawChosen(p, area, x)
}

// peak is the greatest power drawn, 1 W at least.
func (s strip) peak() float64 {
	b := bounds{}
	b.add(1)
	for _, q := range s.steps {
		b.add(q.powerW)
	}
	return b.high
}

// drawSum is the sum as one line.
func (s strip) drawSum(p *pen, x, y scale) {
	powerCurve{trace: trace{steps: s.steps, measured: true}, color: s.theme.line(0)}.draw(p, x, y)
}

// drawChosen frames the stretch drawn large.
func (s strip) drawChosen(p *pen, area rect, x scale) {
	p.outline(stroke{color: p.theme.Ink, width: 1.1},
		rect{x.inside(s.chosen.StartS) - 1, area.top - 2, x.inside(s.chosen.EndS) + 1, area.bottom + 1})
}
