package plots

// A paragraph is wrapped text.
type paragraph struct {
	text  string
	style style
}

func (t paragraph) height(width float64) float64 {
	return float64(len(t.style.wrap(t.text, width))) * t.style.lineHeight()
}

func (t paragraph) draw(p *pen, r rect) {
	y := r.top
	for _, line := range t.style.wrap(t.text, r.width()) {
		p.write(point{r.left, y + t.style.size}, line, t.style)
		y += t.style.lineHeight()
	}
}

// A banner is a warning that must not be overlooked: a bold word on the warning's
// colour and a sentence after it.
type banner struct {
	word, text string
	theme      Theme
}

const bannerPad = 5.0

func (b banner) styles() (word, text style) {
	return style{size: 9, bold: true, color: b.theme.Background}, style{size: 9, color: b.theme.Warning}
}

// tag is the width of the coloured field around the word.
func (b banner) tag() float64 {
	word, _ := b.styles()
	return word.width(b.word) + 2*bannerPad
}

func (b banner) lines(width float64) []string {
	_, text := b.styles()
	return text.wrap(b.text, width-b.tag()-2*bannerPad)
}

func (b banner) height(width float64) float64 {
	_, text := b.styles()
	return float64(len(b.lines(width)))*text.lineHeight() + bannerPad
}

func (b banner) draw(p *pen, r rect) {
	word, text := b.styles()
	p.fill(mix(b.theme.Warning, b.theme.Background, 0.9), r.corners()...)
	p.fill(b.theme.Warning, rect{r.left, r.top, r.left + b.tag(), r.bottom}.corners()...)
	y := r.top + bannerPad/2 + text.lineHeight()/2
	p.write(point{r.left + bannerPad, word.middle(y)}, b.word, word)
	for _, line := range b.lines(r.width()) {
		p.write(point{r.left + b.tag() + bannerPad, text.middle(y)}, line, text)
		y += text.lineHeight()
	}
}
