package plots

import (
	"bytes"
	"fmt"
	"html"
	"image/color"
	"io"
	"strconv"
	"strings"

	"golang.org/x/image/font/sfnt"
)

// An svg is a canvas that writes SVG 1.1. gonum's own writes the outline of each
// letter each time; here every letter is defined once and used, which makes the
// files of these figures five times smaller.
type svg struct {
	width, height float64 // points
	body          bytes.Buffer
	letters       bytes.Buffer // definitions, in order of first use
	defined       map[string]bool
}

func newSVG(width, height float64) *svg {
	return &svg{width: width, height: height, defined: map[string]bool{}}
}

// writeTo writes the document with a title and a description for screen readers
// and searches.
func (v *svg) writeTo(w io.Writer, title, description string) error {
	size := fmt.Sprintf(`width="%gpt" height="%gpt" viewBox="0 0 %g %g"`, v.width, v.height, v.width, v.height)
	_, err := fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" %s>
<title>%s</title>
<desc>%s</desc>
<defs>
%s</defs>
%s</svg>
`, size, html.EscapeString(title), html.EscapeString(description), v.letters.Bytes(), v.body.Bytes())
	return err
}

func (v *svg) stroke(s stroke, points []point) {
	fmt.Fprintf(&v.body, `<path fill="none" stroke="%s" stroke-width="%s"`, rgb(s.color), decimal(s.width))
	if len(s.dashes) > 0 {
		lengths := make([]string, len(s.dashes))
		for i, d := range s.dashes {
			lengths[i] = decimal(d)
		}
		fmt.Fprintf(&v.body, ` stroke-dasharray="%s"`, strings.Join(lengths, " "))
	}
	fmt.Fprintf(&v.body, " d=\"%s\"/>\n", lineData(points))
}

func (v *svg) fill(c color.NRGBA, corners []point) {
	fmt.Fprintf(&v.body, "<path fill=\"%s\" d=\"%sZ\"/>\n", rgb(c), lineData(corners))
}

func (v *svg) text(f *face, text string, size float64, q point, c color.NRGBA) {
	glyphs, _ := f.shape(text)
	fmt.Fprintf(&v.body, `<g fill="%s" transform="translate(%s %s) scale(%s)">`, rgb(c), decimal(q.x), decimal(q.y),
		strconv.FormatFloat(size/emUnits, 'g', 6, 64))
	for _, g := range glyphs {
		if len(g.segments) > 0 {
			fmt.Fprintf(&v.body, `<use xlink:href="#%s" x="%s"/>`, v.define(f, g), decimal(g.left))
		}
	}
	v.body.WriteString("</g>\n")
}

// define writes a letter's outline once, in font units, and returns its id.
func (v *svg) define(f *face, g glyph) string {
	id := fmt.Sprintf("%s%x", f.name, g.char)
	if !v.defined[id] {
		v.defined[id] = true
		fmt.Fprintf(&v.letters, "<path id=\"%s\" d=\"%s\"/>\n", id, glyphData(g.segments))
	}
	return id
}

// glyphData is an outline as path data, each contour closed.
func glyphData(segments sfnt.Segments) string {
	var b strings.Builder
	for i, s := range segments {
		points := 1
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			if i > 0 {
				b.WriteByte('Z')
			}
			b.WriteByte('M')
		case sfnt.SegmentOpLineTo:
			b.WriteByte('L')
		case sfnt.SegmentOpQuadTo:
			b.WriteByte('Q')
			points = 2
		case sfnt.SegmentOpCubeTo:
			b.WriteByte('C')
			points = 3
		}
		for k, p := range s.Args[:points] {
			if k > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(decimal(float64(p.X)/64) + " " + decimal(float64(p.Y)/64))
		}
	}
	return b.String() + "Z"
}

func lineData(points []point) string {
	var b strings.Builder
	for i, q := range points {
		b.WriteByte("ML"[min(i, 1)])
		b.WriteString(decimal(q.x) + " " + decimal(q.y))
	}
	return b.String()
}

// decimal has hundredths at most: of a point that is a thirtieth of a pixel.
func decimal(v float64) string {
	s := strings.TrimRight(strconv.FormatFloat(v, 'f', 2, 64), "0")
	if s = strings.TrimSuffix(s, "."); s == "-0" {
		return "0"
	}
	return s
}

func rgb(c color.NRGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }
