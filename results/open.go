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
	r.Plan.share()
	if r.Machine.Devices == nil {
		r.Machine.Devices = r.Plan.Devices
	}
	return r, r.readTables()
}

func (r *Run) readTables() (err error) {
	version := ""
	r.Samples, err = collect(r, samplesTable, func(n int, s *Sample) error {
		if s.SchemaVersion == version {
			return nil
		}
		version = s.SchemaVersion
		return checkVersion(place(samplesTable.File, n, "schema_version"), version)
	})
	if err != nil {
		return err
	}
	if r.Energy, err = collect(r, energyTable, nil); err != nil {
		return err
	}
	if r.Phases, err = collect(r, phasesTable, nil); err != nil {
		return err
	}
	k := newPowerKeeper(r)
	err = readTable(r, powerTable, k.expect, k.keep)
	k.finish()
	return err
}

// collect reads a file into a slice; check may refuse a row.
func collect[Row any](r *Run, t *Table[Row], check func(int, *Row) error) ([]Row, error) {
	var rows []Row
	expect := func(n int) { rows = make([]Row, 0, n) }
	err := readTable(r, t, expect, func(n int, row *Row) error {
		rows = append(rows, *row)
		if check == nil {
			return nil
		}
		return check(n, row)
	})
	return rows, err
}

// readTable reads the whole lines of a file of the run. expect is told the
// number of rows before they come.
func readTable[Row any](r *Run, t *Table[Row], expect func(int), each func(int, *Row) error) error {
	f, err := os.Open(filepath.Join(r.Dir, t.File))
	if errors.Is(err, fs.ErrNotExist) {
		r.note(Finding{File: t.File, Message: "the file is missing: restore it from a copy"})
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	e, err := extentOf(f)
	if err != nil {
		return fmt.Errorf("%s: %w", f.Name(), bare(err))
	}
	if e.whole == 0 && !r.Machine.Finished {
		r.note(Finding{File: t.File, Message: "the file has no whole line"})
		return nil
	}
	if e.whole == 0 && e.size > 0 {
		return &CellError{t.File, 1, "", "no line of the file ends in LF: it is cut in its header, or has line ends of another system"}
	}
	expect(max(e.lines-1, 0))
	if err := t.read(io.NewSectionReader(f, 0, e.whole), each); err != nil {
		return err
	}
	if e.whole < e.size {
		r.note(Finding{File: t.File, Row: e.lines + 1, Message: "the line is incomplete"})
	}
	return nil
}

// note keeps what a stopped run may well show and a finished one may not.
func (r *Run) note(f Finding) {
	f.Note = !r.Machine.Finished
	r.findings = append(r.findings, f)
	r.Notes = append(r.Notes, f.String())
}
