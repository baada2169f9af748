package plots

// A frame is what every figure has around its panels.
type frame struct {
	title, subtitle string
	simulated       bool
	keys            []key
	footer          string
	panels          []block
}

// simulatedText follows the word SIMULATED.
const simulatedText = "Power was read from a replayed trace or a copied sensor tree, not from this machine: no joule here is a measurement."

// page stacks the parts of f.
func (f frame) page(t Theme) *Page {
	blocks := []block{paragraph{f.title, style{size: 15, bold: true, color: t.Ink}}}
	if f.simulated {
		blocks = append(blocks, space(4), banner{"SIMULATED", simulatedText, t}, space(3))
	}
	blocks = append(blocks, paragraph{f.subtitle, style{size: 9.5, color: t.Muted}})
	if len(f.keys) > 0 {
		blocks = append(blocks, space(5), legend{f.keys, t})
	}
	for _, panel := range f.panels {
		blocks = append(blocks, space(12), panel)
	}
	blocks = append(blocks, space(12), paragraph{f.footer, style{size: 7.5, color: t.Muted}})
	description := f.subtitle + " " + f.footer
	if f.simulated {
		description = "SIMULATED. " + simulatedText + " " + description
	}
	return &Page{Title: f.title, Description: description, theme: t, blocks: blocks}
}
