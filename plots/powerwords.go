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
	text += fmt.Sprintf(", %s", FormatSI(s.EnergyJ, "J"))
	if !math.IsNaN(s.EnergyUncertaintyJ) {
		text += " ± " + FormatSI(s.EnergyUncertaintyJ, "J")
	}
	return text + fmt.Sprintf(", mean %s over %s.", FormatSI(s.EnergyJ/v.window.Seconds(), "W"), strings.Join(v.headline(), " + "))
}

func statusWords(s results.Sample) string {
	if s.StatusReason == "" {
		return s.Status
	}
	return s.Status + ": " + s.StatusReason
}

// footer says how the lines are made and what each domain is.
func (v powerView) footer(curves []powerCurve, left []string) string {
	lines := []string{runLine(v.run), v.howDrawn(curves)}
	var said []string
	for _, c := range curves {
		if d, known := v.domain(c.id); known {
			said = append(said, fmt.Sprintf("%s: %s scope, %s, ±%s\u00a0%%", d.ID(), d.Scope,
				provenanceWords(string(d.Provenance), truth(d.Simulated)), digits(d.SystematicPct, 2)))
		}
	}
	lines = append(lines, strings.Join(said, "; ")+".")
	if len(left) > 0 {
		lines = append(lines, "Not drawn, without power in this stretch or one too many: "+strings.Join(left, ", ")+".")
	}
	return strings.Join(lines, "\n")
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
