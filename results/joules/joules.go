// Package joules turns sensor readings into joules: domains, unwrapping,
// integration and uncertainty. It is arithmetic only: no clock, no file, no
// device, so that `verify` recomputes with the same code that measured.
package joules

import (
	"math"
	"time"
)

// A Kind says what a domain's values are.
type Kind string

// The kinds.
const (
	Counter      Kind = "counter"       // J, rising, restarts at WrapJ
	GaugeAverage Kind = "gauge_average" // W, mean over Window before the reading
	GaugeInstant Kind = "gauge_instant" // W at the reading
)

// A Provenance says how a domain's watts are obtained.
type Provenance string

// The provenances. Measured, External and VendorModel go to energy_j, named;
// Virtual and Estimated go to the estimate columns alone; gates take Measured
// and External.
const (
	Measured    Provenance = "measured"
	External    Provenance = "external"     // a meter outside the machine
	VendorModel Provenance = "vendor_model" // the maker's model behind a counter
	Virtual     Provenance = "virtual"      // a hypervisor's estimate dressed as a counter
	Estimated   Provenance = "estimated"    // our range from published figures
	Foreign     Provenance = "foreign"      // imported from another tool
)

// A Scope says what silicon and board a domain covers.
type Scope string

// The scopes.
const (
	Package Scope = "package"
	DRAM    Scope = "dram"
	Part    Scope = "part" // inside a package or board: core, uncore, a rail; never a headline
	Board   Scope = "board"
	Module  Scope = "module"
	System  Scope = "system" // psys, DCMI, battery
	Wall    Scope = "wall"
)

// Class is the scope class that rankings keep apart: component (package, dram,
// board), module or system (system, wall). Empty for a part and for "".
func (s Scope) Class() string {
	switch s {
	case Package, DRAM, Board:
		return "component"
	case Module:
		return "module"
	case System, Wall:
		return "system"
	}
	return ""
}

// A Domain is one stream of readings and what is known of it. Name and Meter
// together are unique in a run; ID writes them "rapl:package-0".
type Domain struct {
	Meter         string        `json:"meter"`
	Name          string        `json:"name"`
	Kind          Kind          `json:"kind"`
	Provenance    Provenance    `json:"provenance"`
	Scope         Scope         `json:"scope"`
	Device        string        `json:"device"`                  // what it covers: PCI address, UUID or "cpu:0" (package 0); "" = the whole machine
	UUID          string        `json:"uuid,omitempty"`          // another name of the device, where it has two
	WrapJ         float64       `json:"wrap_j"`                  // a counter restarts after this; 0 = never
	Period        time.Duration `json:"period_ns"`               // update period
	PeriodSource  string        `json:"period_source"`           // "table" or "measured"
	Window        time.Duration `json:"window_ns"`               // what a gauge averages over; 0 = unknown
	SeenFraction  float64       `json:"seen_fraction,omitempty"` // of each period, by a sensor that looks at a part of it only; 0 = all
	Latency       time.Duration `json:"latency_ns"`              // known delay of a reading besides half its window
	ResolutionJ   float64       `json:"resolution_j"`            // smallest step of a counter; 0 = unknown
	ResolutionW   float64       `json:"resolution_w"`            // smallest step of a gauge; 0 = unknown
	SystematicPct float64       `json:"systematic_pct"`          // bound of the gain error; 0 = not known
	Source        string        `json:"source"`                  // file or call read, and where the bounds come from
	Refused       string        `json:"refused,omitempty"`       // why it may not be a headline; "" = it may
	Simulated     bool          `json:"simulated,omitempty"`     // read under --sensor-root or from a replayed trace
}

// ID is the domain's name in files, "meter:name".
func (d Domain) ID() string { return d.Meter + ":" + d.Name }

// A Reading is one look at a domain, on CLOCK_MONOTONIC. Value is in J or W as
// the domain's kind says, NaN when Err is not nil.
type Reading struct {
	BeforeNS, AfterNS int64
	Value             float64
	Err               error
}

// Statuses of a reading in power.csv. A late reading is stored and not used.
const (
	StatusOK    = "ok"
	StatusLate  = "late"
	StatusError = "error"
)

// A Point is a reading as stored in power.csv: seconds on the run's clock.
// Session numbers the process and boot it was taken in: counters are never
// unwrapped across sessions.
type Point struct {
	TimeS   float64 // midpoint of before and after
	ReadS   float64 // how long the read took
	Value   float64 // J or W as the domain's kind says; NaN unless read
	Status  string
	Session int
}

// A Span is a stretch of the run's clock, seconds.
type Span struct{ StartS, EndS float64 }

// Seconds is the length of the span.
func (s Span) Seconds() float64 { return s.EndS - s.StartS }

// An Energy is what a domain's readings give for a span. EnergyJ is NaN and
// Fault says why when they give nothing that may be trusted.
type Energy struct {
	EnergyJ      float64
	MeanPowerW   float64
	UncertaintyJ float64 // 95 % half-width from ends, sampling, resolution and lag; not the gain
	Readings     int     // used, inside the span
	Fault        string  // "", or "stood still", "ran backwards", "gap", "no readings", …
}

// None is an Energy that says why there is none.
func None(fault string) Energy {
	return Energy{EnergyJ: math.NaN(), MeanPowerW: math.NaN(), UncertaintyJ: math.NaN(), Fault: fault}
}
