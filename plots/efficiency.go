package plots

import (
	"cmp"
	"image/color"
	"math"
	"slices"
	"strings"

	"joulemark/results"
)

func init() {
	Register(Figure{
		Name:    "efficiency",
		Summary: "performance per watt of each workload; throughput and the estimated range where there are no joules",
		Draw:    drawEfficiency,
	})
}

func drawEfficiency(runs []*results.Run) ([]*Page, error) {
	all := collect(runs)
	all.entries = slices.DeleteFunc(all.entries, func(e entry) bool { return e.work.unit == "" }) // no operations, no performance
	if len(all.entries) == 0 {
		return nil, skip("these runs hold no rows yet: let a run finish a step, then plot again")
	}
	parts := all.split()
	var pages []*Page
	for _, part := range parts {
		e := efficiency{part, len(parts) > 1}
		pages = append(pages, e.frame().page(Light))
	}
	return pages, nil
}

// An efficiency is one page: the entries of one basis.
type efficiency struct {
	collection
	several bool // there are other pages
}

func (e efficiency) measured() bool { return e.entries[0].basis != basis{} }

func (e efficiency) estimated() bool {
	return slices.ContainsFunc(e.entries, func(e entry) bool { return e.row.EstimatedEfficiencyHighOpJ > 0 })
}

func (e efficiency) frame() frame {
	f := frame{simulated: e.simulated(), keys: e.keys(), footer: e.footer(), panels: e.panels()}
	f.title, f.subtitle = e.words()
	return f
}

// words are the title and the subtitle: what is compared, and what the watts are worth.
func (e efficiency) words() (title, subtitle string) {
	switch {
	case e.measured():
		title = "Performance per watt"
		subtitle = "Operations per joule of gross energy, " + e.basisWords() + ". Higher is better. "
	case e.estimated():
		title = "Throughput, and an estimate of performance per watt"
		subtitle = e.noPower() + ": only throughput was measured. Hatched: a range of performance per watt, estimated from " +
			e.estimateBasis() + "; no measurement, and never ranked. "
	default:
		title = "Throughput"
		subtitle = e.noPower() + ": throughput only, performance per watt was not measured. Higher is better. "
	}
	subtitle += e.trialWords()
	if e.dots() {
		subtitle += " Dots stand on log scales; an interval narrower than its dot does not show."
	}
	if e.several {
		subtitle += " Other pages hold other scopes or provenances: they do not compare with this one."
	}
	return title, subtitle
}

func (e efficiency) estimateBasis() string {
	for _, run := range e.used() {
		if m := run.Machine; m != nil && len(e.used()) == 1 {
			if from, basis := m.EstimateBasis(); from != "" {
				return from + " (" + basis + ")"
			}
		}
	}
	return "published watts or hypervisors' models"
}

func (e efficiency) dots() bool {
	return slices.ContainsFunc(e.panels(), func(b block) bool { return b.(barPanel).dots() })
}

// columns are the quantities: joules where they were measured, never an estimate
// on the axis of a measurement.
func (e efficiency) columns(unit string) []barColumn {
	if e.measured() {
		return []barColumn{{"Performance per watt", unit + "/J", 0.6}, {"Throughput", unit + "/s", 0.4}}
	}
	if e.estimated() {
		return []barColumn{{"Throughput", unit + "/s", 0.58}, {"Estimated performance per watt", unit + "/J", 0.42}}
	}
	return []barColumn{{"Throughput", unit + "/s", 1}}
}

func (e efficiency) cells(row results.SummaryRow) []barCell {
	speed := barCell{value: row.ThroughputOpS, low: row.ThroughputLowOpS, high: row.ThroughputHighOpS, words: missing(row)}
	if e.measured() {
		joules := barCell{value: row.EfficiencyOpJ, low: row.EfficiencyLowOpJ, high: row.EfficiencyHighOpJ, words: missing(row)}
		if speed.value > 0 && !(joules.value > 0) {
			joules.words = "no joules in these rows"
		}
		speed.words = "" // said once, in the first column
		return []barCell{joules, speed}
	}
	if e.estimated() {
		return []barCell{speed, estimate(row)}
	}
	return []barCell{speed}
}

