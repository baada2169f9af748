package results

import "math"

// A CellKind is the type of a column, in the words of the Frictionless Table
// Schema.
type CellKind string

// The kinds of cells.
const (
	TextCell    CellKind = "string"
	IntegerCell CellKind = "integer"
	NumberCell  CellKind = "number"  // finite; empty = missing or infinite
	BooleanCell CellKind = "boolean" // true, false, or empty = unknown
	TimeCell    CellKind = "datetime"
)

// A Column describes one column of a file and ties it to a field of Row. It is
// the only place that knows the name: reader, writer and datapackage.json all
// follow it.
type Column[Row any] struct {
	Name     string
	Kind     CellKind
	Unit     string // SI unit; "" for counts, ratios and words
	About    string // one sentence
	Extra    bool   // added beside the contract: a file without it is still read
	Optional bool   // integers: 0 means not known and is written as an empty cell
	Field    func(*Row) any
}

// A Table is one kind of CSV file.
type Table[Row any] struct {
	File    string
	About   string
	Columns []Column[Row]
}

// blank returns a row of which every number is NaN, because unmeasured is not zero.
func (t *Table[Row]) blank() Row {
	var row Row
	for _, c := range t.Columns {
		if p, ok := c.Field(&row).(*float64); ok {
			*p = math.NaN()
		}
	}
	return row
}

func text[Row any](name, about string, field func(*Row) *string) Column[Row] {
	return Column[Row]{Name: name, Kind: TextCell, About: about, Field: func(r *Row) any { return field(r) }}
}

func moment[Row any](name, about string, field func(*Row) *string) Column[Row] {
	return Column[Row]{Name: name, Kind: TimeCell, About: about, Field: func(r *Row) any { return field(r) }}
}

func integer[Row any](name, about string, field func(*Row) *int) Column[Row] {
	return Column[Row]{Name: name, Kind: IntegerCell, About: about, Field: func(r *Row) any { return field(r) }}
}

// optional is an integer of which 0 means not known.
func optional[Row any](name, about string, field func(*Row) *int) Column[Row] {
	c := integer(name, about, field)
	c.Optional = true
	return c
}

func number[Row any](name, unit, about string, field func(*Row) *float64) Column[Row] {
	return Column[Row]{Name: name, Kind: NumberCell, Unit: unit, About: about, Field: func(r *Row) any { return field(r) }}
}

func truth[Row any](name, about string, field func(*Row) *Truth) Column[Row] {
	return Column[Row]{Name: name, Kind: BooleanCell, About: about, Field: func(r *Row) any { return field(r) }}
}

// extras marks columns that stand beside the contract.
func extras[Row any](columns ...Column[Row]) []Column[Row] {
	for i := range columns {
		columns[i].Extra = true
	}
	return columns
}
