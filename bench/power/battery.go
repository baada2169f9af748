package power

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"joulemark/results/joules"
)

func init() {
	Register(Source{
		Name:    "battery",
		Summary: "what a laptop's battery gives while it discharges: the whole machine",
		Needs:   "Linux, a battery, and the charger unplugged",
		Default: true,
		Open:    openBattery,
	})
}

const (
	// batteryPeriod: the kernel asks the firmware at most once a second
	// (drivers/acpi/battery.c, cache_time); firmware itself renews it every few
	// seconds.
	batteryPeriod = 5 * time.Second
	// batteryPct: fuel gauges state no bound for their current.
	batteryPct = 10
	// uevents hold a few hundred bytes; the kernel's limit is a page.
	ueventBytes = 4096
)

var (
	errMains       = errors.New("on mains power: unplug the charger to measure by battery")
	errNotDraining = errors.New("the battery does not discharge: unplug the charger to measure by battery")
	errNoWatts     = errors.New("the battery tells neither power nor current and voltage")
)

// A battery meter sums the batteries that discharge. Each supply's uevent is
// read as one snapshot: separate files are read at different moments and differ.
type battery struct {
	cfg     Config
	domains []joules.Domain
	cells   []File
	mains   []string // paths of the "online" files of chargers
	buf     [ueventBytes]byte
}

func openBattery(cfg Config) (Meter, error) {
	m := &battery{cfg: cfg}
	supplies, _ := filepath.Glob(cfg.path("sys/class/power_supply/*"))
	for _, dir := range supplies {
		if err := m.add(dir); err != nil {
			m.Close()
			return nil, err
		}
	}
	if len(m.cells) == 0 {
		return nil, fmt.Errorf("%w: no battery in %s: a machine without one needs another meter",
			ErrUnavailable, cfg.path("sys/class/power_supply"))
	}
	if _, err := m.watts(); err != nil {
		m.Close()
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	m.domains = []joules.Domain{{
		Name: "system", Kind: joules.GaugeInstant, Provenance: joules.Measured, Scope: joules.System,
		Period: batteryPeriod, SystematicPct: batteryPct,
		Source: "power_supply/" + filepath.Base(supplies[0]) + "/uevent; no bound stated by makers",
	}}
	cfg.seal("battery", m.domains)
	return m, nil
}

// add takes a battery of the machine (not of a mouse) or a charger.
func (m *battery) add(dir string) error {
	path := filepath.Join(dir, "uevent")
	event := parseUevent([]byte(readTrimmed(path)))
	kind := event["TYPE"]
	if kind == "" {
		kind = readTrimmed(filepath.Join(dir, "type"))
	}
	switch {
	case kind == "Battery" && event["SCOPE"] != "Device":
		f, err := m.cfg.open(path)
		if isPermission(err) {
			return refused(path)
		} else if err != nil {
			return nil // gone between listing and opening
		}
		m.cells = append(m.cells, f)
	case kind == "Mains" || strings.HasPrefix(kind, "USB"):
		m.mains = append(m.mains, filepath.Join(dir, "online"))
	}
	return nil
}

// watts is what all batteries give, or why that is not the machine's power.
func (m *battery) watts() (float64, error) {
	for _, path := range m.mains {
		if readTrimmed(path) == "1" {
			return math.NaN(), errMains
		}
	}
	sum, draining := 0.0, false
	for _, f := range m.cells {
		n, err := f.ReadAt(m.buf[:], 0)
		if n == 0 && err != nil {
			return math.NaN(), err
		}
		event := parseUevent(m.buf[:n])
		if event["STATUS"] != "Discharging" {
			continue
		}
		w, err := dischargeW(event)
		if err != nil {
			return math.NaN(), err
		}
		sum, draining = sum+w, true
	}
	if !draining {
		return math.NaN(), errNotDraining
	}
	return sum, nil
}

// parseUevent reads POWER_SUPPLY_KEY=value lines, keys without the prefix.
func parseUevent(b []byte) map[string]string {
	event := map[string]string{}
	for line := range strings.Lines(string(b)) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if name, ours := strings.CutPrefix(key, "POWER_SUPPLY_"); ok && ours {
			event[name] = value
		}
	}
	return event
}

// dischargeW is the watts of one battery: POWER_NOW in µW, else CURRENT_NOW (µA)
// x VOLTAGE_NOW (µV). Some drivers count a discharge as negative; which way it
// flows is told by STATUS, so the sign is dropped. Zero is no answer.
func dischargeW(event map[string]string) (float64, error) {
	w, ok := unitsOf(event, "POWER_NOW")
	if !ok {
		a, okA := unitsOf(event, "CURRENT_NOW")
		v, okV := unitsOf(event, "VOLTAGE_NOW")
		w, ok = a*v, okA && okV
	}
	if w = math.Abs(w); !ok || w == 0 {
		return math.NaN(), errNoWatts
	}
	if w > maxGaugeMicro/1e6 {
		return math.NaN(), errAbsurd
	}
	return w, nil
}

func unitsOf(event map[string]string, key string) (float64, bool) {
	n, err := strconv.ParseInt(event[key], 10, 64)
	return float64(n) / 1e6, err == nil
}

// Domains is the one domain, the machine.
func (m *battery) Domains() []joules.Domain { return m.domains }

// Read reads every battery once.
func (m *battery) Read(readings []joules.Reading) {
	before := m.cfg.now()
	w, err := m.watts()
	readings[0] = joules.Reading{BeforeNS: before, AfterNS: m.cfg.now(), Value: w, Err: err}
}

// Close closes the batteries' files.
func (m *battery) Close() error {
	for _, f := range m.cells {
		f.Close()
	}
	return nil
}
