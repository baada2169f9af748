package plots

import "math"

// Sizes of a page, points. PageWidth is 600 so that PixelsPerPoint gives whole
// pixels: 1800 pixels are 250 a column inch on paper 7.2 inches wide.
const (
	pageWidth  = 600.0
	pageMargin = 16.0
)

// A block is one part of a page; blocks are stacked.
type block interface {
	height(width float64) float64
	draw(p *pen, r rect) // r has the height that it asked for
}

// A Page is one picture, laid out and ready to be encoded.
type Page struct {
	// Name is that of the file without its ending: the figure's, with a number
	// from the second page on.
	Name string
	// Title and Description are for those who cannot see the picture: <title> and
	// <desc> of the SVG.
	Title, Description string

	theme  Theme
	blocks []block
}

// Height of the page in whole points, its width being 600.
func (g *Page) Height() float64 {
	h := 2 * pageMargin
	for _, b := range g.blocks {
		h += b.height(pageWidth - 2*pageMargin)
	}
	return math.Ceil(h)
}

// draw paints the page on a canvas of its size and returns the texts on it.
func (g *Page) draw(c canvas) []written {
	p := &pen{canvas: c, theme: g.theme}
	p.fill(g.theme.Background, rect{0, 0, pageWidth, g.Height()}.corners()...)
	r := rect{left: pageMargin, right: pageWidth - pageMargin, bottom: pageMargin}
	for _, b := range g.blocks {
		r.top, r.bottom = r.bottom, r.bottom+b.height(r.width())
		b.draw(p, r)
	}
	return p.texts
}

// A space is an empty block of that many points.
type space float64

func (s space) height(float64) float64 { return float64(s) }
func (s space) draw(*pen, rect)        {}
