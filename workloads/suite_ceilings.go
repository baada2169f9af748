package workloads

// peakSteps is one [[peak]].
type peakSteps struct {
	DType   list[DType]  `toml:"dtype"`
	ISA     list[string] `toml:"isa"`
	Steps   int          `toml:"steps"`
	Fill    Fill         `toml:"fill"`
	For     string       `toml:"for"`
	Runners list[string] `toml:"runners"`
}

// streamSteps is one [[stream]].
type streamSteps struct {
	Kernel      list[StreamKernel] `toml:"kernel"`
	Bytes       list[int]          `toml:"bytes"`
	NonTemporal bool               `toml:"nt"`
	Passes      int                `toml:"passes"`
	Fill        Fill               `toml:"fill"`
	For         string             `toml:"for"`
	Runners     list[string]       `toml:"runners"`
}

func (s peakSteps) steps() ([]SuiteStep, error) {
	if len(s.ISA) == 0 {
		s.ISA = list[string]{""}
	}
	if err := countSteps("write dtype", len(s.DType), len(s.ISA)); err != nil {
		return nil, err
	}
	var steps []SuiteStep
	for _, isa := range s.ISA {
		for _, d := range s.DType {
			w := Peak{Type: d, ISA: isa, Steps: s.Steps, Fill: s.Fill}.WithDefaults()
			steps = append(steps, SuiteStep{w, orBoth(s.For), s.Runners})
		}
	}
	return steps, nil
}

func (s streamSteps) steps() ([]SuiteStep, error) {
	if err := countSteps("write kernel and bytes", len(s.Kernel), len(s.Bytes)); err != nil {
		return nil, err
	}
	var steps []SuiteStep
	for _, k := range s.Kernel {
		for _, bytes := range s.Bytes {
			w := Stream{Kernel: k, Footprint: bytes, NonTemporal: s.NonTemporal, Passes: s.Passes, Fill: s.Fill}.WithDefaults()
			steps = append(steps, SuiteStep{w, orBoth(s.For), s.Runners})
		}
	}
	return steps, nil
}
