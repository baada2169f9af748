package power

import (
	"fmt"
	"math"

	"joulemark/bench/internal/nvml"
	"joulemark/results/joules"
)

// An nvmlCard is one card and what is read of it.
type nvmlCard struct {
	device nvml.Device
	base   joules.Domain // what all its domains share
	rule   cardRule

	fields  []nvml.Field
	reads   []nvmlRead
	domains []joules.Domain
}

// An nvmlRead says where the value of a domain comes from: the energy counter, plain
// power usage, or a field by its place.
type nvmlRead int

const (
	readEnergy nvmlRead = -2
	readUsage  nvmlRead = -1
)

// newCard asks a card what it is and what it can tell.
func newCard(d nvml.Device, driver string) (*nvmlCard, error) {
	pci, err := d.PCIAddress()
	uuid, uuidErr := d.UUID()
	if err != nil && uuidErr != nil { // a sensor that belongs to no device is worth nothing
		return nil, fmt.Errorf("the card does not say which it is: %w", err)
	}
	if err != nil {
		pci = uuid
	}
	c := &nvmlCard{device: d, base: joules.Domain{Name: pci, Device: pci, UUID: uuid, Provenance: joules.Measured, Scope: joules.Board, SystematicPct: nvmlPct}}
	if err := c.plausible(); err != nil {
		return nil, fmt.Errorf("%s: %w", pci, err)
	}
	major, minor, _ := d.ComputeCapability() // a driver too old to tell has old cards
	c.rule = ruleOfCard(major, minor)
	c.base.Source = c.source(driver)
	c.divided()
	c.find()
	if len(c.domains) == 0 {
		return nil, fmt.Errorf("%s: the driver tells no power of this card", pci)
	}
	return c, nil
}

// source names card, driver and where the numbers of its sensor come from.
func (c *nvmlCard) source(driver string) string {
	name, err := c.device.Name()
	if err != nil {
		name = "NVIDIA card"
	}
	return fmt.Sprintf("driver %s, %s (%s); arXiv 2312.02741: %s", driver, name, c.rule.name, c.rule.source)
}

// divided marks cards that are shared: power is known of the whole board alone.
func (c *nvmlCard) divided() {
	if on, err := c.device.MIG(); err == nil && on {
		c.base.Name += "-whole-board"
		c.base.Refused = "MIG is on: these watts are of the whole board with all its instances: nvidia-smi -mig 0 switches it off"
	}
	if virtual, err := c.device.Virtual(); err == nil && virtual {
		c.base.Provenance = joules.Virtual // what a hypervisor tells of a slice
	}
}

// Shares of the power limit that tell watts from milliwatts. A card at its limit that
// counts in watts reads 1/1000 of it; one that counts in milliwatts and rests reads
// 1/50 or more.
const (
	lookAlikeShare = 1.0 / 500
	leastLimitMW   = 2000
	leastUsageMW   = 1000
)

// plausible refuses libraries of other makers that look like NVML and count in watts.
func (c *nvmlCard) plausible() error {
	usage, err := c.device.PowerUsageMW()
	if err != nil || usage == 0 {
		return nil // asleep, or it has only what NVIDIA alone has: fields and counter
	}
	limit, err := c.device.PowerLimitMW()
	known := err == nil && limit > 0
	watts := func(mw uint32) float64 { return float64(mw) / 1e3 }
	switch {
	case known && limit < leastLimitMW:
		return fmt.Errorf("its power limit would be %.3g W: the library counts in watts, not milliwatts, and is not NVIDIA's", watts(limit))
	case known && float64(usage) < lookAlikeShare*float64(limit):
		return fmt.Errorf("it would draw %.3g W of %.3g W: the library counts in watts, not milliwatts, and is not NVIDIA's", watts(usage), watts(limit))
	case !known && usage < leastUsageMW:
		return fmt.Errorf("it would draw %.3g W: the library counts in watts, not milliwatts, and is not NVIDIA's", watts(usage))
	}
	return nil
}

