// Package plots draws figures from run folders, and from nothing else: it knows
// no device, no meter and no runner, so that a figure can be made again anywhere
// from the files alone.
//
// A figure is a stack of blocks (title, legend, panels, footer) on a page laid
// out by hand in points; gonum's vg canvases turn it into PNG and SVG. gonum's
// plot.Plot is not used: its labels, legends and log axes are what publication
// figures have to work round (centred titles, labels that shrink the data area on
// log axes, legends inside it, no hatching, no wrapping).
//
// Rules that hold for every figure:
//   - An estimate is hatched and never stands on the axis of a measurement.
//   - One page shows one provenance and one scope class.
//   - What is missing is said in words where its bar would be.
//   - The footer names machine, run, date, version, scope, provenance and bound.
package plots

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"joulemark/results"
)

// A Figure is one kind of picture, registered by the file that draws it.
type Figure struct {
	Name    string // of the files: efficiency.png, efficiency.svg
	Summary string // one line, for `list figures`
	// Draw lays out the pages of the figure. It returns a Skip (see ErrSkipped)
	// when these runs hold nothing that it could draw.
	Draw func(runs []*results.Run) ([]*Page, error)
}

// ErrSkipped is wrapped by the errors of Draw that say why there is no figure;
// that is a fact about the runs and no failure.
var ErrSkipped = errors.New("no figure")

// skip is the error of a Draw that has nothing to draw; its text is the reason
// alone, one sentence.
type skip string

func (s skip) Error() string        { return string(s) }
func (s skip) Is(target error) bool { return target == ErrSkipped }

// A Skipped says which figure was not drawn, and why.
type Skipped struct{ Figure, Reason string }

var figures = map[string]Figure{}

// Register adds a figure; it panics on a name that is taken, which is a mistake
// in the source.
func Register(f Figure) {
	if _, taken := figures[f.Name]; taken || f.Name == "" || f.Draw == nil {
		panic(fmt.Sprintf("plots: figure %q is registered twice or incomplete", f.Name))
	}
	figures[f.Name] = f
}

// Figures lists the registered figures, sorted by name.
func Figures() []Figure {
	all := make([]Figure, 0, len(figures))
	for _, f := range figures {
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b Figure) int { return cmp.Compare(a.Name, b.Name) })
	return all
}
