package plots

import (
	"image"
	"image/png"
	"io"
)

// PixelsPerPoint of the PNG files that Save writes: 1800 pixels a page's width,
// enough for print at 250 pixels an inch.
const PixelsPerPoint = 3

// Image paints the page; every side is a whole number of pixels.
func (g *Page) Image(pixelsPerPoint int) image.Image {
	c := newRaster(pageWidth, g.Height(), pixelsPerPoint)
	g.draw(c)
	return c.image()
}

// WritePNG writes the page as PNG.
func (g *Page) WritePNG(w io.Writer, pixelsPerPoint int) error {
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	return encoder.Encode(w, g.Image(pixelsPerPoint))
}

// WriteSVG writes the page as SVG: the same bytes for the same page.
func (g *Page) WriteSVG(w io.Writer) error {
	c := newSVG(pageWidth, g.Height())
	g.draw(c)
	return c.writeTo(w, g.Title, g.Description)
}
