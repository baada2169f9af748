package plots

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"joulemark/results"
	"joulemark/results/joules"
)

// subtitle names the step and what its window gave.
func (v powerView) subtitle() string {
	s := v.sample
	text := fmt.Sprintf("%s on %s, trial %d: window of %s", s.Workload, s.Runner, s.Trial, FormatSI(v.window.Seconds(), "s"))
	if math.IsNaN(s.EnergyJ) {
		return text + "; no joules in its row (" + statusWords(s) + ")."
	}
	p := prefixFor(s.EnergyJ)
	text += ", " + digits3(s.EnergyJ/p.factor)
	if !math.IsNaN(s.EnergyUncertaintyJ) {
		text += " ± " + digits(s.EnergyUncertaintyJ/p.factor, 2)
	}
	text += " " + p.symbol + "J"
	text += fmt.Sprintf(", mean %s over %s.", FormatSI(s.EnergyJ/v.window.Seconds(), "W"), strings.Join(v.headline(), " + "))
	if s.Status != results.OK {
		text += " Not to be used: " + statusWords(s) + "."
	}
	return text
}

func statusWords(s results.Sample) string {
	if s.StatusReason == "" {
		return s.Status
	}
	return s.Status + ": " + shortened(s.StatusReason)
}

// footer says how the lines are made and what each domain is.
func (v powerView) footer(curves []powerCurve, left []string) string {
	lines := []string{runLine(v.run), v.howDrawn(curves)}
	lines = append(lines, v.domainWords(curves))
	if len(left) > 0 {
		lines = append(lines, "Not drawn, without power in this stretch or one too many: "+strings.Join(left, ", ")+".")
	}
	return strings.Join(lines, "\n")
}

// domainWords say what the domains are, those alike together.
func (v powerView) domainWords(curves []powerCurve) string {
	var kinds []string
	ids := map[string][]string{}
	for _, c := range curves {
		d, _ := v.domain(c.id)
		kind := fmt.Sprintf("%s scope, %s, %s", d.Scope, provenanceWords(string(d.Provenance), truth(d.Simulated)), boundWords(d.SystematicPct))
		if ids[kind] == nil {
			kinds = append(kinds, kind)
		}
		ids[kind] = append(ids[kind], d.ID())
	}
	for i, kind := range kinds {
		kinds[i] = strings.Join(ids[kind], ", ") + ": " + kind
	}
	return strings.Join(kinds, "; ") + "."
}

// howDrawn explains only what is on the page.
func (v powerView) howDrawn(curves []powerCurve) string {
	has := func(f func(powerCurve) bool) bool { return slices.ContainsFunc(curves, f) }
	kind := func(want bool) func(powerCurve) bool {
		return func(c powerCurve) bool {
			d, _ := v.domain(c.id)
			return (d.Kind == joules.Counter) == want
		}
	}
	text := "Steps are mean power between readings"
	if has(kind(true)) {
		text += "; counters are differenced"
	}
	if has(kind(false)) {
		text += "; gauges are moved earlier by half their averaging window and their latency, as for joules"
	}
	if has(func(c powerCurve) bool { return !c.headline }) {
		text += "; thin lines are not part of the row's joules"
	}
	if has(func(c powerCurve) bool { return !c.measured }) {
		text += "; dashed lines are no measurement"
	}
	return text + "."
}

func truth(b bool) results.Truth {
	if b {
		return results.True
	}
	return results.False
}

// boundWords is the bound of a sensor's gain error; 0 means that nobody knows one.
func boundWords(pct float64) string {
	if !(pct > 0) {
		return "gain error not known"
	}
	return "±" + digits(pct, 2) + "\u00a0%"
}
