package results

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// A CellError names the place of a cell, or of a row where Column is empty,
// that cannot be read. Row counts as a spreadsheet does: the header is row 1.
type CellError struct {
	File   string
	Row    int
	Column string
	Why    string
}

// Error is "samples.csv row 17, energy_j: why".
func (e *CellError) Error() string { return place(e.File, e.Row, e.Column) + ": " + e.Why }

// place writes "samples.csv row 17, energy_j" as far as it is known.
func place(file string, row int, column string) string {
	s := file
	if row > 0 {
		s += fmt.Sprintf(" row %d", row)
	}
	if column != "" {
		s += ", " + column
	}
	return s
}

// read calls each for every data row of r, in order, with the row's number as a
// spreadsheet shows it. The row is used again for the next call. Columns are
// found by name and unknown ones are ignored.
func (t *Table[Row]) read(r io.Reader, each func(n int, row *Row) error) error {
	reader := csv.NewReader(r)
	reader.ReuseRecord = true
	cells, err := reader.Read()
	if err != nil {
		return t.rowError(1, cells, 0, err)
	}
	width := len(cells)
	bound, err := t.bind(cells)
	if err != nil {
		return err
	}
	intern, blank, row := interner(), t.blank(), new(Row)
	for n := 2; ; n++ {
		cells, err := reader.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return t.rowError(n, cells, width, err)
		}
		if line, _ := reader.FieldPos(0); line > n {
			n = line // empty lines are passed over and counted
		}
		*row = blank
		if err := t.fill(row, bound, cells, n, intern); err != nil {
			return err
		}
		if err := each(n, row); err != nil {
			return err
		}
	}
}

// A boundColumn is a column and its place in this file.
type boundColumn[Row any] struct {
	*Column[Row]
	at   int
	last string // cell of the row before: texts repeat from row to row
}

func (t *Table[Row]) bind(header []string) ([]boundColumn[Row], error) {
	at := map[string]int{}
	for i, name := range header {
		name = strings.TrimPrefix(name, "\uFEFF") // a spreadsheet may have put a byte order mark
		if _, twice := at[name]; twice && name != "" {
			return nil, &CellError{t.File, 1, name, "this column stands there twice: remove one"}
		}
		at[strings.Clone(name)] = i
	}
	var bound []boundColumn[Row]
	for i := range t.Columns {
		c := &t.Columns[i]
		place, ok := at[c.Name]
		if ok {
			bound = append(bound, boundColumn[Row]{c, place, ""})
		} else if !c.Extra {
			return nil, &CellError{t.File, 1, c.Name, "this column is missing: restore the file, or measure again"}
		}
	}
	return bound, nil
}

func (t *Table[Row]) fill(row *Row, bound []boundColumn[Row], cells []string, n int, intern func(string) string) error {
	for i := range bound {
		c := &bound[i]
		cell := cells[c.at]
		var err error
		switch {
		case c.Kind == TimeCell:
			err, cell = checkTime(cell), strings.Clone(cell)
		case c.Kind == TextCell:
			if cell != c.last {
				c.last = intern(cell)
			}
			cell = c.last
		}
		if err == nil {
			err = setCell(c.Field(row), cell, c.Optional)
		}
		if err != nil {
			return &CellError{t.File, n, c.Name, fmt.Sprintf("%q %v", shorten(cell), err)}
		}
	}
	return nil
}

// rowError puts the reader's own errors into the words of CellError.
func (t *Table[Row]) rowError(n int, cells []string, width int, err error) error {
	var parse *csv.ParseError
	switch {
	case err == io.EOF:
		return &CellError{t.File, 1, "", "the file is empty: it needs at least its header row"}
	case errors.Is(err, csv.ErrFieldCount):
		return &CellError{t.File, n, "", fmt.Sprintf("%d cells stand there, the header has %d", len(cells), width)}
	case errors.As(err, &parse):
		return &CellError{t.File, n, "", fmt.Sprintf("line %d is not CSV: %v", parse.Line, parse.Err)}
	}
	return fmt.Errorf("%s: %w", t.File, err)
}

// interner returns a function that maps equal texts to one copy: a million equal
// words are one, and none holds the line it was read with.
func interner() func(string) string {
	seen := map[string]string{}
	return func(s string) string {
		if s == "" {
			return ""
		}
		if known, ok := seen[s]; ok {
			return known
		}
		s = strings.Clone(s)
		seen[s] = s
		return s
	}
}

// shorten keeps a message on one line of a terminal.
func shorten(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
