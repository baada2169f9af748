package results

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strings"

	"joulemark/workloads"
)

// SelectSummary keeps the rows that fit every filter COLUMN=GLOB and sorts them by
// a column, downwards with a leading '-'. "*" in a glob also crosses slashes.
func SelectSummary(rows []SummaryRow, filters []string, sortBy string) ([]SummaryRow, error) {
	for _, f := range filters {
		name, glob, ok := strings.Cut(f, "=")
		if !ok {
			return nil, fmt.Errorf("--filter %q: write it as COLUMN=GLOB", f)
		}
		c, err := summaryColumn(name)
		if err != nil {
			return nil, err
		}
		if _, err := path.Match(glob, ""); err != nil {
			return nil, fmt.Errorf("--filter %q: %w: close its brackets", f, err)
		}
		rows = slices.DeleteFunc(rows, func(r SummaryRow) bool { return !fits(glob, summaryCell(c, &r)) })
	}
	down := strings.HasPrefix(sortBy, "-")
	c, err := summaryColumn(strings.TrimPrefix(sortBy, "-"))
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(rows, func(a, b SummaryRow) int {
		textA, textB := summaryCell(c, &a), summaryCell(c, &b)
		n := compareCells(c.Field(&a), c.Field(&b), textA, textB)
		if down && textA != "" && textB != "" { // missing ones are last both ways
			return -n
		}
		return n
	})
	return rows, nil
}

// fits matches with slashes as plain letters: names of workloads are full of them.
func fits(glob, text string) bool {
	flat := strings.NewReplacer("/", "\x00")
	ok, err := path.Match(flat.Replace(glob), flat.Replace(text))
	return err == nil && ok
}

func summaryColumn(name string) (Column[SummaryRow], error) {
	var names []string
	for _, c := range summaryTable.Columns {
		if c.Name == name {
			return c, nil
		}
		names = append(names, c.Name)
	}
	return Column[SummaryRow]{}, fmt.Errorf("summary.csv has no column %q%s: choose from %s", name, workloads.DidYouMean(name, names), strings.Join(names, " "))
}

func summaryCell(c Column[SummaryRow], r *SummaryRow) string {
	return string(appendCell(nil, c.Field(r), c.Optional))
}

// compareCells orders numbers by value, missing ones last, and words by sizes in them.
func compareCells(a, b any, textA, textB string) int {
	x, number := a.(*float64)
	if !number {
		return naturalCompare(textA, textB)
	}
	y := b.(*float64)
	switch {
	case math.IsNaN(*x) || math.IsNaN(*y):
		return cmp.Compare(boolInt(math.IsNaN(*x)), boolInt(math.IsNaN(*y)))
	}
	return cmp.Compare(*x, *y)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// WriteSummary writes rows as summary.csv is written.
func WriteSummary(w io.Writer, rows []SummaryRow) error {
	_, err := w.Write(summaryTable.encode(rows))
	return err
}

// SummaryObjects are rows as JSON objects of their columns; what is not known is null.
func SummaryObjects(rows []SummaryRow) []map[string]any {
	out := []map[string]any{}
	for i := range rows {
		object := map[string]any{}
		for _, c := range summaryTable.Columns {
			object[c.Name] = jsonValue(c.Field(&rows[i]), c.Optional)
		}
		out = append(out, object)
	}
	return out
}

func jsonValue(field any, optional bool) any {
	switch p := field.(type) {
	case *float64:
		if math.IsNaN(*p) || math.IsInf(*p, 0) {
			return nil
		}
		return *p
	case *int:
		if optional && *p == 0 {
			return nil
		}
		return *p
	case *Truth:
		if *p == Unknown {
			return nil
		}
		return *p == True
	}
	text := string(appendCell(nil, field, optional))
	if text == "" {
		return nil
	}
	return *field.(*string)
}
