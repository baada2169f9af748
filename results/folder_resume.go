package results

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Resume opens a run folder to go on with it. An incomplete last line of a file
// is cut; energy and phase rows of a step without its row in samples.csv are
// dropped, because that step will be measured again. Readings are never
// dropped. summary.csv and datapackage.json are removed: Finish makes them new.
func Resume(dir string) (*Folder, *Run, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, nil, fmt.Errorf("%s: %w: name the folder of the run to go on with", dir, bare(err))
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, nil, err
	}
	f := &Folder{dir: dir, lock: lock}
	run, err := f.resume()
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return f, run, nil
}

func (f *Folder) resume() (*Run, error) {
	run, err := Open(f.dir)
	if err != nil {
		return nil, err
	}
	if err := unaltered(run); err != nil {
		return nil, err
	}
	f.plan = run.Plan
	broken := partial(run.Plan, run.Samples)
	run.Samples, err = keepRows(f.dir, samplesTable, run.Samples, func(s Sample) bool { return !broken(s) })
	if err != nil {
		return nil, err
	}
	if err := f.repair(run); err != nil {
		return nil, err
	}
	return run, f.openTables()
}

// unaltered refuses to go on with a finished run that does not verify: new hashes
// would hide what was changed in it.
func unaltered(run *Run) error {
	if !run.Machine.Finished {
		return nil
	}
	findings, err := run.Verify()
	if err != nil {
		return err
	}
	for _, f := range findings {
		if !f.Note {
			return fmt.Errorf("%s does not verify (%s): restore its files, or see joulemark verify %s", run.Dir, f, run.Dir)
		}
	}
	return nil
}

// repair makes the files hold whole lines of whole steps.
func (f *Folder) repair(run *Run) error {
	for _, name := range []string{samplesTable.File, energyTable.File, phasesTable.File, powerTable.File} {
		if err := cutIncomplete(filepath.Join(f.dir, name)); err != nil {
			return err
		}
	}
	for _, name := range []string{summaryTable.File, PackageFile} {
		if err := os.Remove(filepath.Join(f.dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return writeError(filepath.Join(f.dir, name), err)
		}
	}
	done := map[stepKey]bool{}
	for _, s := range run.Samples {
		done[stepKey{s.Trial, s.Order}] = true
	}
	var err error
	run.Energy, err = keepRows(f.dir, energyTable, run.Energy, func(e EnergyRow) bool { return done[stepKey{e.Trial, e.Order}] })
	if err != nil {
		return err
	}
	run.Phases, err = keepRows(f.dir, phasesTable, run.Phases, func(p PhaseRow) bool {
		return p.Order == 0 || done[stepKey{p.Trial, p.Order}]
	})
	return err
}

func keepRows[Row any](dir string, t *Table[Row], rows []Row, keep func(Row) bool) ([]Row, error) {
	var kept []Row
	for _, row := range rows {
		if keep(row) {
			kept = append(kept, row)
		}
	}
	if len(kept) == len(rows) {
		return rows, nil
	}
	return kept, writeWhole(filepath.Join(dir, t.File), t.encode(kept))
}

// cutIncomplete cuts what stands behind the last whole line.
func cutIncomplete(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return writeError(path, err)
	}
	defer f.Close()
	e, err := extentOf(f)
	if err == nil && e.whole < e.size {
		err = f.Truncate(e.whole)
	}
	return writeError(path, err)
}

// SameMachine refuses to go on with the run on another machine: its counters
// and speeds would be mixed in one folder.
func (r *Run) SameMachine(machineID string) error {
	if r.Machine.MachineID == machineID {
		return nil
	}
	return fmt.Errorf("%s was measured on another machine (%s, this is %s): resume it there, or start a new run with --out",
		r.Dir, r.Machine.MachineID, machineID)
}
