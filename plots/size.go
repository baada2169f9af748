package plots

import (
	"cmp"
	"fmt"
	"image/color"
	"slices"
	"strings"

	"joulemark/results"
)

func init() {
	Register(Figure{
		Name:    "size",
		Summary: "throughput, and performance per watt where there is any, of square matmuls against their size",
		Draw:    drawSize,
	})
}

func drawSize(runs []*results.Run) ([]*Page, error) {
	all := collect(runs)
	all.entries = slices.DeleteFunc(all.entries, func(e entry) bool { return e.work.square == 0 })
	parts := all.split()
	parts = slices.DeleteFunc(parts, func(c collection) bool {
		return !slices.ContainsFunc(c.entries, func(e entry) bool { return e.row.ThroughputOpS > 0 })
	})
	if len(parts) == 0 {
		return nil, skip("no square matmul was measured in these runs")
	}
	var pages []*Page
	for _, part := range parts {
		s := sizes{part, len(parts) > 1}
		pages = append(pages, s.frame().page(Light))
	}
	return pages, nil
}

// A sizes is one page: the square matmuls of one basis.
type sizes struct {
	collection
	several bool
}

func (s sizes) frame() frame {
	f := frame{title: "Square matrix multiplication against size", simulated: s.simulated(), keys: s.keys()}
	f.footer = s.footer()
	if gone := s.gone(); gone != "" {
		f.footer = gone + "\n" + f.footer
	}
	f.subtitle = "Log axes. Higher is better. " + s.trialWords() + " An interval narrower than its marker does not show."
	if !s.intervals() {
		f.subtitle = "Log axes. Higher is better. " + s.trialWords()
	}
	speed := s.panel("Throughput, "+s.unit("/s"), func(r results.SummaryRow) sizePoint {
		return sizePoint{y: r.ThroughputOpS, low: r.ThroughputLowOpS, high: r.ThroughputHighOpS}
	})
	joules := s.panel("Performance per watt, "+s.unit("/J"), func(r results.SummaryRow) sizePoint {
		return sizePoint{y: r.EfficiencyOpJ, low: r.EfficiencyLowOpJ, high: r.EfficiencyHighOpJ}
	})
	if len(joules.lines) == 0 {
		f.subtitle += " " + s.noPower() + ": performance per watt was not measured."
		f.panels = s.stack(speed)
	} else {
		f.subtitle += " Performance per watt: gross energy, " + s.basisWords() + "."
		f.panels = s.stack(speed, joules)
	}
	if s.several {
		f.subtitle += " Other pages hold other scopes or provenances: they do not compare with this one."
	}
	return f
}

func (s sizes) intervals() bool {
	return slices.ContainsFunc(s.entries, func(e entry) bool { return e.row.ThroughputLowOpS > 0 })
}

// unit is FLOP, OP or both, with the per-second or per-joule.
func (s sizes) unit(per string) string {
	var integer []string
	floating := false
	for _, e := range s.entries {
		switch {
		case e.work.unit == "FLOP":
			floating = true
		case !slices.Contains(integer, e.work.dtype):
			integer = append(integer, e.work.dtype)
		}
	}
	switch {
	case len(integer) == 0:
		return "FLOP" + per
	case !floating:
		return "OP" + per
	}
	return "FLOP" + per + " (OP" + per + " for " + strings.Join(integer, ", ") + ")"
}

// A lineKey is what makes one line.
type lineKey struct {
	typeRank int
	label    string
	series   int
}

// panel has a line for each type, fill and series that has a positive value.
func (s sizes) panel(heading string, value func(results.SummaryRow) sizePoint) linePanel {
	points := map[lineKey][]sizePoint{}
	for _, e := range s.entries {
		q := value(e.row)
		if q.x = float64(e.work.square); e.row.Status == results.OK && q.y > 0 {
			k := s.lineKey(e)
			points[k] = append(points[k], q)
		}
	}
	panel := linePanel{heading: heading, theme: Light}
	for _, k := range s.lineKeys() {
		if qs := points[k]; len(qs) > 0 {
			slices.SortFunc(qs, func(a, b sizePoint) int { return cmp.Compare(a.x, b.x) })
			panel.lines = append(panel.lines, curve{k.label, s.series[k.series], s.color(k), s.shape(k), qs})
		}
	}
	return panel
}

func (s sizes) lineKey(e entry) lineKey {
	return lineKey{e.work.rank[1], strings.TrimSpace(e.work.dtype + " " + e.work.comment), e.series}
}

// lineKeys are those of the page, in the order of print.
func (s sizes) lineKeys() (keys []lineKey) {
	for _, e := range s.entries {
		if k := s.lineKey(e); !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b lineKey) int {
		return cmp.Or(cmp.Compare(a.typeRank, b.typeRank), cmp.Compare(a.label, b.label), cmp.Compare(a.series, b.series))
	})
	return keys
}

// labels are the names of the lines, each once, in order.
func (s sizes) labels() (labels []string) {
	for _, k := range s.lineKeys() {
		if !slices.Contains(labels, k.label) {
			labels = append(labels, k.label)
		}
	}
	return labels
}

// color tells types apart; where a panel holds a single type it tells series apart.
func (s sizes) color(k lineKey) (c color.NRGBA) {
	if labels := s.labels(); len(labels) > 1 && !s.crowded() {
		return Light.line(slices.Index(labels, k.label))
	}
	return Light.line(s.shape(k))
}

// shape tells series apart.
func (s sizes) shape(k lineKey) int { return slices.Index(s.usedSeries(), k.series) }

// keys name the series by their markers where there are several.
func (s sizes) keys() (keys []key) {
	used := s.usedSeries()
	if len(used) < 2 {
		return nil
	}
	for i, series := range used {
		c := Light.Muted
		if len(s.labels()) == 1 || s.crowded() {
			c = Light.line(i)
		}
		keys = append(keys, lineSample(s.series[series], c, i))
	}
	return keys
}

// lineSample is the legend's key of a line with its marker.
func lineSample(label string, c color.NRGBA, shape int) key {
	return key{label: label, swatch: func(p *pen, r rect) {
		y := (r.top + r.bottom) / 2
		p.line(stroke{color: c, width: 1.4, dashes: dashesOf(shape)}, point{r.left, y}, point{r.right, y})
		p.marker(point{(r.left + r.right) / 2, y}, shape, lineDotSize, c)
	}}
}

// gone names the sizes that have no point, with the reason in a word.
func (s sizes) gone() string {
	var said []string
	for _, e := range s.entries {
		if e.row.Status != results.OK {
			word := strings.SplitN(missing(e.row), ":", 2)[0]
			where := ""
			if len(s.usedSeries()) > 1 {
				where = " on " + s.series[e.series]
			}
			said = append(said, fmt.Sprintf("%s %d%s (%s)", e.work.dtype, e.work.square, where, word))
		}
	}
	const most = 8
	if len(said) > most {
		said = append(said[:most], fmt.Sprintf("and %d more", len(said)-most))
	}
	if len(said) == 0 {
		return ""
	}
	return "Without a point: " + strings.Join(said, ", ") + "."
}
