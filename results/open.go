package results

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"joulemark/results/joules"
)

// A Run is a run folder in memory.
type Run struct {
	Dir     string
	Plan    *Plan
	Machine *Machine
	Samples []Sample
	Energy  []EnergyRow
	Phases  []PhaseRow
	Points  map[string][]joules.Point // by domain id, in the order of the file
	Notes   []string                  // what is to be known of an unfinished folder

	findings []Finding // of the files themselves; Verify reports them
	version  string    // last schema_version of a row that was checked
}

// Open reads a run folder. Files that are missing or end in an incomplete line
// are noted and read as far as they go, since a run that was stopped is a valid,
// shorter run; anything that cannot be read is an error that names its place.
func Open(dir string) (*Run, error) {
	r := &Run{Dir: dir, Plan: &Plan{}, Machine: &Machine{}, Points: map[string][]joules.Point{}}
	if info, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("%s: %w: name a folder that joulemark run made", dir, bare(err))
	} else if !info.IsDir() {
		return nil, fmt.Errorf("%s is %w but a file: name the folder it lies in", dir, ErrNotARun)
	}
	if err := readJSON(dir, PlanFile, r.Plan); err != nil {
		return nil, err
	}
	if err := readJSON(dir, MachineFile, r.Machine); err != nil {
		return nil, err
	}
	if r.Machine.Devices == nil {
		r.Machine.Devices = r.Plan.Devices
	}
	return r, r.readTables()
}

func (r *Run) readTables() error {
	if err := readTable(r, samplesTable, r.keepSample); err != nil {
		return err
	}
	err := readTable(r, energyTable, func(_ int, e *EnergyRow) error {
		r.Energy = append(r.Energy, *e)
		return nil
	})
	if err != nil {
		return err
	}
	err = readTable(r, phasesTable, func(_ int, p *PhaseRow) error {
		r.Phases = append(r.Phases, *p)
		return nil
	})
	if err != nil {
		return err
	}
	k := newPowerKeeper(r)
	err = readTable(r, powerTable, k.keep)
	k.finish()
	return err
}

func (r *Run) keepSample(n int, s *Sample) error {
	if s.SchemaVersion != r.version {
		if err := checkVersion(place(samplesTable.File, n, "schema_version"), s.SchemaVersion); err != nil {
			return err
		}
		r.version = s.SchemaVersion
	}
	r.Samples = append(r.Samples, *s)
	return nil
}

// readTable reads the whole lines of a file of the run.
func readTable[Row any](r *Run, t *Table[Row], each func(int, *Row) error) error {
	f, err := os.Open(filepath.Join(r.Dir, t.File))
	if errors.Is(err, fs.ErrNotExist) {
		r.note(Finding{File: t.File, Message: "the file is missing: restore it from a copy"})
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	whole, size, err := wholeLines(f)
	if err != nil {
		return fmt.Errorf("%s: %w", f.Name(), bare(err))
	}
	if whole == 0 && !r.Machine.Finished {
		r.note(Finding{File: t.File, Message: "the file has no whole line"})
		return nil
	}
	rows := 1
	err = t.read(io.NewSectionReader(f, 0, whole), func(n int, row *Row) error {
		rows = n
		return each(n, row)
	})
	if err == nil && whole < size {
		r.note(Finding{File: t.File, Row: rows + 1, Message: "the line is incomplete"})
	}
	return err
}

// note keeps what a stopped run may well show and a finished one may not.
func (r *Run) note(f Finding) {
	f.Note = !r.Machine.Finished
	r.findings = append(r.findings, f)
	r.Notes = append(r.Notes, f.String())
}
