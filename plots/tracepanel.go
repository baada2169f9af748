package plots

import (
	"image/color"
	"math"

	"joulemark/results"
	"joulemark/results/joules"
)

// A tracePanel is power against time over the phases of one step.
type tracePanel struct {
	view   joules.Span
	phases []shownPhase
	window joules.Span
	curves []powerCurve
	theme  Theme
}

// A shownPhase is a phase in view; own are those of the step.
type shownPhase struct {
	results.PhaseRow
	own, named bool
}

// A powerCurve is a trace with its looks.
type powerCurve struct {
	trace
	label string
	color color.NRGBA
}

const (
	traceArea    = 210.0
	phaseNames   = 14.0 // row of the phases' names
	phaseLeaders = 8.0  // from names to band
	phaseBand    = 6.0
	traceTicks   = 6
)

func (t tracePanel) headingStyle() style { return style{size: 9, color: t.theme.Ink} }

func (t tracePanel) height(float64) float64 {
	s := t.headingStyle()
	return s.lineHeight() + phaseNames + phaseLeaders + phaseBand + traceArea + axisHeight + s.lineHeight()
}

func (t tracePanel) draw(p *pen, r rect) {
	s := t.headingStyle()
	factor := prefixFor(t.peak())
	p.write(point{r.left, r.top + s.size}, "Power, "+factor.symbol+"W (beside each name: its mean over the window)", s)
	top := r.top + s.lineHeight() + phaseNames + phaseLeaders + phaseBand
	area := rect{r.left + yTickRoom, top, r.right - nameRoom(t.names(scale{}, 0)), top + traceArea}
	x := scale{low: t.view.StartS, high: t.view.EndS, from: area.left, to: area.right}
	y := scale{high: t.peak() * 1.12, from: area.bottom, to: area.top}
	t.drawPhases(p, area, x)
	drawTimeAxis(p, area, x)
	drawPowerAxis(p, area, y, factor.factor, traceTicks)
	for i := len(t.curves) - 1; i >= 0; i-- { // the headline, first, lies on top
		t.curves[i].draw(p, x, y)
	}
	t.markWindow(p, area, x)
	p.endNames(t.names(y, area.right), area)
	s.align = toLeft
	p.write(point{area.right, area.bottom + axisHeight + s.size}, "time on the run's clock, s", s)
}

// peak is the greatest power drawn, 1 W at least.
func (t tracePanel) peak() float64 {
	b := bounds{}
	b.add(1)
	for _, c := range t.curves {
		for _, s := range c.steps {
			b.add(s.powerW)
		}
	}
	return b.high
}

// names stand where the curves end; that of a curve without any step at the foot.
func (t tracePanel) names(y scale, right float64) (names []endName) {
	for _, c := range t.curves {
		at := y.from
		for _, s := range c.steps {
			if !math.IsNaN(s.powerW) {
				at = y.at(s.powerW)
			}
		}
		names = append(names, endName{c.label, point{right + 1, at}, c.color})
	}
	return names
}

// draw strokes the steps: level over each span, joined where they meet. What was
// not measured is dashed, what is not in the row's joules thin.
func (c powerCurve) draw(p *pen, x, y scale) {
	s := stroke{color: c.color, width: 0.9}
	if c.headline {
		s.width = 1.6
	}
	if !c.measured {
		s.dashes = []float64{2, 2}
	}
	var run []point
	for _, step := range c.steps {
		if math.IsNaN(step.powerW) {
			p.line(s, run...)
			run = nil
			continue
		}
		at := y.at(step.powerW)
		run = append(run, point{x.at(step.span.StartS), at}, point{x.at(step.span.EndS), at})
	}
	p.line(s, run...)
}

// drawPhases shades the phases and sets a darker band over them.
func (t tracePanel) drawPhases(p *pen, area rect, x scale) {
	for _, f := range t.phases {
		left, right := x.inside(f.StartS), x.inside(f.EndS)
		shade := p.theme.Phases[f.Phase]
		p.fill(shade, rect{left, area.top, right, area.bottom}.corners()...)
		band := mix(shade, p.theme.Ink, 0.3)
		if f.own && f.Phase == results.PhaseWindow {
			band = p.theme.Ink
		}
		p.fill(band, rect{left, area.top - phaseBand, right, area.top}.corners()...)
		p.line(stroke{color: p.theme.Background, width: 0.8}, point{left, area.top - phaseBand}, point{left, area.top})
	}
	t.namePhases(p, area, x)
}

// namePhases writes the names over the band, moved apart, each with a line to its
// phase; a check may be too short to hold its name.
func (t tracePanel) namePhases(p *pen, area rect, x scale) {
	s := style{size: 8, color: p.theme.Ink, align: centred}
	var named []shownPhase
	var middles, widths []float64
	for _, f := range t.phases {
		if f.named {
			named = append(named, f)
			middles = append(middles, (x.inside(f.StartS)+x.inside(f.EndS))/2)
			widths = append(widths, s.width(f.Phase)+7)
		}
	}
	base := area.top - phaseBand - phaseLeaders
	for i, at := range spread(middles, widths, area.left-yTickRoom, area.right+endGap) {
		name := s
		name.bold = named[i].own && named[i].Phase == results.PhaseWindow
		if !named[i].own {
			name.color = p.theme.Muted
		}
		p.write(point{at, base - 3}, named[i].Phase, name)
		p.line(stroke{color: p.theme.Axis, width: 0.6}, point{at, base}, point{middles[i], area.top - phaseBand - 1})
	}
}

// markWindow draws the ends of the window from the band to the axis.
func (t tracePanel) markWindow(p *pen, area rect, x scale) {
	for _, end := range []float64{t.window.StartS, t.window.EndS} {
		at := x.inside(end)
		p.line(stroke{color: p.theme.Ink, width: 1.1}, point{at, area.top - phaseBand}, point{at, area.bottom})
	}
}

func drawTimeAxis(p *pen, area rect, x scale) {
	axis := stroke{color: p.theme.Axis, width: 0.8}
	s := style{size: 8.5, color: p.theme.Muted, align: centred}
	for _, k := range linearTicks(x.low, x.high, 1, traceTicks+2) {
		at := x.at(k.value)
		p.line(axis, point{at, area.bottom}, point{at, area.bottom + tickLength})
		p.write(point{at, area.bottom + tickLength + 2 + s.size}, k.label, s)
	}
	p.line(axis, point{area.left, area.bottom}, point{area.right, area.bottom})
}

func drawPowerAxis(p *pen, area rect, y scale, factor float64, most int) {
	s := style{size: 8.5, color: p.theme.Muted, align: toLeft}
	for _, k := range linearTicks(0, y.high, factor, most) {
		at := y.at(k.value)
		p.line(stroke{color: mix(p.theme.Grid, p.theme.Axis, 0.3), width: 0.6}, point{area.left, at}, point{area.right, at})
		p.write(point{area.left - tickLength - 3, s.middle(at)}, k.label, s)
	}
}
