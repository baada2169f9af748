package results

import (
	"fmt"
	"math"
	"strconv"
)

// A Finding is one thing in a run folder that does not follow from the rest of
// it. Row counts as a spreadsheet does (header = 1; 0 = the whole file). A note
// is to be known but is no fault: a run that was stopped is a valid one.
type Finding struct {
	File    string
	Row     int
	Column  string
	Message string
	Note    bool
}

// String is "samples.csv row 17, energy_j: message".
func (f Finding) String() string { return place(f.File, f.Row, f.Column) + ": " + f.Message }

// differs says what stands in a cell and what follows from another file.
func differs(stands, follows, from string) string {
	return fmt.Sprintf("%s stands there, %s follows from %s", shown(stands), shown(follows), from)
}

func shown(s string) string {
	if s == "" {
		return "nothing"
	}
	return shorten(s)
}

// number as a message shows it: empty for NaN.
func digits(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', 7, 64)
}
