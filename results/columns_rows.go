package results

var energyTable = &Table[EnergyRow]{
	File:  "energy.csv",
	About: "one row a sample and domain, also domains wider or narrower than the headline",
	Columns: append([]Column[EnergyRow]{
		text("run_id", "the run", func(e *EnergyRow) *string { return &e.RunID }),
		integer("trial", "the sample's trial", func(e *EnergyRow) *int { return &e.Trial }),
		integer("order", "the sample's place in the trial", func(e *EnergyRow) *int { return &e.Order }),
		text("domain", "the sensor, meter:name", func(e *EnergyRow) *string { return &e.Domain }),
		text("scope", "package, dram, part, board, module, system or wall", func(e *EnergyRow) *string { return &e.Scope }),
		text("provenance", "how the watts were obtained", func(e *EnergyRow) *string { return &e.Provenance }),
		number("energy_j", "J", "energy of the window", func(e *EnergyRow) *float64 { return &e.EnergyJ }),
		number("mean_power_w", "W", "energy over duration", func(e *EnergyRow) *float64 { return &e.MeanPowerW }),
		number("readings", "", "readings used inside the window", func(e *EnergyRow) *float64 { return &e.Readings }),
		number("uncertainty_j", "J", "95 % half-width of energy_j without the sensor's gain", func(e *EnergyRow) *float64 { return &e.Uncertainty }),
	}, extras(
		text("status", "ok, or the fault that leaves energy_j empty", func(e *EnergyRow) *string { return &e.Status }),
	)...),
}

var powerTable = &Table[PowerRow]{
	File:  "power.csv",
	About: "every reading as read, seconds on the run's clock",
	Columns: []Column[PowerRow]{
		text("run_id", "the run", func(p *PowerRow) *string { return &p.RunID }),
		text("domain", "the sensor, meter:name", func(p *PowerRow) *string { return &p.Domain }),
		number("t_s", "s", "time of the reading, middle of the read", func(p *PowerRow) *float64 { return &p.TimeS }),
		number("read_s", "s", "how long the read took", func(p *PowerRow) *float64 { return &p.ReadS }),
		number("power_w", "W", "of a gauge", func(p *PowerRow) *float64 { return &p.PowerW }),
		number("energy_j", "J", "of a counter, not unwrapped", func(p *PowerRow) *float64 { return &p.EnergyJ }),
		text("status", "ok, late (stored and not used) or error", func(p *PowerRow) *string { return &p.Status }),
	},
}

var phasesTable = &Table[PhaseRow]{
	File:  "phases.csv",
	About: "what happened when, seconds on the run's clock",
	Columns: []Column[PhaseRow]{
		text("run_id", "the run", func(p *PhaseRow) *string { return &p.RunID }),
		integer("trial", "the trial", func(p *PhaseRow) *int { return &p.Trial }),
		integer("order", "the step's place in the trial; 0 for idle", func(p *PhaseRow) *int { return &p.Order }),
		text("phase", "idle, standby, prepare, check, warmup, window or tail", func(p *PhaseRow) *string { return &p.Phase }),
		number("start_s", "s", "its start", func(p *PhaseRow) *float64 { return &p.StartS }),
		number("end_s", "s", "its end", func(p *PhaseRow) *float64 { return &p.EndS }),
	},
}