func estimate(row results.SummaryRow) barCell {
	c := barCell{value: math.NaN(), low: row.EstimatedEfficiencyLowOpJ, high: row.EstimatedEfficiencyHighOpJ, estimated: true}
	if !(c.high > 0) && row.Status == results.OK {
		c.words = unavailable
	}
	return c
}

// missing says in words why there is no bar.
func missing(row results.SummaryRow) string {
	word := map[string]string{
		results.Void: "void", results.Unsupported: "not supported",
		results.Unavailable: "not available", results.Failed: "failed",
	}[row.Status]
	switch {
	case word == "":
		return unavailable
	case row.StatusReason == "":
		return word
	}
	return word + ": " + shortened(strings.TrimPrefix(row.StatusReason, row.Status+": "))
}

// longestReason is more runes than any page is wide; a folder may hold a book.
const longestReason = 300

func shortened(s string) string {
	if r := []rune(s); len(r) > longestReason {
		return string(r[:longestReason]) + "…"
	}
	return s
}

// panels group workloads that may stand on one axis.
func (e efficiency) panels() []block {
	sorted := slices.Clone(e.entries)
	slices.SortStableFunc(sorted, func(a, b entry) int {
		return cmp.Or(compareWork(a.work, b.work), cmp.Compare(a.series, b.series))
	})
	used := e.usedSeries()
	var panels []*barPanel
	for _, en := range sorted {
		if n := len(panels); n == 0 || panels[n-1].title != en.work.panel {
			panels = append(panels, &barPanel{title: en.work.panel, columns: e.columns(en.work.unit), theme: Light})
		}
		panels[len(panels)-1].add(en, used, e)
	}
	widest := labelWidth(panels)
	blocks := make([]block, len(panels))
	for i, p := range panels {
		p.labels = widest
		blocks[i] = *p
	}
	return blocks
}

// add puts an entry into its group; a new group starts with "not run" for every series.
func (b *barPanel) add(en entry, used []int, e efficiency) {
	if n := len(b.groups); n == 0 || b.groups[n-1].label != en.work.label {
		g := barGroup{label: en.work.label}
		for _, s := range used {
			cells := make([]barCell, len(b.columns))
			for i := range cells {
				cells[i].value = math.NaN()
			}
			cells[0].words = "not run"
			g.bars = append(g.bars, barLine{s, cells})
		}
		b.groups = append(b.groups, g)
	}
	g := b.groups[len(b.groups)-1]
	g.bars[slices.Index(used, en.series)].cells = e.cells(en.row)
}

// labelWidth is that of the widest label, but at most three tenths of the page:
// longer ones are wrapped.
func labelWidth(panels []*barPanel) (w float64) {
	for _, p := range panels {
		for _, g := range p.groups {
			w = max(w, p.labelStyle().width(g.label))
		}
	}
	return min(w+0.1, 0.3*pageWidth)
}

// keys name the series where there are several, and the hatching where there is any.
func (e efficiency) keys() (keys []key) {
	used := e.usedSeries()
	for _, s := range used {
		if len(used) > 1 {
			keys = append(keys, barKey(e.series[s], Light.line(s), false))
		}
	}
	if e.estimated() {
		first := key{label: "measured", swatch: barKey("", Light.Muted, false).swatch, apart: true}
		second := barKey("estimated range", Light.Muted, true)
		keys = append(keys, first, second)
	}
	return keys
}

func barKey(label string, c color.NRGBA, estimated bool) key {
	return key{label: label, swatch: func(p *pen, r rect) {
		if estimated {
			p.hatched(c, r)
			return
		}
		p.fill(c, r.corners()...)
	}}
}
