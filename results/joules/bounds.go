package joules

import (
	"math"
	"time"
)

// Limits that turn readings into faults. They are wide on purpose: a fault
// empties a cell, so it must mean that the number cannot be right.
const (
	// componentMaxW bounds one package, memory, board or module. The largest
	// accelerator module sold in 2026 draws 2.7 kW.
	componentMaxW = 10e3
	// systemMaxW bounds a whole machine; eight-card servers reach 14 kW.
	systemMaxW = 100e3
	// gapPeriods and gapMinS: readings further apart than the larger of the two
	// leave a gap. Thirty polls of 10 Hz may then fail in a row at 1 s.
	gapPeriods = 3
	gapMinS    = 1.0
	// gapShare is how much of a span may lie in gaps between readings of a gauge.
	gapShare = 0.05
	// unknownPeriodS stands for a period of 0, so that the uncertainty of a
	// sensor nobody knows is that of a slow one.
	unknownPeriodS = 1.0
)

// maxPowerW is the most that the domain can draw. Energy that would need more
// never happened: the reading is wrong.
func (d Domain) maxPowerW() float64 {
	if d.Scope.Class() == "system" {
		return systemMaxW
	}
	return componentMaxW
}

func (d Domain) periodS() float64 {
	if d.Period <= 0 {
		return unknownPeriodS
	}
	return d.Period.Seconds()
}

// windowS is what an averaging gauge averages over; an unknown window is taken
// as one period, since a sensor has no reason to forget what it has seen.
func (d Domain) windowS() float64 {
	switch {
	case d.Kind != GaugeAverage:
		return 0
	case d.Window > 0:
		return d.Window.Seconds()
	}
	return d.periodS()
}

// Shift is how much earlier than its reading a value belongs: half the
// averaging window of a gauge, because a mean over (t-w, t] stands best for
// t-w/2, plus the known latency. Counters are not shifted: both ends of a span
// are stale alike, and the difference is in the uncertainty.
func (d Domain) Shift() time.Duration {
	if d.Kind == Counter {
		return 0
	}
	return time.Duration(math.Round(d.windowS()/2*1e9)) + d.Latency
}

// GapLimit is the longest stretch between two usable readings that interpolation
// may cross at the end of a span: three update periods, at least 1 s.
func (d Domain) GapLimit() time.Duration {
	return time.Duration(math.Round(d.gapLimitS() * 1e9))
}

func (d Domain) gapLimitS() float64 { return math.Max(gapPeriods*d.periodS(), gapMinS) }
