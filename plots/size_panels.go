package plots

import (
	"slices"
	"strings"
)

// mostLines is how many lines one panel of sizes holds before their names at its
// right end cover each other.
const mostLines = 12

// crowded says that types times series are too many lines for one panel: each type
// then has a panel of its own, and colours tell series apart.
func (s sizes) crowded() bool { return len(s.labels()) > 1 && len(s.lineKeys()) > mostLines }

// stack is the panels of the page from top to bottom; the last says what x is.
func (s sizes) stack(panels ...linePanel) (blocks []block) {
	if s.crowded() {
		var split []linePanel
		for _, p := range panels {
			split = append(split, s.byType(p)...)
		}
		panels = split
	}
	panels[len(panels)-1].under = "matrix size n: all three matrices are n × n"
	for _, p := range panels {
		blocks = append(blocks, p)
	}
	return blocks
}

// mostNameRoom is how wide the names at the ends of lines may be; wider ones are left
// to the legend.
const mostNameRoom = 90.0

// byType makes a panel of each type's lines, in which lines bear the names of their
// series.
func (s sizes) byType(all linePanel) (panels []linePanel) {
	for _, label := range s.labels() {
		p := linePanel{heading: label + ": " + s.headingOf(label, all.heading), theme: all.theme}
		for _, c := range all.lines {
			if c.label == label {
				c.label = c.series
				p.lines = append(p.lines, c)
			}
		}
		if len(p.lines) == 0 {
			continue
		}
		if nameRoom(p.names(scale{}, scale{})) > mostNameRoom {
			for i := range p.lines {
				p.lines[i].label = ""
			}
		}
		panels = append(panels, p)
	}
	return panels
}

// headingOf is the heading of the whole with the unit of one type: integers have
// operations, not floating-point ones.
func (s sizes) headingOf(label, heading string) string {
	heading, _, _ = strings.Cut(heading, " (")
	integer := slices.ContainsFunc(s.entries, func(e entry) bool {
		return s.lineKey(e).label == label && e.work.unit != "FLOP"
	})
	if integer {
		heading = strings.Replace(heading, "FLOP", "OP", 1)
	}
	return heading
}
