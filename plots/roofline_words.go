package plots

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"joulemark/results"
)

func (r roofline) frame(bare []string) frame {
	f := frame{title: "Roofline: " + r.where(), simulated: r.simulated(), keys: r.keys()}
	f.subtitle = "Log axes. Roofs are measured: level, multiply-adds from registers; slanted, the bandwidth of reading arrays of the sizes named" +
		r.triadWords() + ". Work counts by definition: operations over the least bytes they could move. " + r.trialWords()
	if slices.ContainsFunc(r.entries, func(e entry) bool { return e.row.ThroughputLowOpS > 0 }) {
		f.subtitle += " Shaded: the roofs' intervals. An interval narrower than its marker or line does not show."
	}
	f.panels = []block{roofPanel{roofline: r, theme: Light}}
	f.footer = strings.Join(append(r.notes(bare), r.runLines()...), "\n")
	return f
}

// where names what the page is about.
func (r roofline) where() string {
	row := r.entries[0].row
	parts := []string{row.Runner}
	if row.DeviceID != "" && row.DeviceID != results.KindCPU {
		parts = append(parts, row.DeviceID)
	}
	if row.Threads == 1 {
		parts = append(parts, "1 thread")
	} else if row.Threads > 1 {
		parts = append(parts, strconv.Itoa(row.Threads)+" threads")
	}
	return strings.Join(parts, ", ")
}

func (r roofline) triadWords() string {
	if slices.ContainsFunc(r.slanted, func(s roof) bool { return s.triad }) {
		return " (and of a[i] + 3 b[i], dashed)"
	}
	return ""
}

// notes name the ridge points, and what has no roof of its own; bare is where cases
// were measured and no ceilings.
func (r roofline) notes(bare []string) (lines []string) {
	var ridges []string
	for _, f := range r.flat {
		ridges = append(ridges, f.dtype+" "+digits3(ridge(f, r.memory)))
	}
	lines = append(lines, fmt.Sprintf("Ridge points (rings, operations a byte) with reading %s: %s. Ceilings measured more than once: the highest median.",
		binarySize(r.memory.bytes), strings.Join(ridges, ", ")))
	var roofless []string
	for _, d := range r.dtypes() {
		if !slices.ContainsFunc(r.flat, func(f roof) bool { return f.dtype == d }) {
			roofless = append(roofless, d)
		}
	}
	if len(roofless) > 0 {
		lines = append(lines, "Without a roof, because no multiply-add of that type was measured: "+strings.Join(roofless, ", ")+".")
	}
	if len(bare) > 0 {
		lines = append(lines, "Not drawn, because no ceilings were measured there: the cases of "+strings.Join(bare, "; ")+".")
	}
	return lines
}

func (r roofline) runLines() (lines []string) {
	for _, run := range r.used() {
		lines = append(lines, runLine(run))
	}
	return lines
}

// keys name the markers of the kinds that the page has.
func (r roofline) keys() (keys []key) {
	for kind, name := range kindNames {
		if slices.ContainsFunc(r.cases, func(c roofCase) bool { return c.kind == kind }) {
			keys = append(keys, key{label: name, swatch: func(p *pen, box rect) {
				p.marker(point{(box.left + box.right) / 2, (box.top + box.bottom) / 2}, kind, lineDotSize, p.theme.Muted)
			}})
		}
	}
	return keys
}

// unit of the rates: FLOP, OP, or both.
func (r roofline) unit() string {
	rates := collection{entries: slices.DeleteFunc(slices.Clone(r.entries), func(e entry) bool { return e.work.unit == "" })}
	return sizes{collection: rates}.unit("/s")
}
