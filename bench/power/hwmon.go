package power

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"joulemark/results/joules"
)

func init() {
	Register(Source{
		Name:    "hwmon",
		Summary: "power and energy channels of Linux hwmon: ACPI power meters (Grace), amdgpu, i915, xe, INA3221 (Jetson), amd_energy",
		Needs:   "Linux and the chip's driver; energy files of some drivers need root",
		Default: true,
		Open:    openHwmon,
	})
}

// A hwmon meter reads every power and energy channel that a rule describes.
type hwmon struct {
	cfg      Config
	domains  []joules.Domain
	channels []*channel
	notes    []string
	denied   string // first file that may not be read
}

// openHwmon walks the chips in the order of their numbers.
func openHwmon(cfg Config) (Meter, error) {
	m := &hwmon{cfg: cfg}
	facts := readCPUFacts(cfg)
	for _, c := range findChips(cfg) {
		for _, ch := range c.channels() {
			m.add(c, ch, facts)
		}
	}
	if len(m.channels) == 0 {
		return nil, m.nothing()
	}
	m.refuseSecondViews()
	cfg.seal("hwmon", m.domains)
	return m, nil
}

// add opens one channel that a rule publishes.
func (m *hwmon) add(c *chip, ch *channel, facts cpuFacts) {
	rule := ruleFor(c, ch)
	if rule.skip != "" {
		m.note(c, ch, rule.skip)
		return
	}
	if file := c.switchedOff(ch); file != "" {
		m.note(c, ch, "switched off by "+file)
		return
	}
	if err := ch.open(m.cfg); err != nil {
		if isPermission(err) && m.denied == "" {
			m.denied = ch.paths[0]
		}
		m.note(c, ch, err.Error())
		return
	}
	m.channels = append(m.channels, ch)
	m.domains = append(m.domains, m.unique(rule.domain(c, ch, facts)))
}

func (m *hwmon) note(c *chip, ch *channel, why string) {
	m.notes = append(m.notes, fmt.Sprintf("%s %s (%s): left out: %s", filepath.Base(c.dir), ch.name, c.name, why))
}

// unique numbers a name that is taken.
func (m *hwmon) unique(d joules.Domain) joules.Domain {
	name := d.Name
	taken := func(o joules.Domain) bool { return o.Name == d.Name }
	for n := 2; slices.ContainsFunc(m.domains, taken); n++ {
		d.Name = fmt.Sprintf("%s-%d", name, n)
	}
	return d
}

// refuseSecondViews lets one channel a board or package be a headline, the first
// (averages stand before instantaneous ones): a card that shows its watts twice
// must not be counted twice.
func (m *hwmon) refuseSecondViews() {
	first := map[string]string{}
	for i := range m.domains {
		d := &m.domains[i]
		if d.Scope.Class() == "" || d.Refused != "" {
			continue
		}
		key := string(d.Scope) + " " + d.Device
		if name, shown := first[key]; shown {
			d.Refused = "another view of what " + name + " covers"
			continue
		}
		first[key] = d.Name
	}
}

func (m *hwmon) nothing() error {
	class := m.cfg.path("sys/class/hwmon")
	if m.denied != "" {
		return refused(m.denied)
	}
	if len(m.notes) > 0 {
		return fmt.Errorf("%w: no power channel of %s can be used (%s): load the driver of the sensor or switch the channel on",
			ErrUnavailable, class, strings.Join(m.notes, "; "))
	}
	return fmt.Errorf("%w: no power or energy channel in %s: load the driver of the board's sensor, if it has one",
		ErrUnavailable, class)
}

// Domains are the channels that can be read.
func (m *hwmon) Domains() []joules.Domain { return m.domains }

// Notes say which channels were left out and why.
func (m *hwmon) Notes() []string { return m.notes }

// Read reads every channel, each with its own stamps.
func (m *hwmon) Read(readings []joules.Reading) {
	for i, ch := range m.channels {
		before := m.cfg.now()
		v, err := ch.read()
		readings[i] = joules.Reading{BeforeNS: before, AfterNS: m.cfg.now(), Value: v, Err: err}
	}
}

// Close closes the channels' files.
func (m *hwmon) Close() error {
	for _, ch := range m.channels {
		ch.close()
	}
	return nil
}
