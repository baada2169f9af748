package plots

import (
	"math"

	"joulemark/results/joules"
)

// A strip is the whole run, thin, under the step drawn large: how that step
// stands among the others.
type strip struct {
	heading string
	view    joules.Span   // the whole run
	windows []joules.Span // of every row
	chosen  joules.Span   // what is drawn large
	steps   []powerStep
	theme   Theme
}

const stripArea = 34.0

func (s strip) headingStyle() style { return style{size: 9, color: s.theme.Ink} }

func (s strip) headingLines(width float64) []string {
	return s.headingStyle().wrap(s.heading, width)
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
	peak := bounds{}
	peak.add(1)
	for _, q := range s.steps {
		peak.add(q.powerW)
	}
	y := scale{high: peak.high * 1.1, from: area.bottom, to: area.top}
	for _, w := range s.windows {
		p.fill(p.theme.Phases["window"], rect{x.inside(w.StartS), area.top, x.inside(w.EndS), area.bottom}.corners()...)
	}
	s.drawArea(p, x, y)
	drawTimeAxis(p, area, x)
	s.drawPeak(p, area, y, peak.high)
	s.drawChosen(p, area, x)
}

// drawArea is the sum as one line.
func (s strip) drawArea(p *pen, x, y scale) {
	powerCurve{trace: trace{steps: s.steps, measured: true}, color: s.theme.line(0)}.draw(p, x, y)
}

// drawPeak labels the greatest power, the only tick that so low a panel has room for.
func (s strip) drawPeak(p *pen, area rect, y scale, peak float64) {
	at := y.at(peak)
	label := style{size: 8, color: p.theme.Muted, align: toLeft}
	p.line(stroke{color: p.theme.Axis, width: 0.6}, point{area.left - tickLength, at}, point{area.left, at})
	p.line(stroke{color: p.theme.Axis, width: 0.8}, point{area.left, area.top}, point{area.left, area.bottom})
	if !math.IsNaN(peak) {
		p.write(point{area.left - tickLength - 2, label.middle(at)}, shortSI(roundTo(peak, 2)), label)
	}
}

// drawChosen frames the stretch drawn large.
func (s strip) drawChosen(p *pen, area rect, x scale) {
	p.outline(stroke{color: p.theme.Ink, width: 1.1},
		rect{x.inside(s.chosen.StartS) - 1, area.top - 2, x.inside(s.chosen.EndS) + 1, area.bottom + 1})
}
