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

// A face is one parsed typeface with its scratch buffer, safe for concurrent use.
type face struct {
	mu     sync.Mutex
	font   *sfnt.Font
	buffer sfnt.Buffer
}

// Only two of Liberation's twelve faces are linked: each is a third of a megabyte.
var (
	regular = sync.OnceValue(func() *face { return parseFace(liberationsansregular.TTF) })
	bold    = sync.OnceValue(func() *face { return parseFace(liberationsansbold.TTF) })
)

func parseFace(ttf []byte) *face {
	f, err := sfnt.Parse(ttf)
	if err != nil {
		panic(fmt.Sprintf("plots: the linked font cannot be read: %v", err))
	}
	return &face{font: f}
}

// A glyph is one character's outline and its place from the start of the text,
// in font units with y downwards.
type glyph struct {
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
	for _, r := range text {
		index, err := f.font.GlyphIndex(&f.buffer, r)
		if err != nil {
			continue
		}
		if kern, err := f.font.Kern(&f.buffer, before, index, fixed.I(emUnits), font.HintingNone); err == nil && before != 0 {
			pen += kern
		}
		glyphs = append(glyphs, glyph{f.outline(index), float64(pen) / 64})
		if advance, err := f.font.GlyphAdvance(&f.buffer, index, fixed.I(emUnits), font.HintingNone); err == nil {
			pen += advance
		}
		before = index
	}
	return glyphs, float64(pen) / 64
}

// outline copies the glyph's segments out of the shared buffer.
func (f *face) outline(index sfnt.GlyphIndex) sfnt.Segments {
	segments, err := f.font.LoadGlyph(&f.buffer, index, fixed.I(emUnits), nil)
	if err != nil {
		return nil
	}
	return append(sfnt.Segments(nil), segments...)
}
