package results

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

var (
	errNotInteger = errors.New("is not an integer")
	errNotNumber  = errors.New("is not a finite decimal number (an unknown one is an empty cell)")
	errNotTruth   = errors.New("is none of true, false and empty")
	errNotTime    = errors.New("is not a time like 2026-11-23T10:15:00Z")
	errEmpty      = errors.New("is empty and may not be")
)

// appendCell writes what field points to as one CSV cell.
func appendCell(b []byte, field any, optional bool) []byte {
	switch p := field.(type) {
	case *float64:
		return appendNumber(b, *p)
	case *string:
		return appendText(b, *p)
	case *int:
		if optional && *p == 0 {
			return b
		}
		return strconv.AppendInt(b, int64(*p), 10)
	case *Truth:
		return append(b, p.String()...)
	case *uint64:
		return strconv.AppendUint(b, *p, 10)
	}
	panic("results: a column has a type that cells do not know")
}

// appendNumber writes the shortest decimal that reads back as the same float64,
// integers without an exponent, and nothing for NaN and infinities.
func appendNumber(b []byte, v float64) []byte {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return b
	case v == math.Trunc(v) && math.Abs(v) < 1e21:
		return strconv.AppendFloat(b, v, 'f', -1, 64)
	}
	return strconv.AppendFloat(b, v, 'g', -1, 64)
}

// oneLine keeps a text on its line, so that a row is a line for every tool and
// a file cut in its middle can be recognised and repaired.
var oneLine = strings.NewReplacer("\r\n", " / ", "\n", " / ", "\r", " / ", "\x00", "")

func appendText(b []byte, s string) []byte {
	if strings.ContainsAny(s, "\r\n\x00") {
		s = oneLine.Replace(strings.TrimRight(s, "\r\n"))
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	if !strings.ContainsAny(s, `",`) {
		return append(b, s...)
	}
	b = append(b, '"')
	b = append(b, strings.ReplaceAll(s, `"`, `""`)...)
	return append(b, '"')
}

// setCell parses cell into what field points to.
func setCell(field any, cell string, optional bool) error {
	switch p := field.(type) {
	case *float64:
		return setNumber(p, cell)
	case *string:
		*p = cell
		return nil
	case *int:
		return setInteger(p, cell, optional)
	case *Truth:
		return setTruth(p, cell)
	case *uint64:
		return setUnsigned(p, cell)
	}
	panic("results: a column has a type that cells do not know")
}

func setNumber(p *float64, cell string) error {
	if cell == "" {
		*p = math.NaN()
		return nil
	}
	v, err := strconv.ParseFloat(cell, 64)
	// ParseFloat knows more spellings than other readers of CSV do.
	if err != nil || !isDecimal(cell) || math.IsInf(v, 0) {
		return errNotNumber
	}
	*p = v
	return nil
}

func isDecimal(cell string) bool {
	for i := range len(cell) {
		if c := cell[i]; !isDigit(c) && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return false
		}
	}
	return true
}

func setInteger(p *int, cell string, optional bool) error {
	if cell == "" && optional {
		*p = 0
		return nil
	}
	if cell == "" {
		return errEmpty
	}
	v, err := strconv.ParseInt(cell, 10, 64)
	if err != nil || int64(int(v)) != v {
		return errNotInteger
	}
	*p = int(v)
	return nil
}

func setUnsigned(p *uint64, cell string) error {
	v, err := strconv.ParseUint(cell, 10, 64)
	if err != nil {
		return errNotInteger
	}
	*p = v
	return nil
}

func setTruth(p *Truth, cell string) error {
	switch cell {
	case "":
		*p = Unknown
	case "true":
		*p = True
	case "false":
		*p = False
	default:
		return errNotTruth
	}
	return nil
}

// checkTime accepts RFC 3339 in UTC and the empty cell.
func checkTime(cell string) error {
	if cell == "" {
		return nil
	}
	if _, err := time.Parse(time.RFC3339Nano, cell); err != nil || !strings.HasSuffix(cell, "Z") {
		return errNotTime
	}
	return nil
}

// String is the truth as a cell: true, false or empty.
func (t Truth) String() string {
	switch t {
	case True:
		return "true"
	case False:
		return "false"
	}
	return ""
}

// TruthOf is True or False; use Unknown for a state nobody looked at.
func TruthOf(b bool) Truth {
	if b {
		return True
	}
	return False
}
