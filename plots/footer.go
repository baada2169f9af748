package plots

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"joulemark/results"
	"joulemark/results/joules"
)

// footer is a line a run and one on what the energy covers.
func (c collection) footer() string {
	var lines []string
	for _, run := range c.used() {
		lines = append(lines, runLine(run))
	}
	return strings.Join(append(lines, c.energyLines()...), "\n")
}

// runLine names machine, run, date and version.
func runLine(run *results.Run) string {
	var parts []string
	if m := run.Machine; m != nil {
		parts = append(parts, m.MachineModel)
		if m.Hypervisor {
			parts = append(parts, "virtual machine")
		}
		parts = append(parts, "run "+m.RunID, day(m.StartedAt), software(m.Software))
	} else if len(run.Samples) > 0 {
		s := run.Samples[0]
		parts = append(parts, s.MachineModel, "run "+s.RunID, day(s.StartedAt))
	}
	if p := run.Plan; p != nil && p.Suite != "" {
		parts = append(parts, "suite "+p.Suite)
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" || s == "run " })
	return strings.Join(parts, " · ")
}

// software names the program too where the file holds its version alone.
func software(version string) string {
	if version == "" || strings.HasPrefix(version, "joulemark") {
		return version
	}
	return "joulemark " + version
}

// day is the date of an RFC 3339 time.
func day(t string) string {
	date, _, _ := strings.Cut(t, "T")
	return date
}

// energyLines name the domains, their provenance and their sensor's bound: one
// line where all series share them, else one for each series.
func (c collection) energyLines() (lines []string) {
	var texts []string
	for _, e := range c.entries {
		if e.row.EnergyDomain == "" || math.IsNaN(e.row.EfficiencyOpJ) {
			continue
		}
		text := energyWords(e.row)
		if line := "Energy of " + c.series[e.series] + ": " + text; !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
		if !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	switch len(texts) {
	case 0:
		return nil
	case 1:
		lines = []string{"Energy: " + texts[0]}
	}
	return append(lines, "Idle power is not subtracted; intervals hold the spread of the trials, not the sensor's gain.")
}

func energyWords(r results.SummaryRow) string {
	return fmt.Sprintf("%s (%s, %s scope), %s; %s.", spaced(r.EnergyDomain), spaced(r.EnergyScope),
		r.EnergyScopeClass, provenanceWords(r.EnergyProvenance, r.Simulated), gainWords(r.SystematicUncertaintyPct))
}

// spaced lets a list joined by "+" be wrapped.
func spaced(list string) string { return strings.ReplaceAll(list, "+", " + ") }

func gainWords(pct float64) string {
	if math.IsNaN(pct) {
		return "sensor gain not known"
	}
	return "sensor gain ±" + strconv.FormatFloat(pct, 'g', 3, 64) + " %"
}

// provenanceWords says how watts were obtained.
func provenanceWords(p string, simulated results.Truth) string {
	words, known := map[joules.Provenance]string{
		joules.Measured:    "measured",
		joules.External:    "measured by an external meter",
		joules.VendorModel: "computed by the vendor's power model",
		joules.Foreign:     "imported from another tool",
	}[joules.Provenance(p)]
	if !known {
		words = p
	}
	if simulated == results.True {
		words = "simulated (in place of: " + words + ")"
	}
	return words
}

// noPower says why a page has no joules: no sensor was there, or one was and gave
// these rows nothing.
func (c collection) noPower() string {
	for _, run := range c.used() {
		if run.Machine != nil && slices.ContainsFunc(run.Machine.Domains, func(d joules.Domain) bool { return countsAsMeasured(d.Provenance) }) {
			return "No joules in these rows"
		}
	}
	return "No power sensor"
}

// basisWords name the scope and the provenance of a page.
func (c collection) basisWords() string {
	b := c.entries[0].basis
	var scopes []string
	for _, e := range c.entries {
		s := spaced(e.row.EnergyScope)
		if s != "" && !slices.Contains(scopes, s) {
			scopes = append(scopes, s)
		}
	}
	return b.class + " scope (" + strings.Join(scopes, ", ") + "), " + provenanceWords(b.provenance, truth(b.simulated))
}

// trialWords say how many trials stand behind each number and what that allows.
func (c collection) trialWords() string {
	b := bounds{positive: true}
	for _, e := range c.entries {
		b.add(float64(e.row.Trials))
	}
	const enough = 6 // trials: the fewest that give a distribution-free 95 % interval of a median
	switch n := trialCount(b); {
	case !b.any:
		return "No trial succeeded."
	case b.high < enough:
		return fmt.Sprintf("Medians of %s: too few for a 95 %% interval (six do).", n)
	case b.low < enough:
		return fmt.Sprintf("Medians of %s; whiskers: 95 %% intervals, where there are six.", n)
	default:
		return fmt.Sprintf("Medians of %s; whiskers: 95 %% intervals.", n)
	}
}

func trialCount(b bounds) string {
	switch {
	case b.low != b.high:
		return fmt.Sprintf("%.0f to %.0f trials", b.low, b.high)
	case b.low == 1:
		return "1 trial"
	}
	return fmt.Sprintf("%.0f trials", b.low)
}
