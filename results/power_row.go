package results

import (
	"math"

	"joulemark/results/joules"
)

// NewPowerRow is the row of power.csv of a reading of a domain.
func NewPowerRow(runID string, d joules.Domain, p joules.Point) PowerRow {
	row := PowerRow{RunID: runID, Domain: d.ID(), TimeS: p.TimeS, ReadS: p.ReadS, PowerW: math.NaN(), EnergyJ: math.NaN(), Status: p.Status}
	if d.Kind == joules.Counter {
		row.EnergyJ = p.Value
	} else {
		row.PowerW = p.Value
	}
	return row
}
