package results

// appendHeader writes the header row.
func (t *Table[Row]) appendHeader(b []byte) []byte {
	for i, c := range t.Columns {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, c.Name...)
	}
	return append(b, '\n')
}

// appendRow writes one row: RFC 4180, LF, quotes only where needed.
func (t *Table[Row]) appendRow(b []byte, row *Row) []byte {
	for i, c := range t.Columns {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendCell(b, c.Field(row), c.Optional)
	}
	return append(b, '\n')
}

// encode is a whole file: header and rows.
func (t *Table[Row]) encode(rows []Row) []byte {
	b := t.appendHeader(nil)
	for i := range rows {
		b = t.appendRow(b, &rows[i])
	}
	return b
}
