package results

import "fmt"

// energy compares energy.csv with the rows that follow from the readings.
func (v *verifier) energy() {
	type place struct {
		stepKey
		domain string
	}
	first := map[place]int{}
	expected := map[place]*EnergyRow{}
	for key, rows := range v.derived {
		for i := range rows {
			expected[place{key, rows[i].Domain}] = &rows[i]
		}
	}
	for i := range v.run.Energy {
		n, row := i+2, &v.run.Energy[i]
		at := place{stepKey{row.Trial, row.Order}, row.Domain}
		if first[at] != 0 {
			v.find(energyTable.File, n, "domain", fmt.Sprintf("trial %d order %d %s stands in row %d already", row.Trial, row.Order, row.Domain, first[at]))
			continue
		}
		first[at] = n
		v.energyRow(n, row, expected[at])
	}
	for i := range v.run.Samples {
		s := &v.run.Samples[i]
		for _, row := range v.derived[stepKey{s.Trial, s.Order}] {
			if first[place{stepKey{s.Trial, s.Order}, row.Domain}] == 0 {
				v.find(energyTable.File, 0, "domain", fmt.Sprintf("trial %d order %d has no row of %s", s.Trial, s.Order, row.Domain))
			}
		}
	}
}

func (v *verifier) energyRow(n int, row, want *EnergyRow) {
	if want == nil {
		v.unexpectedEnergy(n, row)
		return
	}
	for _, c := range energyTable.Columns {
		if why := cellDiffers(c.Field(row), c.Field(want), energySource(c.Name)); why != "" {
			v.find(energyTable.File, n, c.Name, why)
		}
	}
}

// unexpectedEnergy tells rows that a stopped run may leave, because energy is
// written before its sample, from rows that nothing explains.
func (v *verifier) unexpectedEnergy(n int, row *EnergyRow) {
	key := stepKey{row.Trial, row.Order}
	if v.sampleRow[key] == 0 && v.steps[key] != nil {
		v.stopped(energyTable.File, n, "order", fmt.Sprintf("%s has no row of trial %d order %d", samplesTable.File, row.Trial, row.Order))
		return
	}
	v.find(energyTable.File, n, "domain", fmt.Sprintf("no window of trial %d order %d with %s was measured", row.Trial, row.Order, shorten(row.Domain)))
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
