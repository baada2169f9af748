package results

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// ErrLocked: another process writes into this folder.
var ErrLocked = errors.New("in use by another run")

// A Folder is a run folder being written. Rows are written as they come, each
// call one write(2) of whole lines, so that a run that is stopped at any moment
// is a valid, shorter run. Its methods may be called by several goroutines.
type Folder struct {
	dir  string
	plan *Plan
	lock *os.File

	samples *tableFile[Sample]
	energy  *tableFile[EnergyRow]
	power   *tableFile[PowerRow]
	phases  *tableFile[PhaseRow]
}

// Create makes the folder of a new run: plan.json first, then machine.json and
// the CSV files with their header rows. The directory must be absent or empty.
func Create(dir string, p *Plan, m *Machine) (*Folder, error) {
	if err := checkEmpty(dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, cannotMake(dir, err)
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	f := &Folder{dir: dir, plan: p, lock: lock}
	if err := checkEmpty(dir); err != nil { // again: it may have been taken meanwhile
		return nil, errors.Join(err, f.Close())
	}
	if err := f.begin(p, m); err != nil {
		err = errors.Join(err, f.Close())
		f.discard()
		return nil, err
	}
	return f, nil
}

// discard removes what was made of a folder that could not be made whole, so that
// its place can be used again. Nothing has been measured into it.
func (f *Folder) discard() {
	for _, name := range []string{PlanFile, MachineFile, samplesTable.File, energyTable.File, phasesTable.File, powerTable.File} {
		os.Remove(filepath.Join(f.dir, name))
	}
	os.Remove(f.dir) // stays if something else lies in it
}

func (f *Folder) begin(p *Plan, m *Machine) error {
	if err := f.WritePlan(p); err != nil {
		return err
	}
	if err := f.WriteMachine(m); err != nil {
		return err
	}
	return f.openTables()
}

func (f *Folder) openTables() (err error) {
	if f.samples, err = openTable(f.dir, samplesTable); err != nil {
		return err
	}
	if f.energy, err = openTable(f.dir, energyTable); err != nil {
		return err
	}
	if f.phases, err = openTable(f.dir, phasesTable); err != nil {
		return err
	}
	f.power, err = openTable(f.dir, powerTable)
	return err
}

// checkEmpty says what a directory holds that must hold nothing.
func checkEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return cannotMake(dir, err)
	}
	var m Machine
	switch err := readJSON(dir, MachineFile, &m); {
	case errors.Is(err, ErrNotARun):
		return fmt.Errorf("%s is not empty and holds no run: choose another --out", dir)
	case err == nil && m.Finished:
		return fmt.Errorf("%s holds a finished run: choose another --out, or --resume it", dir)
	}
	return fmt.Errorf("%s holds an unfinished run: go on with --resume %s, or choose another --out", dir, dir)
}

// cannotMake names the directory that is in the way, which may be a parent.
func cannotMake(dir string, err error) error {
	where := dir
	var pathError *os.PathError
	if errors.As(err, &pathError) {
		where = pathError.Path
	}
	if where != dir {
		return fmt.Errorf("cannot make %s: %s: %w: choose another --out, or make it writable", dir, where, bare(err))
	}
	return fmt.Errorf("cannot make %s: %w: choose another --out, or make %s writable", dir, bare(err), filepath.Dir(dir))
}

// Dir is where the run lies.
func (f *Folder) Dir() string { return f.dir }

// AddSample appends one row of samples.csv. Write it after the step's phases
// and energy: a step without its sample counts as not done.
func (f *Folder) AddSample(s Sample) error { return f.samples.add(s) }

// AddEnergy appends the rows of one sample.
func (f *Folder) AddEnergy(rows []EnergyRow) error { return f.energy.add(rows...) }

// AddPhase appends one row of phases.csv.
func (f *Folder) AddPhase(p PhaseRow) error { return f.phases.add(p) }

// AddPower appends a batch of readings.
func (f *Folder) AddPower(rows []PowerRow) error { return f.power.add(rows...) }

// WritePlan replaces plan.json at once.
func (f *Folder) WritePlan(p *Plan) error {
	f.plan = p
	return writeJSON(filepath.Join(f.dir, PlanFile), p)
}

// WriteMachine replaces machine.json at once. Devices not filled are the plan's.
func (f *Folder) WriteMachine(m *Machine) error {
	if m.Devices == nil {
		m.Devices = f.plan.Devices
	}
	return writeJSON(filepath.Join(f.dir, MachineFile), m)
}

// Close ends writing and gives the folder free. It derives nothing: see Finish.
func (f *Folder) Close() error { return errors.Join(f.closeTables(), f.lock.Close()) }

func (f *Folder) closeTables() error {
	var err error
	if f.samples != nil {
		err = errors.Join(err, f.samples.close())
	}
	if f.energy != nil {
		err = errors.Join(err, f.energy.close())
	}
	if f.phases != nil {
		err = errors.Join(err, f.phases.close())
	}
	if f.power != nil {
		err = errors.Join(err, f.power.close())
	}
	return err
}