// find tries each way to know the card's power and keeps those that answer: counter,
// fields with their scope, and plain power usage where there are no fields.
func (c *nvmlCard) find() {
	probes := []nvml.Field{
		{ID: nvml.PowerAverage}, {ID: nvml.PowerInstant},
		{ID: nvml.PowerAverage, Scope: nvml.ScopeModule}, {ID: nvml.PowerInstant, Scope: nvml.ScopeModule},
		{ID: nvml.PowerInstant, Scope: nvml.ScopeMemory},
	}
	_ = c.device.Fields(probes) // each has its own error
	whole := joules.Board
	if !works(probes[0]) && !works(probes[1]) && (works(probes[2]) || works(probes[3])) {
		whole = joules.Module // the driver tells of GPU and CPU together alone
	}
	if _, err := c.device.TotalEnergyMJ(); err == nil {
		c.add("energy", readEnergy, whole, c.rule.energy)
	}
	for _, f := range probes {
		if works(f) {
			c.addField(f)
		}
	}
	if _, err := c.device.PowerUsageMW(); err == nil && len(c.fields) == 0 {
		c.add("power", readUsage, whole, c.rule.usage)
	}
}

// works tells a field that answers. One that is not supported may also say 0.
func works(f nvml.Field) bool { return f.Err == nil && f.Value > 0 }

func (c *nvmlCard) addField(f nvml.Field) {
	name, describe := "instant", c.rule.instant
	if f.ID == nvml.PowerAverage {
		name, describe = "average", c.rule.average
	}
	scope := joules.Board
	switch f.Scope {
	case nvml.ScopeModule:
		scope, name = joules.Module, "module-"+name
	case nvml.ScopeMemory:
		scope, name = joules.Part, "memory-"+name
	}
	c.fields = append(c.fields, f)
	c.add(name, nvmlRead(len(c.fields)-1), scope, describe)
}

func (c *nvmlCard) add(name string, read nvmlRead, scope joules.Scope, describe func(joules.Domain) joules.Domain) {
	d := describe(c.base)
	d.Name, d.Scope, d.Source = d.Name+"-"+name, scope, c.call(read)+"; "+d.Source
	if d.Kind != joules.Counter {
		d.ResolutionW = 1e-3
	}
	c.reads, c.domains = append(c.reads, read), append(c.domains, d)
}

// call names what is called for a domain.
func (c *nvmlCard) call(read nvmlRead) string {
	switch read {
	case readEnergy:
		return "nvmlDeviceGetTotalEnergyConsumption"
	case readUsage:
		return "nvmlDeviceGetPowerUsage"
	}
	return fmt.Sprintf("nvmlDeviceGetFieldValues, field %d of scope %d", c.fields[read].ID, c.fields[read].Scope)
}

// read takes one reading of each domain, the fields together in one call.
func (c *nvmlCard) read(now func() int64, readings []joules.Reading) {
	var before, after int64
	if len(c.fields) > 0 {
		before = now()
		_ = c.device.Fields(c.fields) // each has its own error
		after = now()
	}
	for i, read := range c.reads {
		switch r := &readings[i]; read {
		case readEnergy:
			r.BeforeNS = now()
			mj, err := c.device.TotalEnergyMJ()
			r.AfterNS, r.Value, r.Err = now(), float64(mj)/1e3, err
		case readUsage:
			r.BeforeNS = now()
			mw, err := c.device.PowerUsageMW()
			r.AfterNS, r.Value, r.Err = now(), float64(mw)/1e3, err
		default:
			f := c.fields[read]
			*r = joules.Reading{BeforeNS: before, AfterNS: after, Value: f.Value / 1e3, Err: f.Err}
		}
		if readings[i].Err != nil {
			readings[i].Value = math.NaN()
		}
	}
}
