package plots

import (
	"image/color"
	"strings"
)

// An align says which end of a text stands at its point.
type align uint8

const (
	toRight  align = iota // the text begins at the point
	centred               // its middle stands there
	toLeft                // it ends there
	ellipsis = "…"
)

// A style is how a text is set. Sizes are points; 9 on a page of 600 prints as
// about 7.5 on a column of 7 inches.
type style struct {
	size  float64
	bold  bool
	color color.NRGBA
	align align
}

// Proportions of Liberation Sans: the height of a capital and the depth of a
// descender over the size, from the font's OS/2 table.
const (
	capHeight = 0.69
	descent   = 0.212
	leading   = 1.3 // distance of baselines over the size
)

func (s style) face() *face {
	if s.bold {
		return bold()
	}
	return regular()
}

// width is that of text in one line, points.
func (s style) width(text string) float64 {
	_, units := s.face().shape(text)
	return units * s.size / emUnits
}

// lineHeight is the distance between baselines, points.
func (s style) lineHeight() float64 { return s.size * leading }

// middle is the baseline for which capitals are centred on y.
func (s style) middle(y float64) float64 { return y + s.size*capHeight/2 }

// wrap breaks text at spaces into lines no wider than width; a newline always
// breaks, a no-break space never; a word that is wider alone is broken anywhere.
func (s style) wrap(text string, width float64) []string {
	var lines []string
	for _, paragraph := range strings.Split(text, "\n") {
		line := ""
		for _, word := range strings.FieldsFunc(paragraph, func(r rune) bool { return r == ' ' }) {
			if next := strings.TrimSpace(line + " " + word); s.width(next) <= width {
				line = next
				continue
			}
			if line != "" {
				lines = append(lines, line)
			}
			for s.width(word) > width {
				head := s.prefix(word, width)
				lines, word = append(lines, head), word[len(head):]
			}
			line = word
		}
		lines = append(lines, line)
	}
	return lines
}

// prefix is the longest beginning of text that fits, one character at least.
func (s style) prefix(text string, width float64) string {
	end := 0
	for i, r := range text {
		next := i + len(string(r))
		if end > 0 && s.width(text[:next]) > width {
			break
		}
		end = next
	}
	return text[:end]
}

// shorten cuts text with an ellipsis where it is wider than width.
func (s style) shorten(text string, width float64) string {
	if s.width(text) <= width {
		return text
	}
	head := s.prefix(text, width-s.width(ellipsis))
	return strings.TrimRight(head, " ,;:") + ellipsis
}
