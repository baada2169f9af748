package plots

import "image/color"

// A canvas is what a pen draws on: points from the page's top left corner, y
// downwards, opaque colours.
type canvas interface {
	stroke(s stroke, points []point)
	fill(c color.NRGBA, corners []point)
	// text sets one line as filled outlines with its baseline at q. Outlines show
	// the same picture in PNG and SVG and need no font where the file is opened;
	// the price, text that cannot be selected, is paid back by the <title> and
	// <desc> of the SVG.
	text(f *face, text string, size float64, q point, c color.NRGBA)
}
