package power_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"joulemark/bench/internal/nvml"
	"joulemark/bench/internal/nvml/nvmltest"
	"joulemark/bench/power"
	"joulemark/results/joules"
)

const (
	cardA = "pci=00000000:41:00.0,uuid=GPU-aaaaaaaa-0000-0000-0000-000000000001,"
	cardB = "pci=00000001:0A:00.0,uuid=GPU-bbbbbbbb-0000-0000-0000-000000000002,"
)

// TestNVMLCards: one line a domain, as its generation's sensor is.
func TestNVMLCards(t *testing.T) {
	const ms = time.Millisecond
	type line struct {
		name           string // after the address
		kind           joules.Kind
		scope          joules.Scope
		period, window time.Duration
		seen           float64
		value          float64 // W, 0 for joules
	}
	energy := func(seen float64) line {
		return line{"energy", joules.Counter, joules.Board, 100 * ms, 0, seen, 0}
	}
	library := nvmltest.Build(t)
	for name, c := range map[string]struct {
		card  string
		lines []line
	}{
		"A100 sees 25 of 100 ms": {"cc=8.0", []line{energy(25. / 101), {"instant", joules.GaugeInstant, joules.Board, 101 * ms, 25 * ms, 25. / 101, 300}}},
		"Ampere averages over 1 s": {"cc=8.6", []line{energy(0), {"average", joules.GaugeAverage, joules.Board, 100 * ms, time.Second, 0, 300},
			{"instant", joules.GaugeAverage, joules.Board, 100 * ms, 100 * ms, 0, 300}}},
		"an old driver has plain usage, on Ampere an average": {"cc=8.6,fields=-1", []line{energy(0), {"power", joules.GaugeAverage, joules.Board, 100 * ms, time.Second, 0, 300}}},
		"on GA100 not":         {"cc=8.0,fields=-1", []line{energy(25. / 101), {"power", joules.GaugeInstant, joules.Board, 101 * ms, 25 * ms, 25. / 101, 300}}},
		"Pascal has no joules": {"cc=6.0,energy=0,fields=-1", []line{{"power", joules.GaugeInstant, joules.Board, 20 * ms, 10 * ms, .5, 300}}},
		"Hopper and its memory": {"cc=9.0,memory=60", []line{energy(.25), {"average", joules.GaugeAverage, joules.Board, 100 * ms, time.Second, .25, 300},
			{"instant", joules.GaugeInstant, joules.Board, 100 * ms, 25 * ms, .25, 300}, {"memory-instant", joules.GaugeInstant, joules.Part, 100 * ms, 25 * ms, .25, 60}}},
		"a superchip of both scopes": {"cc=9.0,fields=3,module=100", []line{energy(.25), {"average", joules.GaugeAverage, joules.Board, 100 * ms, time.Second, .25, 300},
			{"instant", joules.GaugeInstant, joules.Board, 100 * ms, 25 * ms, .25, 300}, {"module-average", joules.GaugeAverage, joules.Module, 100 * ms, time.Second, .25, 400},
			{"module-instant", joules.GaugeInstant, joules.Module, 100 * ms, 25 * ms, .25, 400}}},
		"one that tells of the module alone": {"cc=9.0,fields=2,module=100", []line{{"energy", joules.Counter, joules.Module, 100 * ms, 0, .25, 0},
			{"module-average", joules.GaugeAverage, joules.Module, 100 * ms, time.Second, .25, 400}, {"module-instant", joules.GaugeInstant, joules.Module, 100 * ms, 25 * ms, .25, 400}}},
		"a generation to come is taken as Hopper": {"cc=13.7,energy=0", []line{{"average", joules.GaugeAverage, joules.Board, 100 * ms, time.Second, .25, 300},
			{"instant", joules.GaugeInstant, joules.Board, 100 * ms, 25 * ms, .25, 300}}},
	} {
		t.Run(name, func(t *testing.T) {
			nvmltest.Use(t, library, cardA+"name=NVIDIA X,law=constant:300,"+c.card)
			m := must(t, power.Config{}, "nvml")
			v := values(m)
			require.Len(t, m.Domains(), len(c.lines), names(m))
			for i, l := range c.lines {
				d := m.Domains()[i]
				require.Equal(t, "0000:41:00.0-"+l.name, d.Name)
				require.Equal(t, l.kind, d.Kind, l.name)
				require.Equal(t, l.scope, d.Scope, l.name)
				require.Equal(t, l.period, d.Period, l.name)
				require.Equal(t, l.window, d.Window, l.name)
				require.InDelta(t, l.seen, d.SeenFraction, 1e-9, l.name)
				require.Equal(t, "0000:41:00.0", d.Device)
				require.Equal(t, "GPU-aaaaaaaa-0000-0000-0000-000000000001", d.UUID)
				require.Equal(t, joules.Measured, d.Provenance)
				require.EqualValues(t, 5, d.SystematicPct)
				require.Empty(t, d.Refused)
				require.True(t, d.Simulated, "a stand-in is no measurement")
				require.Regexp(t, `^nvmlDeviceGet(TotalEnergyConsumption|PowerUsage|FieldValues, field 18[56] of scope [012]); `, d.Source)
				require.Contains(t, d.Source, "driver 535.104.05, NVIDIA X")
				r := v[d.Name]
				require.NoError(t, r.Err)
				require.GreaterOrEqual(t, r.AfterNS, r.BeforeNS)
				if l.kind == joules.Counter {
					now := float64(r.BeforeNS) / 1e9
					require.InDelta(t, 300*now, r.Value, 300, "the counter of a card of 300 W since the clock's zero")
				} else {
					require.InDelta(t, l.value, r.Value, 0.01)
				}
			}
		})
	}
}

