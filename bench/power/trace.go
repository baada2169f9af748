package power

import (
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"joulemark/results/joules"
)

// A trace is one column of a recorded CSV, its time from 0.
type trace struct {
	column        string
	kind          joules.Kind
	times, values []float64
	gapS          float64 // median time between rows
	periodS       float64 // median time between changes of the value
}

// traceColumns are the columns that can be played, best first, and their kinds.
var traceColumns = []struct {
	name string
	kind joules.Kind
}{
	{"power_w", joules.GaugeInstant},
	{"power_instant_w", joules.GaugeInstant},
	{"power_average_w", joules.GaugeAverage},
	{"energy_j", joules.Counter},
}

// parseTrace reads a CSV with a header, time_s and at least one column of watts
// or joules; "" takes the first known column that holds numbers. Rows in which
// the column is empty are left out. Errors name row (the header is row 1) and
// column.
func parseTrace(text, column string) (trace, error) {
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil {
		return trace{}, fmt.Errorf("%w: a trace is a CSV file with a header row", err)
	}
	if len(rows) == 0 {
		return trace{}, errors.New("the file is empty: a trace is a CSV file with a header row")
	}
	timeAt := slices.Index(rows[0], "time_s")
	if timeAt < 0 {
		return trace{}, errors.New("row 1: no column time_s: a trace has time_s and one of " + columnNames())
	}
	var t trace
	var at int
	if t.column, t.kind, at, err = pickColumn(rows, column); err != nil {
		return trace{}, err
	}
	for i, row := range rows[1:] {
		if err := t.add(i+2, row[timeAt], row[at]); err != nil {
			return trace{}, err
		}
	}
	return t, t.finish()
}

func columnNames() string {
	var names []string
	for _, c := range traceColumns {
		names = append(names, c.name)
	}
	return strings.Join(names, ", ")
}

// pickColumn finds the wanted column, or the first known one that is not empty.
func pickColumn(rows [][]string, wanted string) (string, joules.Kind, int, error) {
	for _, c := range traceColumns {
		at := slices.Index(rows[0], c.name)
		if at < 0 || wanted != "" && wanted != c.name {
			continue
		}
		filled := func(row []string) bool { return row[at] != "" }
		if wanted != "" || slices.ContainsFunc(rows[1:], filled) {
			return c.name, c.kind, at, nil
		}
	}
	if wanted != "" {
		return "", "", 0, fmt.Errorf("row 1: no column %q that can be played: choose one of %s", wanted, columnNames())
	}
	return "", "", 0, errors.New("row 1: no column with numbers to play: a trace has time_s and one of " + columnNames())
}

func (t *trace) add(row int, timeText, valueText string) error {
	if valueText == "" {
		return nil
	}
	at, err := finite(timeText)
	if err != nil {
		return fmt.Errorf("row %d, time_s: %q is no number: correct it or cut the row", row, timeText)
	}
	v, err := finite(valueText)
	if err != nil || v < 0 {
		return fmt.Errorf("row %d, %s: %q is no number of at least 0: correct it or empty the cell", row, t.column, valueText)
	}
	if n := len(t.times); n > 0 && at <= t.times[n-1] {
		return fmt.Errorf("row %d, time_s: %s is not after the row before: sort the rows by time", row, timeText)
	} else if n > 0 && t.kind == joules.Counter && v < t.values[n-1] {
		return fmt.Errorf("row %d, %s: %s is less than in the row before: add up the wraps of the counter", row, t.column, valueText)
	}
	t.times, t.values = append(t.times, at), append(t.values, v)
	return nil
}

func finite(text string) (float64, error) {
	x, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err == nil && (math.IsNaN(x) || math.IsInf(x, 0)) {
		err = strconv.ErrRange
	}
	return x, err
}

// finish moves the time to 0 and finds how often rows come and values change.
func (t *trace) finish() error {
	if len(t.times) < 2 {
		return fmt.Errorf("column %s holds fewer than two rows: a trace needs two", t.column)
	}
	origin := t.times[0]
	var gaps, changes []float64
	for i := range t.times {
		t.times[i] -= origin
	}
	changed := 0.0
	for i := 1; i < len(t.times); i++ {
		gaps = append(gaps, t.times[i]-t.times[i-1])
		if t.values[i] != t.values[i-1] {
			changes = append(changes, t.times[i]-changed)
			changed = t.times[i]
		}
	}
	t.gapS = median(gaps)
	t.periodS = t.gapS
	if len(changes) > 0 {
		t.periodS = median(changes)
	}
	if !(t.times[len(t.times)-1] > 0) || !(t.gapS > 0) {
		return errors.New("the times of the trace differ by less than a number can hold: give time_s in seconds from its start")
	}
	return nil
}

// median is the middle value; the upper one of two.
func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}
