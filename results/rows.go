package results

// A Truth is a boolean that may be unknown. Its zero value is unknown, an empty
// cell: a state nobody looked at is not "false".
type Truth uint8

// The truths.
const (
	Unknown Truth = iota
	False
	True
)

// Statuses of a sample.
const (
	OK          = "ok"
	Void        = "void"        // measured, but the machine's state forbids its use
	Unsupported = "unsupported" // the stack cannot do this step
	Unavailable = "unavailable" // the runner is not on this machine
	Failed      = "failed"
)

// A Sample is one row of samples.csv: one step in one trial, also one that could
// not be done. Numbers not known are NaN (NewSample makes them so); a row holds
// ingredients and no ratios.
type Sample struct {
	SchemaVersion, RunID, MachineID, MachineModel                 string
	Trial, Order                                                  int // from 1; order counts within the trial
	Runner, RunnerVersion, Kernel, DeviceID, DeviceName           string
	DeviceCount                                                   int
	GroupID                                                       string // shared by rows of one --together window
	Workload                                                      string
	WorkloadVersion                                               int
	DType, Fill                                                   string
	Threads                                                       int // 0 = not a CPU or not known
	PowerLimitW                                                   float64
	StartedAt                                                     string  // RFC 3339 UTC, wall time at the window's start
	DurationS                                                     float64 // end_ns - start_ns of the window
	Iterations, Ops, Bytes                                        float64 // ops and bytes per iteration
	EnergyJ                                                       float64 // sum over EnergyDomain
	EnergyDomain, EnergyScope, EnergyScopeClass, EnergyProvenance string  // domains joined by "+"
	EnergyUncertaintyJ, SystematicUncertaintyPct                  float64
	IdlePowerW, StandbyPowerW                                     float64 // over the same domains
	EstimatedEnergyLowJ, EstimatedEnergyHighJ                     float64
	Steady, Throttled, Simulated, Verified                        Truth
	ErrorRatio                                                    float64 // error found over error allowed
	TemperatureStartC, TemperatureEndC                            float64
	CompetingCPUFraction                                          float64 // CPU time of other processes in the window over window x CPUs
	Seed                                                          uint64
	Suite                                                         string
	MemoryBytes                                                   float64
	BusyThreads                                                   float64 // CPU time of the worker in the window over its length
	CompileS                                                      float64 // of prepare, in the stack's own compiler
	ClockHz                                                       float64 // of an accelerator's compute units, mean over the window
	ClockEvents                                                   string  // what held them back, joined by "+"
	Status, StatusReason                                          string
}

// An EnergyRow is one row of energy.csv: one sample and domain.
type EnergyRow struct {
	RunID                                      string
	Trial, Order                               int
	Domain, Scope, Provenance                  string
	EnergyJ, MeanPowerW, Readings, Uncertainty float64
	Status                                     string // "ok" or the fault that left EnergyJ empty
}

// A PowerRow is one row of power.csv: one reading as read. Exactly one of PowerW
// and EnergyJ is filled, as the domain's kind says; both are NaN on an error.
type PowerRow struct {
	RunID, Domain                 string
	TimeS, ReadS, PowerW, EnergyJ float64
	Status                        string // joules.StatusOK, StatusLate or StatusError
}

// Phases of phases.csv. Idle rows carry order 0; the closing idle carries the
// last trial's number.
const (
	PhaseIdle    = "idle"
	PhaseStandby = "standby"
	PhasePrepare = "prepare"
	PhaseCheck   = "check"
	PhaseWarmup  = "warmup"
	PhaseWindow  = "window"
	PhaseTail    = "tail"
)

// A PhaseRow is one row of phases.csv, seconds on the run's clock. Phases of a
// trial tile it: none overlap, each begins where the one before ends.
type PhaseRow struct {
	RunID        string
	Trial, Order int
	Phase        string
	StartS, EndS float64
}

// A SummaryRow is one row of summary.csv: one configuration, medians over its
// trials and their 95 % intervals (NaN below six trials).
type SummaryRow struct {
	RunID, MachineID, MachineModel, Runner, DeviceID, Workload string
	WorkloadVersion                                            int
	DType, Fill                                                string
	Threads                                                    int
	PowerLimitW                                                float64
	Trials                                                     int // status ok
	ThroughputOpS, ThroughputLowOpS, ThroughputHighOpS         float64
	PowerW, EnergyPerOpJ                                       float64
	EfficiencyOpJ, EfficiencyLowOpJ, EfficiencyHighOpJ         float64
	EfficiencyNetOpJ                                           float64
	EnergyScope, EnergyScopeClass, EnergyProvenance            string
	SystematicUncertaintyPct                                   float64
	EstimatedEfficiencyLowOpJ, EstimatedEfficiencyHighOpJ      float64
	Simulated                                                  Truth
	// Beside the contract, so that a table or a figure can be drawn from the summary alone.
	DeviceName, Status, StatusReason string // ok if any trial is ok, else the first other status and its reason
	Void, Failed                     int    // trials void, trials failed
	EnergyDomain                     string
	EnergyTrials                     int // trials behind the joules; fewer than Trials where a sensor failed in some
	DeviceCount                      int // devices that computed in one common window; 0 = one alone
	// Bytes by definition a second: the one speed of work without operations.
	BandwidthBS, BandwidthLowBS, BandwidthHighBS float64
}
