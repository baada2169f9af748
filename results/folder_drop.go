package results

import "errors"

// DropSamples removes the rows of samples.csv that drop names, and what stands on
// them in energy.csv and phases.csv, so that their steps count as missing. It
// returns the samples that stay. Readings are never dropped.
func (f *Folder) DropSamples(run *Run, drop func(Sample) bool) (err error) {
	if err := f.closeTables(); err != nil {
		return err
	}
	run.Samples, err = keepRows(f.dir, samplesTable, run.Samples, func(s Sample) bool { return !drop(s) })
	if err != nil {
		return err
	}
	return errors.Join(f.repair(run), f.openTables())
}

// CheckFree says in a sentence why a new run cannot have this folder.
func CheckFree(dir string) error { return checkEmpty(dir) }
