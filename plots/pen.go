package plots

import "image/color"

// A point and a rect are on the page: points from its top left corner, y downwards.
type (
	point struct{ x, y float64 }
	rect  struct{ left, top, right, bottom float64 }
)

func (r rect) width() float64  { return r.right - r.left }
func (r rect) height() float64 { return r.bottom - r.top }

func (r rect) corners() []point {
	return []point{{r.left, r.top}, {r.right, r.top}, {r.right, r.bottom}, {r.left, r.bottom}}
}

// overlaps says whether two boxes share more than an edge.
func (r rect) overlaps(o rect) bool {
	return r.left < o.right && o.left < r.right && r.top < o.bottom && o.top < r.bottom
}

// A stroke is how a line is drawn.
type stroke struct {
	color  color.NRGBA
	width  float64
	dashes []float64 // lengths of dash and gap in turn; nil solid
}

// A written is a text on the page and its box, kept so that tests can hold that
// no text leaves the page or lies over another.
type written struct {
	text string
	box  rect
}

// A pen draws on one page.
type pen struct {
	canvas canvas
	theme  Theme
	texts  []written
}

// line strokes an open line through points; fewer than two draw nothing.
func (p *pen) line(s stroke, points ...point) {
	if len(points) < 2 {
		return
	}
	p.canvas.stroke(s, points)
}

// fill paints the polygon with these corners.
func (p *pen) fill(c color.NRGBA, corners ...point) { p.canvas.fill(c, corners) }

// outline strokes the edge of a box, inside it by half the stroke's width.
func (p *pen) outline(s stroke, r rect) {
	h := s.width / 2
	c := rect{r.left + h, r.top + h, r.right - h, r.bottom - h}.corners()
	p.line(s, append(c, c[0], c[1])...) // once more along the first edge: a closed corner without a join
}

// writeOver is write with the background painted under the text, so that no line
// of the grid runs through it.
func (p *pen) writeOver(q point, text string, s style) {
	if text == "" {
		return
	}
	left := q.x - s.width(text)*float64(s.align)/2
	p.fill(p.theme.Background, rect{left - 1.5, q.y - s.size*capHeight - 1, left + s.width(text) + 1.5, q.y + 1.5}.corners()...)
	p.write(q, text, s)
}

// write sets text in one line, its baseline at q.
func (p *pen) write(q point, text string, s style) {
	if text == "" {
		return
	}
	w := s.width(text)
	q.x -= w * float64(s.align) / 2
	p.texts = append(p.texts, written{text, rect{q.x, q.y - capHeight*s.size, q.x + w, q.y + descent*s.size}})
	p.canvas.text(s.face(), text, s.size, q, s.color)
}
