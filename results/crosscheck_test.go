package results

import (
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/results/joules"
)

func TestDisagreement(t *testing.T) {
	rapl := joules.Domain{Meter: "rapl", Name: "package-0", Scope: joules.Package, Device: "cpu:0", Provenance: joules.Measured}
	hwmon := joules.Domain{Meter: "hwmon", Name: "socket", Scope: joules.Package, Device: "cpu:0", Provenance: joules.Measured}
	core := joules.Domain{Meter: "rapl", Name: "core-0", Scope: joules.Part, Device: "cpu:0", Provenance: joules.Measured}
	dram := joules.Domain{Meter: "rapl", Name: "dram-0", Scope: joules.DRAM, Device: "cpu:0", Provenance: joules.Measured}
	away := hwmon
	away.Device = "cpu:1"
	counter := joules.Domain{Meter: "nvml", Name: "0000:41:00.0-energy", Kind: joules.Counter, Scope: joules.Board, Device: "0000:41:00.0", Provenance: joules.Measured}
	gauge := counter
	gauge.Name, gauge.Kind = "0000:41:00.0-instant", joules.GaugeInstant
	guess := hwmon
	guess.Provenance = joules.Virtual
	j := func(energy, uncertainty float64) joules.Energy {
		return joules.Energy{EnergyJ: energy, UncertaintyJ: uncertainty}
	}
	test := func(want float64, d, other joules.Domain, e, o joules.Energy) {
		t.Helper()
		require.InDelta(t, want, disagreement(d, other, e, o), 1e-9)
	}
	test(12, rapl, hwmon, j(100, 1), j(114, 1))
	test(12, rapl, hwmon, j(100, 1), j(86, 1))
	test(0, rapl, hwmon, j(100, 5), j(108, 5))     // explained by the uncertainties
	test(0, rapl, core, j(100, 1), j(40, 1))       // a part is smaller
	test(18, rapl, core, j(100, 1), j(120, 1))     // and may not be larger
	test(0, dram, core, j(10, 0), j(40, 0))        // cores are no part of the memory
	test(38, counter, gauge, j(200, 2), j(120, 2)) // the two views of one card's driver
	test(38, gauge, counter, j(200, 2), j(280, 2))
	test(0, counter, counter, j(200, 2), j(120, 2))
	test(0, rapl, away, j(100, 1), j(300, 1))
	test(0, rapl, guess, j(100, 1), j(300, 1))
	test(0, rapl, hwmon, j(100, 1), joules.None("gap"))
}
