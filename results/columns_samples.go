package results

// samplesTable is samples.csv. The order is the contract's; new columns go to
// the end and raise the minor version.
var samplesTable = &Table[Sample]{
	File:    "samples.csv",
	About:   "one row a step and trial, also steps that could not be done; ingredients and no ratios",
	Columns: append(append(sampleIdentity, sampleNumbers...), sampleExtras...),
}

var sampleIdentity = []Column[Sample]{
	text("schema_version", "major.minor of this file", func(s *Sample) *string { return &s.SchemaVersion }),
	text("run_id", "the run", func(s *Sample) *string { return &s.RunID }),
	text("machine_id", "hash of a stable identity of the machine", func(s *Sample) *string { return &s.MachineID }),
	text("machine_model", "CPU, sockets, memory and cards", func(s *Sample) *string { return &s.MachineModel }),
	integer("trial", "one pass over all steps, from 1", func(s *Sample) *int { return &s.Trial }),
	integer("order", "place within the trial, from 1", func(s *Sample) *int { return &s.Order }),
	text("runner", "the stack that computed", func(s *Sample) *string { return &s.Runner }),
	text("runner_version", "its version", func(s *Sample) *string { return &s.RunnerVersion }),
	text("kernel", "the stack's own word on what it ran", func(s *Sample) *string { return &s.Kernel }),
	text("device_id", "the device, unique within the runner", func(s *Sample) *string { return &s.DeviceID }),
	text("device_name", "the device as its maker writes it", func(s *Sample) *string { return &s.DeviceName }),
	integer("device_count", "devices that computed together", func(s *Sample) *int { return &s.DeviceCount }),
	text("group_id", "shared by rows of one common window", func(s *Sample) *string { return &s.GroupID }),
	text("workload", "name of the work, dimensions included", func(s *Sample) *string { return &s.Workload }),
	integer("workload_version", "rises when the meaning of the name changes", func(s *Sample) *int { return &s.WorkloadVersion }),
	text("dtype", "type of the operands", func(s *Sample) *string { return &s.DType }),
	text("fill", "what values the operands hold", func(s *Sample) *string { return &s.Fill }),
	optional("threads", "compute threads; empty where that means nothing", func(s *Sample) *int { return &s.Threads }),
	number("power_limit_w", "W", "power limit of the device in force", func(s *Sample) *float64 { return &s.PowerLimitW }),
	moment("started_at", "wall time at the window's start, UTC", func(s *Sample) *string { return &s.StartedAt }),
}

var sampleNumbers = []Column[Sample]{
	number("duration_s", "s", "length of the window", func(s *Sample) *float64 { return &s.DurationS }),
	number("iterations", "", "iterations finished in the window", func(s *Sample) *float64 { return &s.Iterations }),
	number("ops", "", "operations of one iteration, by definition and not as executed", func(s *Sample) *float64 { return &s.Ops }),
	number("bytes", "B", "least memory traffic of one iteration", func(s *Sample) *float64 { return &s.Bytes }),
	number("energy_j", "J", "gross energy of the window, sum over energy_domain", func(s *Sample) *float64 { return &s.EnergyJ }),
	text("energy_domain", "the disjoint domains summed, joined by +", func(s *Sample) *string { return &s.EnergyDomain }),
	text("energy_scope", "what they cover: package, package+dram, board, module, system or wall", func(s *Sample) *string { return &s.EnergyScope }),
	text("energy_scope_class", "component, module or system: rankings hold one at a time", func(s *Sample) *string { return &s.EnergyScopeClass }),
	text("energy_provenance", "how the watts were obtained: measured, external or vendor_model", func(s *Sample) *string { return &s.EnergyProvenance }),
	number("energy_uncertainty_j", "J", "95 % half-width from ends, sampling, resolution and lag; not the sensor's gain", func(s *Sample) *float64 { return &s.EnergyUncertaintyJ }),
	number("idle_power_w", "W", "same domains, no worker alive, before the trial", func(s *Sample) *float64 { return &s.IdlePowerW }),
	number("standby_power_w", "W", "same domains, worker prepared and without work", func(s *Sample) *float64 { return &s.StandbyPowerW }),
	number("estimated_energy_low_j", "J", "low end of an estimate; never a measurement", func(s *Sample) *float64 { return &s.EstimatedEnergyLowJ }),
	number("estimated_energy_high_j", "J", "high end of an estimate; never a measurement", func(s *Sample) *float64 { return &s.EstimatedEnergyHighJ }),
	truth("steady", "power, throughput and temperature had settled before the window", func(s *Sample) *Truth { return &s.Steady }),
	truth("throttled", "the device was held back during the window", func(s *Sample) *Truth { return &s.Throttled }),
	truth("simulated", "the sensors were files of another machine or a replayed trace", func(s *Sample) *Truth { return &s.Simulated }),
	truth("verified", "the output was checked and is right", func(s *Sample) *Truth { return &s.Verified }),
	number("error_ratio", "", "error found over error allowed; right at most 1", func(s *Sample) *float64 { return &s.ErrorRatio }),
	text("status", "ok, void, unsupported, unavailable or failed", func(s *Sample) *string { return &s.Status }),
	text("status_reason", "why it is not ok, or what is to be known of it", func(s *Sample) *string { return &s.StatusReason }),
}

var sampleExtras = extras(
	number("systematic_uncertainty_pct", "%", "bound of the sensors' gain error, weighted by energy", func(s *Sample) *float64 { return &s.SystematicUncertaintyPct }),
	number("temperature_start_c", "°C", "of the device at the window's start", func(s *Sample) *float64 { return &s.TemperatureStartC }),
	number("temperature_end_c", "°C", "of the device at the window's end", func(s *Sample) *float64 { return &s.TemperatureEndC }),
	number("competing_cpu_fraction", "", "CPU time of other processes over window x CPUs", func(s *Sample) *float64 { return &s.CompetingCPUFraction }),
	Column[Sample]{Name: "seed", Kind: IntegerCell, About: "seed of the operands", Field: func(s *Sample) any { return &s.Seed }},
	text("suite", "name of the suite", func(s *Sample) *string { return &s.Suite }),
	number("memory_bytes", "B", "memory held by the prepared step", func(s *Sample) *float64 { return &s.MemoryBytes }),
	number("busy_threads", "", "CPU time of the worker in the window over its length: host threads at work on average", func(s *Sample) *float64 { return &s.BusyThreads }),
	number("compile_s", "s", "of the step's prepare phase, time in the stack's own compiler", func(s *Sample) *float64 { return &s.CompileS }),
	number("clock_hz", "Hz", "clock of an accelerator's compute units, mean over the window", func(s *Sample) *float64 { return &s.ClockHz }),
	text("clock_events", "what held an accelerator's clocks back in the window, joined by +; heat and supply void the row, sw_power_cap does not", func(s *Sample) *string { return &s.ClockEvents }),
)
