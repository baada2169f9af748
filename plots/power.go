package plots

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	"joulemark/results"
	"joulemark/results/joules"
)

func init() { Register(PowerOf(0, 0)) }

// PowerOf is the power figure of one step: trial and order, both from 1. With 0
// and 0, as it is registered, it takes the first row of each run that has joules.
func PowerOf(trial, order int) Figure {
	return Figure{
		Name:    "power",
		Summary: "power against time of one step with its phases, and of the whole run",
		Draw: func(runs []*results.Run) ([]*Page, error) {
			return drawPower(runs, trial, order)
		},
	}
}

func drawPower(runs []*results.Run, trial, order int) (pages []*Page, err error) {
	readings := false
	for _, run := range runs {
		if !hasReadings(run) {
			continue
		}
		readings = true
		if s, window, found := chooseStep(run, trial, order); found {
			v := powerView{run: run, sample: s, window: window}
			pages = append(pages, v.frame().page(Light))
		}
	}
	switch {
	case len(pages) > 0:
		return pages, nil
	case !readings:
		return nil, skip("no power readings in these runs: no sensor was there, or none was asked (joulemark list meters)")
	case trial > 0:
		return nil, skip(fmt.Sprintf("no window of trial %d, order %d in these runs: choose a row of samples.csv that was measured", trial, order))
	}
	return nil, skip("power was read, but no window was measured in these runs")
}

func hasReadings(run *results.Run) bool {
	for _, points := range run.Points {
		if len(points) > 1 && run.Machine != nil {
			return true
		}
	}
	return false
}

// chooseStep finds the asked row, or the first with joules, or the first that is
// ok, or the first with a window at all.
func chooseStep(run *results.Run, trial, order int) (results.Sample, joules.Span, bool) {
	var best results.Sample
	var window joules.Span
	grade := 0
	for _, s := range run.Samples {
		if trial > 0 && (s.Trial != trial || s.Order != order) {
			continue
		}
		g := 1
		if s.Status == results.OK {
			g = 2
		}
		if !math.IsNaN(s.EnergyJ) {
			g = 3
		}
		if w, ok := windowOf(run, s.Trial, s.Order); ok && g > grade {
			best, window, grade = s, w, g
		}
	}
	return best, window, grade > 0
}

func windowOf(run *results.Run, trial, order int) (joules.Span, bool) {
	for _, f := range run.Phases {
		if f.Trial == trial && f.Order == order && f.Phase == results.PhaseWindow {
			return joules.Span{StartS: f.StartS, EndS: f.EndS}, true
		}
	}
	return joules.Span{}, false
}

// A powerView is one page: a step of a run.
type powerView struct {
	run    *results.Run
	sample results.Sample
	window joules.Span
}

// The view reaches from the step's first phase to its last with some of what is
// before and after, but no further than these multiples of the window, lest a
// long preparation squeeze the window to a line.
const (
	viewBefore = 4.0
	viewAfter  = 2.0
	viewMargin = 0.12
)

func (v powerView) view() joules.Span {
	span := v.window
	for _, f := range v.run.Phases {
		if f.Trial == v.sample.Trial && f.Order == v.sample.Order {
			span.StartS, span.EndS = min(span.StartS, f.StartS), max(span.EndS, f.EndS)
		}
	}
	margin := span.Seconds() * viewMargin
	whole := v.whole()
	return joules.Span{
		StartS: max(span.StartS-margin, v.window.StartS-viewBefore*v.window.Seconds(), whole.StartS),
		EndS:   min(span.EndS+margin, v.window.EndS+viewAfter*v.window.Seconds(), whole.EndS),
	}
}

// whole is the span of all phases of the run.
func (v powerView) whole() joules.Span {
	b := bounds{}
	for _, f := range v.run.Phases {
		b.add(f.StartS, f.EndS)
	}
	return joules.Span{StartS: b.low, EndS: b.high}
}

func (v powerView) frame() frame {
	curves, left := v.curves()
	view := v.view()
	panel := tracePanel{view: view, phases: v.phasesIn(view), window: v.window, curves: curves, theme: Light}
	f := frame{title: "Power during one step", subtitle: v.subtitle(), simulated: v.simulated(), panels: []block{panel}}
	if s, ok := v.strip(view); ok {
		f.panels = append(f.panels, s)
	}
	f.footer = v.footer(curves, left)
	return f
}

