package machine

import (
	"math"
	"path/filepath"

	"joulemark/bench/internal/nvml"
)

// nvmlCards are those of NVIDIA's library. It is no file: below a root that is not
// this machine's there are none, unless a test has put a stand-in in its place.
func nvmlCards(root string) (cards []*Card, close func()) {
	close = func() {}
	if filepath.Clean(root) != "/" && !nvml.Simulated() {
		return nil, close
	}
	library, err := nvml.Open()
	if err != nil {
		return nil, close // the meter of that name says why
	}
	n, _ := library.Count() // 0 with an error
	for i := range n {
		if d, err := library.Device(i); err == nil {
			cards = append(cards, nvmlCard(d))
		}
	}
	return cards, func() { _ = library.Close() } // what it held is given back with the process
}

// nvmlCard is one of them. What the driver does not tell is unknown.
func nvmlCard(d nvml.Device) *Card {
	c := &Card{read: func() CardState { return nvmlState(d) }, heat: func() float64 { return nvmlCelsius(d) }}
	if pci, err := d.PCIAddress(); err == nil {
		c.PCI = pci
	}
	if uuid, err := d.UUID(); err == nil {
		c.UUID = uuid
	}
	c.pids = func() []int {
		pids, _ := d.ComputeProcesses() // none with an error
		return pids
	}
	return c
}

func nvmlState(d nvml.Device) CardState {
	s := unknownCard()
	s.TemperatureC = nvmlCelsius(d)
	if v, err := d.ClockMHz(nvml.SMClock); err == nil {
		s.ClockHz = float64(v) * 1e6
	}
	if v, err := d.PowerLimitMW(); err == nil && v > 0 {
		s.PowerLimitW = float64(v) / 1e3
	}
	if e, err := d.ClockEvents(); err == nil {
		s.EventsKnown, s.Events, s.Slowdown = true, e.String(), (e & nvml.Slowdowns).String()
	}
	s.HeldS = heldSeconds(d)
	return s
}

func nvmlCelsius(d nvml.Device) float64 {
	v, err := d.TemperatureC()
	if err != nil {
		return math.NaN()
	}
	return float64(v)
}

// heldSeconds is how long heat or the power brake has held the clocks back since the
// driver was loaded; of drivers without that, how long heat has.
func heldSeconds(d nvml.Device) float64 {
	fields := []nvml.Field{{ID: nvml.ThermalNS}, {ID: nvml.SwThermalNS}, {ID: nvml.HwThermalNS}, {ID: nvml.HwBrakeNS}}
	_ = d.Fields(fields) // each has its own error, and is NaN then
	if sum := fields[1].Value + fields[2].Value + fields[3].Value; fields[1].Err == nil && fields[2].Err == nil && fields[3].Err == nil {
		return sum / 1e9
	}
	return fields[0].Value / 1e9
}
