package results

// summaryTable is summary.csv, derived from samples.csv alone.
var summaryTable = &Table[SummaryRow]{
	File:    "summary.csv",
	About:   "one row a configuration: medians over trials and their 95 % intervals; derived, can be made again",
	Columns: append(append(summaryIdentity, summaryNumbers...), summaryExtras...),
}

var summaryIdentity = []Column[SummaryRow]{
	text("run_id", "the run", func(r *SummaryRow) *string { return &r.RunID }),
	text("machine_id", "hash of a stable identity of the machine", func(r *SummaryRow) *string { return &r.MachineID }),
	text("machine_model", "CPU, sockets, memory and cards", func(r *SummaryRow) *string { return &r.MachineModel }),
	text("runner", "the stack that computed", func(r *SummaryRow) *string { return &r.Runner }),
	text("device_id", "the device, unique within the runner", func(r *SummaryRow) *string { return &r.DeviceID }),
	text("workload", "name of the work, dimensions included", func(r *SummaryRow) *string { return &r.Workload }),
	integer("workload_version", "rises when the meaning of the name changes", func(r *SummaryRow) *int { return &r.WorkloadVersion }),
	text("dtype", "type of the operands", func(r *SummaryRow) *string { return &r.DType }),
	text("fill", "what values the operands hold", func(r *SummaryRow) *string { return &r.Fill }),
	optional("threads", "compute threads; empty where that means nothing", func(r *SummaryRow) *int { return &r.Threads }),
	number("power_limit_w", "W", "power limit of the device in force", func(r *SummaryRow) *float64 { return &r.PowerLimitW }),
	integer("trials", "trials with status ok", func(r *SummaryRow) *int { return &r.Trials }),
}

var summaryNumbers = []Column[SummaryRow]{
	number("throughput_op_s", "op/s", "operations a second, median", func(r *SummaryRow) *float64 { return &r.ThroughputOpS }),
	number("throughput_low_op_s", "op/s", "low end of its 95 % interval; empty below six trials", func(r *SummaryRow) *float64 { return &r.ThroughputLowOpS }),
	number("throughput_high_op_s", "op/s", "high end of its 95 % interval", func(r *SummaryRow) *float64 { return &r.ThroughputHighOpS }),
	number("power_w", "W", "gross power in the window, median", func(r *SummaryRow) *float64 { return &r.PowerW }),
	number("energy_per_op_j", "J/op", "gross joules an operation, median", func(r *SummaryRow) *float64 { return &r.EnergyPerOpJ }),
	number("efficiency_op_j", "op/J", "operations a joule, median of the trials' ratios: performance per watt", func(r *SummaryRow) *float64 { return &r.EfficiencyOpJ }),
	number("efficiency_low_op_j", "op/J", "low end of its 95 % interval; empty below six trials", func(r *SummaryRow) *float64 { return &r.EfficiencyLowOpJ }),
	number("efficiency_high_op_j", "op/J", "high end of its 95 % interval", func(r *SummaryRow) *float64 { return &r.EfficiencyHighOpJ }),
	number("efficiency_net_op_j", "op/J", "with idle_power_w x duration subtracted, median", func(r *SummaryRow) *float64 { return &r.EfficiencyNetOpJ }),
	text("energy_scope", "what the joules cover", func(r *SummaryRow) *string { return &r.EnergyScope }),
	text("energy_scope_class", "component, module or system", func(r *SummaryRow) *string { return &r.EnergyScopeClass }),
	text("energy_provenance", "how the watts were obtained", func(r *SummaryRow) *string { return &r.EnergyProvenance }),
	number("systematic_uncertainty_pct", "%", "bound of the sensors' gain error", func(r *SummaryRow) *float64 { return &r.SystematicUncertaintyPct }),
	number("estimated_efficiency_low_op_j", "op/J", "low end of an estimate; never a measurement", func(r *SummaryRow) *float64 { return &r.EstimatedEfficiencyLowOpJ }),
	number("estimated_efficiency_high_op_j", "op/J", "high end of an estimate; never a measurement", func(r *SummaryRow) *float64 { return &r.EstimatedEfficiencyHighOpJ }),
	truth("simulated", "the sensors were files of another machine or a replayed trace", func(r *SummaryRow) *Truth { return &r.Simulated }),
}

var summaryExtras = extras(
	text("device_name", "the device as its maker writes it", func(r *SummaryRow) *string { return &r.DeviceName }),
	text("status", "ok if any trial is ok, else the first other status", func(r *SummaryRow) *string { return &r.Status }),
	text("status_reason", "why it is not ok", func(r *SummaryRow) *string { return &r.StatusReason }),
	integer("void", "trials with status void", func(r *SummaryRow) *int { return &r.Void }),
	integer("failed", "trials with status failed", func(r *SummaryRow) *int { return &r.Failed }),
	text("energy_domain", "the disjoint domains summed, joined by +", func(r *SummaryRow) *string { return &r.EnergyDomain }),
	integer("energy_trials", "trials behind the joules; below trials where a sensor failed in some", func(r *SummaryRow) *int { return &r.EnergyTrials }),
	optional("device_count", "devices that computed in one common window; empty for one alone", func(r *SummaryRow) *int { return &r.DeviceCount }),
	number("bandwidth_b_s", "B/s", "least traffic by definition a second, median; the memory's rate for streams alone", func(r *SummaryRow) *float64 { return &r.BandwidthBS }),
	number("bandwidth_low_b_s", "B/s", "low end of its 95 % interval; empty below six trials", func(r *SummaryRow) *float64 { return &r.BandwidthLowBS }),
	number("bandwidth_high_b_s", "B/s", "high end of its 95 % interval", func(r *SummaryRow) *float64 { return &r.BandwidthHighBS }),
)
