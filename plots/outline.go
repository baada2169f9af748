package plots

import (
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"gonum.org/v1/plot/vg"
)

// outlinePath is text as filled outlines with its baseline starting at a point of
// the canvas (y upwards). Outlines show the same picture in PNG and SVG and need
// no font where the file is opened; the price, text that cannot be selected, is
// paid back by the <title> and <desc> of the SVG.
func outlinePath(f *face, text string, size float64, at vg.Point) vg.Path {
	glyphs, _ := f.shape(text)
	unit := size / emUnits
	var path vg.Path
	for _, g := range glyphs {
		place := func(p fixed.Point26_6) vg.Point {
			return vg.Point{
				X: at.X + vg.Length((g.left+float64(p.X)/64)*unit),
				Y: at.Y - vg.Length(float64(p.Y)/64*unit),
			}
		}
		path = appendGlyph(path, g.segments, place)
	}
	return path
}

// appendGlyph adds one glyph's contours, each closed.
func appendGlyph(path vg.Path, segments sfnt.Segments, place func(fixed.Point26_6) vg.Point) vg.Path {
	for i, s := range segments {
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			if i > 0 {
				path.Close()
			}
			path.Move(place(s.Args[0]))
		case sfnt.SegmentOpLineTo:
			path.Line(place(s.Args[0]))
		case sfnt.SegmentOpQuadTo:
			path.QuadTo(place(s.Args[0]), place(s.Args[1]))
		case sfnt.SegmentOpCubeTo:
			path.CubeTo(place(s.Args[0]), place(s.Args[1]), place(s.Args[2]))
		}
	}
	if len(segments) > 0 {
		path.Close()
	}
	return path
}