// phasesIn are the phases in view. All of the step's own have a name, and of its
// neighbours those that show enough of themselves.
func (v powerView) phasesIn(view joules.Span) (in []shownPhase) {
	for _, f := range v.run.Phases {
		own := f.Trial == v.sample.Trial && f.Order == v.sample.Order
		shown := min(f.EndS, view.EndS) - max(f.StartS, view.StartS)
		if shown > 0 {
			in = append(in, shownPhase{f, own, own || shown > view.Seconds()/50})
		}
	}
	return in
}

// headline are the ids of the domains whose joules the row holds.
func (v powerView) headline() []string { return strings.Split(v.sample.EnergyDomain, "+") }

func (v powerView) domain(id string) (joules.Domain, bool) {
	i := slices.IndexFunc(v.run.Machine.Domains, func(d joules.Domain) bool { return d.ID() == id })
	if i < 0 {
		return joules.Domain{}, false
	}
	return v.run.Machine.Domains[i], true
}

const (
	mostCurves = 8   // more cannot be told apart
	mostSteps  = 400 // about one a point of the page's width
)

// curves are the domains with power in view, those of the headline first; left
// are the ids of domains that are not drawn.
func (v powerView) curves() (curves []powerCurve, left []string) {
	view := v.view()
	domains := slices.Clone(v.run.Machine.Domains)
	rank := func(d joules.Domain) int {
		if slices.Contains(v.headline(), d.ID()) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(domains, func(a, b joules.Domain) int { return rank(a) - rank(b) })
	for _, d := range domains {
		steps := stepsBetween(d, v.run.Points[d.ID()], view, v.window.StartS, mostSteps)
		silent := !slices.ContainsFunc(steps, func(s powerStep) bool { return !math.IsNaN(s.powerW) })
		if silent || len(curves) == mostCurves {
			left = append(left, d.ID())
			continue
		}
		t := trace{d.ID(), rank(d) == 0, countsAsMeasured(d.Provenance), steps}
		curves = append(curves, powerCurve{t, v.label(d), v.color(len(curves), d)})
	}
	return curves, left
}

func (v powerView) color(i int, d joules.Domain) color.NRGBA {
	if !countsAsMeasured(d.Provenance) {
		return Light.Muted
	}
	return Light.line(i)
}

// label is the domain's id and its mean over the window, as energy.csv has it; one
// that is no measurement says so.
func (v powerView) label(d joules.Domain) string {
	label := d.ID()
	if !countsAsMeasured(d.Provenance) {
		label += " (" + string(d.Provenance) + ")"
	}
	for _, e := range v.run.Energy {
		if e.Trial == v.sample.Trial && e.Order == v.sample.Order && e.Domain == d.ID() && !math.IsNaN(e.MeanPowerW) {
			label += "  " + FormatSI(e.MeanPowerW, "W")
		}
	}
	return label
}

// strip is the whole run; there is none where the row has no headline domains.
func (v powerView) strip(view joules.Span) (strip, bool) {
	whole := v.whole()
	length := whole.Seconds() / mostSteps
	var all [][]powerStep
	for _, id := range v.headline() {
		if d, known := v.domain(id); known {
			length = max(length, stepLength(d, v.run.Points[id], whole))
		}
	}
	most := max(1, int(whole.Seconds()/length)) // the same steps for all, so that they can be added
	for _, id := range v.headline() {
		if d, known := v.domain(id); known {
			all = append(all, stepsBetween(d, v.run.Points[id], whole, whole.StartS, most))
		}
	}
	s := strip{view: whole, chosen: view, steps: sumSteps(all), theme: Light}
	for _, f := range v.run.Phases {
		if f.Phase == results.PhaseWindow {
			s.windows = append(s.windows, joules.Span{StartS: f.StartS, EndS: f.EndS})
		}
	}
	s.heading = "sum of " + strings.Join(v.headline(), " + ") + ", whole run; windows shaded, the stretch above framed"
	return s, len(all) > 0
}

func (v powerView) simulated() bool {
	return v.sample.Simulated == results.True || v.run.Machine.Simulated ||
		slices.ContainsFunc(v.run.Machine.Domains, func(d joules.Domain) bool { return d.Simulated })
}
