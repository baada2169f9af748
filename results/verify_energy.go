package results

import (
	"fmt"
	"slices"
)

// An energyIndex finds the rows of energy.csv of a step.
type energyIndex struct {
	rows  []EnergyRow
	order []int  // row numbers by trial and order
	seen  []bool // rows that a sample accounts for
}

func indexEnergy(rows []EnergyRow) *energyIndex {
	x := &energyIndex{rows: rows, order: make([]int, len(rows)), seen: make([]bool, len(rows))}
	for i := range x.order {
		x.order[i] = i
	}
	slices.SortStableFunc(x.order, func(a, b int) int { return x.key(a).compare(x.key(b)) })
	return x
}

func (x *energyIndex) key(i int) stepKey { return stepKey{x.rows[i].Trial, x.rows[i].Order} }

func (k stepKey) compare(other stepKey) int {
	if k.trial != other.trial {
		return k.trial - other.trial
	}
	return k.order - other.order
}

// of lists the rows of a step.
func (x *energyIndex) of(key stepKey) []int {
	at, _ := slices.BinarySearchFunc(x.order, key, func(i int, k stepKey) int { return x.key(i).compare(k) })
	end := at
	for end < len(x.order) && x.key(x.order[end]) == key {
		end++
	}
	return x.order[at:end]
}

// sampleEnergy compares a sample's rows of energy.csv with those that follow
// from the readings. Its findings wait until those on samples.csv are complete.
func (v *verifier) sampleEnergy(s *Sample, derived []EnergyRow) {
	rows := v.energyRows.of(stepKey{s.Trial, s.Order})
	for i := range derived {
		want, at := &derived[i], -1
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
				v.findEnergy(at+2, c.Name, why)
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
