package plots

import (
	"bytes"
	"fmt"
	"html"
	"image"
	"image/png"
	"io"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// PixelsPerPoint of the PNG files that Save writes: 1800 pixels a page's width,
// enough for print at 250 pixels an inch.
const PixelsPerPoint = 3

// pointsPerInch is the definition of the PostScript point that vg uses.
const pointsPerInch = 72

// Image paints the page; every side is a whole number of pixels.
func (g *Page) Image(pixelsPerPoint int) image.Image {
	c := vgimg.NewWith(
		vgimg.UseWH(vg.Length(pageWidth), vg.Length(g.Height())),
		vgimg.UseDPI(pointsPerInch*pixelsPerPoint),
	)
	g.draw(c)
	return c.Image()
}

// WritePNG writes the page as PNG.
func (g *Page) WritePNG(w io.Writer, pixelsPerPoint int) error {
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	return encoder.Encode(w, g.Image(pixelsPerPoint))
}

// WriteSVG writes the page as SVG, the same bytes for the same page, with its
// title and description for screen readers and searches.
func (g *Page) WriteSVG(w io.Writer) error {
	c := vgsvg.New(vg.Length(pageWidth), vg.Length(g.Height()))
	g.draw(c)
	var drawn bytes.Buffer
	if _, err := c.WriteTo(&drawn); err != nil {
		return err
	}
	open := []byte(`xmlns:xlink="http://www.w3.org/1999/xlink">`)
	head, body, found := bytes.Cut(drawn.Bytes(), open)
	if !found {
		return fmt.Errorf("the SVG canvas wrote no opening tag that is known here: this is a fault of the program, report it")
	}
	_, err := fmt.Fprintf(w, "%s%s\n<title>%s</title>\n<desc>%s</desc>%s",
		head, open, html.EscapeString(g.Title), html.EscapeString(g.Description), body)
	return err
}
