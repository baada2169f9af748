package power

import (
	"fmt"
	"math"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"joulemark/results/joules"
)

func init() {
	Register(Source{
		Name:    "replay",
		Summary: "a recorded trace played back as a meter, for trying things out; every number it gives is marked simulated",
		Needs:   "--meter replay=FILE.csv with the columns time_s and power_w, power_instant_w, power_average_w or energy_j",
		Open:    openReplay,
	})
}

// A replay meter shows what a trace says for the time since it was opened, as a
// sensor that updates at the trace's rows would; it begins again at the end, a
// counter without falling.
type replay struct {
	cfg     Config
	domains []joules.Domain
	times   []float64 // s from 0
	values  []float64
	lengthS float64 // of one round: the last row holds for a median gap
	roundJ  float64 // what a counter gains in a round
	startNS int64
}

// openReplay reads the trace at Addresses["replay"]: a path, after which
// ?scope=board&device=0000:03:00.0&kind=gauge_average&column=power_average_w&window=1s
// may say what it stands for (default package, cpu:0, and the column's kind).
func openReplay(cfg Config) (Meter, error) {
	address := cfg.Addresses["replay"]
	if address == "" {
		return nil, fmt.Errorf("%w: no trace given: --meter replay=FILE.csv", ErrUnavailable)
	}
	path, query, _ := strings.Cut(address, "?")
	options, err := url.ParseQuery(query)
	if err != nil {
		return nil, fmt.Errorf("%w: replay=%s: %w: write it FILE.csv?scope=package&device=cpu:0", ErrUnavailable, address, err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w: give the path of a trace", ErrUnavailable, err)
	}
	t, err := parseTrace(string(b), options.Get("column"))
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrUnavailable, path, err)
	}
	d, err := replayDomain(t, path, options)
	if err != nil {
		return nil, fmt.Errorf("%w: replay=%s: %w", ErrUnavailable, address, err)
	}
	return newReplay(cfg, t, d), nil
}

func newReplay(cfg Config, t trace, d joules.Domain) *replay {
	last := len(t.times) - 1
	m := &replay{cfg: cfg, times: t.times, values: t.values, domains: []joules.Domain{d}, startNS: cfg.now()}
	m.lengthS = t.times[last] + t.gapS
	m.roundJ = (t.values[last] - t.values[0]) * m.lengthS / t.times[last]
	cfg.seal("replay", m.domains)
	return m
}

var (
	kinds  = []joules.Kind{joules.Counter, joules.GaugeAverage, joules.GaugeInstant}
	scopes = []joules.Scope{joules.Package, joules.DRAM, joules.Part, joules.Board, joules.Module, joules.System, joules.Wall}
)

// replayDomain describes the trace by its column and the address's options.
func replayDomain(t trace, path string, options url.Values) (joules.Domain, error) {
	d := joules.Domain{
		Name: "trace", Kind: t.kind, Provenance: joules.Measured, Scope: joules.Package, Device: "cpu:0",
		Period: time.Duration(t.periodS * 1e9).Round(time.Microsecond), PeriodSource: "measured",
		Simulated: true, Source: path + ", column " + t.column,
	}
	for key, values := range options {
		value := values[len(values)-1]
		switch key {
		case "column":
		case "device":
			d.Device = value
		case "scope":
			if d.Scope = joules.Scope(value); !slices.Contains(scopes, d.Scope) {
				return d, fmt.Errorf("no scope %q: choose from %v", value, scopes)
			}
		case "kind":
			d.Kind = joules.Kind(value)
			if !slices.Contains(kinds, d.Kind) || (d.Kind == joules.Counter) != (t.kind == joules.Counter) {
				return d, fmt.Errorf("column %s cannot be of kind %q: leave kind out, or choose another column", t.column, value)
			}
		case "window":
			w, err := time.ParseDuration(value)
			if err != nil || w < 0 {
				return d, fmt.Errorf("window %q is no duration: write it like 1s or 25ms", value)
			}
			d.Window = w
		default:
			return d, fmt.Errorf("no option %q: choose from column, device, kind, scope, window", key)
		}
	}
	return d, nil
}

// Domains is the one domain of the trace.
func (m *replay) Domains() []joules.Domain { return m.domains }

// Read gives the row that holds now.
func (m *replay) Read(readings []joules.Reading) {
	now := m.cfg.now()
	readings[0] = joules.Reading{BeforeNS: now, AfterNS: now, Value: m.at(float64(now-m.startNS) / 1e9)}
}

// at is the value at t seconds since opening.
func (m *replay) at(t float64) float64 {
	rounds := math.Floor(t / m.lengthS)
	t -= rounds * m.lengthS
	i, exact := slices.BinarySearch(m.times, t)
	if !exact {
		i = max(i-1, 0)
	}
	if m.domains[0].Kind == joules.Counter {
		return m.values[i] + rounds*m.roundJ
	}
	return m.values[i]
}

// Close has nothing to close.
func (m *replay) Close() error { return nil }