// What may not be a headline, or is no measurement, says so.
func TestNVMLCardsThatAreShared(t *testing.T) {
	nvmltest.Use(t, nvmltest.Build(t), cardA+"mig=1", cardB+"virtual=2", "pci=00000000:02:00.0,virtual=1,mig=0")
	m := must(t, power.Config{}, "nvml")
	d := domain(t, m, "0000:41:00.0-whole-board-energy")
	require.Contains(t, d.Refused, "MIG is on: these watts are of the whole board with all its instances")
	require.Equal(t, joules.Virtual, domain(t, m, "0001:0a:00.0-energy").Provenance)
	passed := domain(t, m, "0000:02:00.0-energy")
	require.Equal(t, joules.Measured, passed.Provenance, "a card passed through to a guest is a real one")
	require.Empty(t, passed.Refused)
}

// Libraries of other makers answer in watts; NVIDIA's answers in milliwatts, also for
// a card at rest and one in a laptop.
func TestNVMLRefusesWatts(t *testing.T) {
	library := nvmltest.Build(t)
	for card, why := range map[string]string{
		"law=constant:300,in_watts=1":           "it would draw 0.3 W of 400 W: the library counts in watts, not milliwatts, and is not NVIDIA's",
		"law=constant:300,in_watts=1,limit=.35": "its power limit would be 0.35 W: the library counts in watts",
		"law=constant:300,in_watts=1,limit=0":   "it would draw 0.3 W: the library counts in watts",
		"law=constant:790,in_watts=1,limit=700": "it would draw 0.79 W of 700 W",
	} {
		nvmltest.Use(t, library, cardA+card)
		_, err := open(t, power.Config{}, "nvml")
		require.ErrorIs(t, err, power.ErrUnavailable, card)
		require.ErrorContains(t, err, why, card)
	}
	for _, card := range []string{"law=constant:19,limit=700", "law=constant:1.5,limit=115", "law=constant:9,limit=0"} {
		nvmltest.Use(t, library, cardA+card)
		must(t, power.Config{}, "nvml").Close()
	}
}

func TestNVMLMissing(t *testing.T) {
	library := nvmltest.Build(t)
	nvmltest.Use(t, library)
	_, err := open(t, power.Config{}, "nvml")
	require.ErrorIs(t, err, power.ErrUnavailable)
	require.ErrorContains(t, err, "the driver shows no card to this process: in a container, start it with --gpus all")

	nvmltest.Options(t, "init=9")
	_, err = open(t, power.Config{}, "nvml")
	require.ErrorIs(t, err, power.ErrUnavailable)
	require.NotErrorIs(t, err, power.ErrRefused)
	require.ErrorContains(t, err, "sudo modprobe nvidia")

	nvmltest.Options(t, "init=4")
	_, err = open(t, power.Config{}, "nvml")
	require.ErrorIs(t, err, power.ErrRefused)
	require.ErrorContains(t, err, "/dev/nvidia*")

	nvmltest.Options(t, "")
	nvmltest.Use(t, library, cardA+"energy=0,usage=0,fields=-1")
	_, err = open(t, power.Config{}, "nvml")
	require.ErrorContains(t, err, "the driver tells no power of this card")

	t.Setenv(nvml.Variable, "")
	_, err = open(t, power.Config{Root: t.TempDir()}, "nvml")
	require.ErrorIs(t, err, power.ErrUnavailable)
	require.ErrorContains(t, err, "leave --sensor-root out", "the real machine's cards have no place in a tree of another machine")
}

// A lost card costs its own numbers and no other's.
func TestNVMLLostCard(t *testing.T) {
	nvmltest.Use(t, nvmltest.Build(t), "lost=1", cardB)
	m := must(t, power.Config{}, "nvml")
	require.Equal(t, "0001:0a:00.0-energy 0001:0a:00.0-instant", names(m))
	require.Equal(t, []string{"card 0: nvmlDeviceGetHandleByIndex_v2: the card is lost"}, power.Losses(m))
	require.Equal(t, power.Losses(m), power.Notes(m))
}

// Old drivers lack functions; what is left is used.
func TestNVMLOldDriver(t *testing.T) {
	card := cardA + "cc=8.6,law=constant:200"
	for without, want := range map[string]string{
		"nvmlDeviceGetFieldValues":            "0000:41:00.0-energy 0000:41:00.0-power",
		"nvmlDeviceGetTotalEnergyConsumption": "0000:41:00.0-average 0000:41:00.0-instant",
		"nvmlDeviceGetPowerUsage":             "0000:41:00.0-energy 0000:41:00.0-average 0000:41:00.0-instant",
		"nvmlDeviceGetCudaComputeCapability":  "0000:41:00.0-energy 0000:41:00.0-average 0000:41:00.0-instant",
		"nvmlDeviceGetPciInfo_v3":             "GPU-aaaaaaaa-0000-0000-0000-000000000001-energy GPU-aaaaaaaa-0000-0000-0000-000000000001-average GPU-aaaaaaaa-0000-0000-0000-000000000001-instant",
		"nvmlSystemGetDriverVersion nvmlDeviceGetName nvmlDeviceGetUUID nvmlDeviceGetMigMode nvmlDeviceGetVirtualizationMode nvmlDeviceGetEnforcedPowerLimit": "0000:41:00.0-energy 0000:41:00.0-average 0000:41:00.0-instant",
	} {
		nvmltest.Use(t, nvmltest.Build(t, strings.Fields(without)...), card)
		require.Equal(t, want, names(must(t, power.Config{}, "nvml")), without)
	}
}
