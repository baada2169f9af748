package results

import (
	"fmt"
	"slices"
)

// An energyIndex finds the rows of energy.csv of a step.
type energyIndex struct {
	*stepIndex
	seen []bool // rows that a sample accounts for
}

func indexEnergy(rows []EnergyRow) *energyIndex {
	key := func(i int32) stepKey { return stepKey{rows[i].Trial, rows[i].Order} }
	return &energyIndex{newStepIndex(len(rows), key), make([]bool, len(rows))}
}

// sampleEnergy compares a sample's rows of energy.csv with those that follow
// from the readings. Its findings wait until those on samples.csv are complete.
func (v *verifier) sampleEnergy(s *Sample, derived []EnergyRow) {
	rows := v.energyRows.of(stepKey{s.Trial, s.Order})
	for i := range derived {
		want, at := &derived[i], int32(-1)
		for _, k := range rows {
			if v.run.Energy[k].Domain == want.Domain && !v.energyRows.seen[k] {
				at = k
				break
			}
		}
		if at < 0 {
			v.findEnergy(0, "domain", fmt.Sprintf("trial %d order %d has no row of %s", s.Trial, s.Order, want.Domain))
			continue
		}
		v.energyRows.seen[at] = true
		row := &v.run.Energy[at]
		for _, c := range energyTable.Columns {
			if why := cellDiffers(c.Field(row), c.Field(want), energySource(c.Name)); why != "" {
				v.findEnergy(int(at)+2, c.Name, why)
			}
		}
	}
}

func (v *verifier) findEnergy(row int, column, why string) {
	v.onEnergy = append(v.onEnergy, Finding{File: energyTable.File, Row: row, Column: column, Message: why})
}

// energy reports what was found on energy.csv, and rows that no sample explains.
// A stopped run may leave some, because energy is written before its sample.
func (v *verifier) energy() {
	for i, seen := range v.energyRows.seen {
		row := &v.run.Energy[i]
		key := stepKey{row.Trial, row.Order}
		switch {
		case seen:
		case v.sampleRow[key] == 0 && v.steps[key] != nil && !v.run.Machine.Finished:
			v.onEnergy = append(v.onEnergy, Finding{File: energyTable.File, Row: i + 2, Column: "order", Note: true,
				Message: fmt.Sprintf("%s has no row of trial %d order %d", samplesTable.File, row.Trial, row.Order)})
		default:
			v.findEnergy(i+2, "domain", fmt.Sprintf("no window of trial %d order %d with one more %s was measured", row.Trial, row.Order, shorten(row.Domain)))
		}
	}
	slices.SortStableFunc(v.onEnergy, func(a, b Finding) int { return a.Row - b.Row })
	for _, f := range v.onEnergy {
		v.add(f)
	}
}

func energySource(column string) string {
	switch column {
	case "run_id":
		return samplesTable.File
	case "scope", "provenance":
		return MachineFile
	}
	return powerTable.File
}
