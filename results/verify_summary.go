package results

import (
	"fmt"
	"math"
)

// summary compares summary.csv with what samples.csv gives.
func (v *verifier) summary() error {
	before := len(v.run.findings)
	rows, err := collect(v.run, summaryTable, nil)
	if err != nil {
		return err
	}
	v.findings = append(v.findings, v.run.findings[before:]...)
	if len(v.run.findings) > before && len(rows) == 0 {
		return nil // the file is missing
	}
	want := Summarise(v.run.Samples)
	if len(rows) != len(want) {
		v.find(summaryTable.File, 0, "", fmt.Sprintf("%d rows stand there, %d follow from %s", len(rows), len(want), samplesTable.File))
	}
	for i := range min(len(rows), len(want)) {
		for _, c := range summaryTable.Columns {
			if c.Extra && blank(rows, c) {
				continue
			}
			if why := cellDiffers(c.Field(&rows[i]), c.Field(&want[i]), samplesTable.File); why != "" {
				v.find(summaryTable.File, i+2, c.Name, why)
			}
		}
	}
	return nil
}

// blank says whether a column of numbers is empty throughout: then the version that
// wrote the file did not know it.
func blank(rows []SummaryRow, c Column[SummaryRow]) bool {
	for i := range rows {
		if v, ok := c.Field(&rows[i]).(*float64); !ok || !math.IsNaN(*v) {
			return false
		}
	}
	return true
}
