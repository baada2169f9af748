package results

import "fmt"

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
			if why := cellDiffers(c.Field(&rows[i]), c.Field(&want[i]), samplesTable.File); why != "" {
				v.find(summaryTable.File, i+2, c.Name, why)
			}
		}
	}
	return nil
}
