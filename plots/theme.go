package plots

import (
	"image/color"
	"math"

	"joulemark/results"
)

// A Theme holds every colour that a figure uses; a dark theme is a second value.
// Colours are opaque: translucent ones print differently in each format.
type Theme struct {
	Background, Ink, Muted, Grid, Axis, Warning color.NRGBA
	Series                                      []color.NRGBA
	Phases                                      map[string]color.NRGBA // shade behind a power trace
}

// Light is the theme for paper. The series are Okabe and Ito's colour-blind-safe
// set (Okabe & Ito 2008, "Color Universal Design"), ordered so that neighbours
// differ in lightness too; their yellow is left out, too pale on white.
var Light = Theme{
	Background: hex(0xffffff), Ink: hex(0x1b1f24), Muted: hex(0x5d6670),
	Grid: hex(0xe3e6ea), Axis: hex(0x9aa3ad), Warning: hex(0xa83200),
	Series: []color.NRGBA{
		hex(0x0072b2), hex(0xe69f00), hex(0x009e73), hex(0xcc79a7), hex(0xd55e00), hex(0x56b4e9), hex(0x4d4d4d),
	},
	Phases: map[string]color.NRGBA{
		results.PhaseIdle:    hex(0xf4f5f7),
		results.PhaseStandby: hex(0xe9ecf0),
		results.PhasePrepare: hex(0xf1ece4),
		results.PhaseCheck:   hex(0xe4e0ee),
		results.PhaseWarmup:  hex(0xfbf1d9),
		results.PhaseWindow:  hex(0xcfe6f5),
		results.PhaseTail:    hex(0xfbf1d9),
	},
}

// line gives the colour of series i; beyond the set they come back paler.
func (t Theme) line(i int) color.NRGBA {
	n := len(t.Series)
	round := float64(min(i/n, 2))
	return mix(t.Series[i%n], t.Background, 0.35*round)
}

// hex reads 0xRRGGBB.
func hex(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 255}
}

// mix moves a towards b: 0 gives a, 1 gives b. Opaque, unlike alpha.
func mix(a, b color.NRGBA, share float64) color.NRGBA {
	m := func(x, y uint8) uint8 { return uint8(math.Round(float64(x)*(1-share) + float64(y)*share)) }
	return color.NRGBA{R: m(a.R, b.R), G: m(a.G, b.G), B: m(a.B, b.B), A: 255}
}
