package plots

import (
	"fmt"
	"sync"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// emUnits is the size at which glyphs are loaded, one unit a font unit of
// Liberation Sans, so that nothing is hinted or rounded before scaling.
const emUnits = 2048

// A face is one parsed typeface with the glyphs used so far, safe for concurrent use.
type face struct {
	name   string // a letter
	mu     sync.Mutex
	font   *sfnt.Font
	buffer sfnt.Buffer
	glyphs map[rune]outlined
}

// An outlined is one character: its index, its outline and its advance in font units.
type outlined struct {
	index    sfnt.GlyphIndex
	segments sfnt.Segments
	advance  fixed.Int26_6
}

// Only two of Liberation's twelve faces are linked: each is a third of a megabyte.
var (
	regular = sync.OnceValue(func() *face { return parseFace("r", liberationsansregular.TTF) })
	bold    = sync.OnceValue(func() *face { return parseFace("b", liberationsansbold.TTF) })
)

func parseFace(name string, ttf []byte) *face {
	f, err := sfnt.Parse(ttf)
	if err != nil {
		panic(fmt.Sprintf("plots: the linked font cannot be read: %v", err))
	}
	return &face{name: name, font: f, glyphs: map[rune]outlined{}}
}

// A glyph is one character's outline and its place from the start of the text,
// in font units with y downwards.
type glyph struct {
	char     rune
	segments sfnt.Segments
	left     float64
}

// shape sets text in one line with kerning: its glyphs and its width, in font
// units. A character that the font lacks shows the font's empty box.
func (f *face) shape(text string) (glyphs []glyph, width float64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var pen fixed.Int26_6
	var before sfnt.GlyphIndex
	glyphs = make([]glyph, 0, len(text))
	for _, r := range text {
		g := f.glyph(r)
		if kern, err := f.font.Kern(&f.buffer, before, g.index, fixed.I(emUnits), font.HintingNone); err == nil && before != 0 {
			pen += kern
		}
		glyphs = append(glyphs, glyph{r, g.segments, float64(pen) / 64})
		pen += g.advance
		before = g.index
	}
	return glyphs, float64(pen) / 64
}

// glyph loads a character once; what the font cannot give stays empty.
func (f *face) glyph(r rune) outlined {
	if g, known := f.glyphs[r]; known {
		return g
	}
	var g outlined
	g.index, _ = f.font.GlyphIndex(&f.buffer, r)
	if segments, err := f.font.LoadGlyph(&f.buffer, g.index, fixed.I(emUnits), nil); err == nil {
		g.segments = append(g.segments, segments...) // out of the shared buffer
	}
	g.advance, _ = f.font.GlyphAdvance(&f.buffer, g.index, fixed.I(emUnits), font.HintingNone)
	f.glyphs[r] = g
	return g
}
