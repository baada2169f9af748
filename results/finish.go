package results

import "path/filepath"

// Finish writes what is derived: summary.csv, then datapackage.json with the
// hashes of every file. Call it when the last row is written, also after an
// interruption; write machine.json before it and nothing after it.
func (f *Folder) Finish() error {
	run := &Run{Dir: f.dir, Plan: f.plan, Machine: &Machine{}}
	if err := readJSON(f.dir, MachineFile, run.Machine); err != nil {
		return err
	}
	if err := readTable(run, samplesTable, run.keepSample); err != nil {
		return err
	}
	path := filepath.Join(f.dir, summaryTable.File)
	if err := writeWhole(path, summaryTable.encode(Summarise(run.Samples))); err != nil {
		return err
	}
	return writePackage(f.dir, f.plan.RunID)
}

// readSummary reads summary.csv of a folder.
func (r *Run) readSummary() ([]SummaryRow, error) {
	var rows []SummaryRow
	err := readTable(r, summaryTable, func(_ int, row *SummaryRow) error {
		rows = append(rows, *row)
		return nil
	})
	return rows, err
}
