package plots

import (
	"image"
	"image/color"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
)

// A raster is a canvas of pixels.
type raster struct {
	vg     *vgimg.Canvas
	height float64 // of the page, points; vg counts y upwards
}

// pointsPerInch is the definition of the PostScript point that vg uses.
const pointsPerInch = 72

func newRaster(width, height float64, pixelsPerPoint int) raster {
	size := vgimg.UseWH(vg.Length(width), vg.Length(height))
	return raster{vgimg.NewWith(size, vgimg.UseDPI(pointsPerInch*pixelsPerPoint)), height}
}

func (r raster) image() image.Image { return r.vg.Image() }

func (r raster) at(q point) vg.Point {
	return vg.Point{X: vg.Length(q.x), Y: vg.Length(r.height - q.y)}
}

func (r raster) path(points []point) (path vg.Path) {
	path.Move(r.at(points[0]))
	for _, q := range points[1:] {
		path.Line(r.at(q))
	}
	return path
}

func (r raster) stroke(s stroke, points []point) {
	var dashes []vg.Length
	for _, d := range s.dashes {
		dashes = append(dashes, vg.Length(d))
	}
	r.vg.SetColor(s.color)
	r.vg.SetLineWidth(vg.Length(s.width))
	r.vg.SetLineDash(dashes, 0)
	r.vg.Stroke(r.path(points))
}

func (r raster) fill(c color.NRGBA, corners []point) {
	path := r.path(corners)
	path.Close()
	r.vg.SetColor(c)
	r.vg.Fill(path)
}

func (r raster) text(f *face, text string, size float64, q point, c color.NRGBA) {
	glyphs, _ := f.shape(text)
	unit := size / emUnits
	var path vg.Path
	for _, g := range glyphs {
		path = appendGlyph(path, g.segments, func(p fixed.Point26_6) vg.Point {
			return r.at(point{q.x + (g.left+float64(p.X)/64)*unit, q.y + float64(p.Y)/64*unit})
		})
	}
	r.vg.SetColor(c)
	r.vg.Fill(path)
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
