package plots

// A key is one entry of a legend; swatch draws its sample in a small box.
type key struct {
	label  string
	apart  bool // stands a little apart from the entry before it
	swatch func(p *pen, r rect)
}

// A legend is a row of keys outside the data, wrapped where it is too wide.
type legend struct {
	keys  []key
	theme Theme
}

const (
	swatchWidth  = 17.0
	swatchHeight = 8.0
	swatchGap    = 5.0  // to its label
	keyGap       = 15.0 // to the next key
	legendRow    = 15.0
)

func (l legend) style() style { return style{size: 9, color: l.theme.Ink} }

// A placed key is a key with its offset in the row and the row's number; its label
// is cut where even a row of its own is too short for it.
type placedKey struct {
	key
	x   float64
	row int
}

func (l legend) place(width float64) (placed []placedKey, rows int) {
	x, row := 0.0, 0
	for _, k := range l.keys {
		if k.apart && x > 0 {
			x += keyGap
		}
		k.label = l.style().shorten(k.label, width-swatchWidth-swatchGap)
		w := swatchWidth + swatchGap + l.style().width(k.label)
		if x > 0 && x+w > width {
			x, row = 0, row+1
		}
		placed = append(placed, placedKey{k, x, row})
		x += w + keyGap
	}
	return placed, row + 1
}

func (l legend) height(width float64) float64 {
	if len(l.keys) == 0 {
		return 0
	}
	_, rows := l.place(width)
	return float64(rows) * legendRow
}

func (l legend) draw(p *pen, r rect) {
	placed, _ := l.place(r.width())
	for _, k := range placed {
		x, y := r.left+k.x, r.top+(float64(k.row)+0.5)*legendRow
		k.swatch(p, rect{x, y - swatchHeight/2, x + swatchWidth, y + swatchHeight/2})
		p.write(point{x + swatchWidth + swatchGap, l.style().middle(y)}, k.label, l.style())
	}
}
