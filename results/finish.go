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
	samples, err := collect(run, samplesTable, nil)
	if err != nil {
		return err
	}
	path := filepath.Join(f.dir, summaryTable.File)
	if err := writeWhole(path, summaryTable.encode(Summarise(samples))); err != nil {
		return err
	}
	return writePackage(f.dir, f.plan.RunID)
}
