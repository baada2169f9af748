package power_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/bench/power"
)

// TestEstimate against the figures of the vendors' pages, by hand.
func TestEstimate(t *testing.T) {
	for _, c := range []struct {
		name         string
		cpu          power.CPUInfo
		lowW, highW  float64
		family, skus string
	}{
		{"Genoa", power.CPUInfo{"AuthenticAMD", 25, 17, 96, "AMD EPYC 9654 96-Core Processor"}, 96 * 290. / 84 * 0.4, 96 * 20 * 2.2, "EPYC 9004", "EPYC 9634 (290 W, 84 cores)…EPYC 9174F (320 W, 16 cores)"},
		{"Turin, two cores of a guest", power.CPUInfo{"AuthenticAMD", 26, 2, 2, "AMD EPYC"}, 2 * 390. / 160 * 0.4, 2 * 20 * 2.2, "EPYC 9005", "EPYC 9845"},
		{"Threadripper is not Genoa", power.CPUInfo{"AMD", 25, 24, 64, ""}, 64 * 350. / 96 * 0.4, 64 * 350. / 12 * 2.2, "Threadripper 7000", "7945WX"},
		{"Ice Lake server", power.CPUInfo{"GenuineIntel", 6, 106, 40, "Intel(R) Xeon(R) Platinum 8380"}, 40 * 195. / 36 * 0.4, 40 * 165. / 8 * 2.2, "3rd", "8352V"},
		{"laptop", power.CPUInfo{"Intel", 6, 142, 4, "Intel(R) Core(TM) i7-8550U"}, 4 * 3.75 * 0.4, 4 * 7.5 * 2.2, "Kaby Lake", "i7-8550U (15 W, 4 cores)"},
		{"Altra by its name", power.CPUInfo{"", 0, 0, 80, "Ampere Altra Q80-30"}, 80 * 45. / 32 * 0.4, 80 * 250. / 80 * 2.2, "Altra", "Q80-33"},
	} {
		t.Run(c.name, func(t *testing.T) {
			low, high, basis, source, ok := power.Estimate(c.cpu)
			require.True(t, ok)
			require.InEpsilon(t, c.lowW, low, 1e-9)
			require.InEpsilon(t, c.highW, high, 1e-9)
			require.Contains(t, source, c.family)
			require.Contains(t, source, c.skus)
			require.Contains(t, basis, "x 0.4…2.2")
		})
	}
	_, _, basis, _, _ := power.Estimate(power.CPUInfo{Vendor: "AuthenticAMD", Family: 26, Model: 2, Cores: 2})
	require.Equal(t, "2 cores x 2.44…20 W, x 0.4…2.2", basis)
	_, _, basis, _, _ = power.Estimate(power.CPUInfo{Vendor: "AuthenticAMD", Family: 26, Model: 2, Cores: 1})
	require.True(t, strings.HasPrefix(basis, "1 core x"))
}

// TestNoEstimate: nothing is claimed of a CPU that is not in the table.
func TestNoEstimate(t *testing.T) {
	for _, c := range []power.CPUInfo{
		{},
		{"AuthenticAMD", 25, 17, 0, "no cores"},
		{"AuthenticAMD", 15, 2, 8, "Bulldozer"},
		{"GenuineIntel", 6, 85, 18, "Intel(R) Core(TM) i9-7980XE"},
		{"ARM", 0, 0, 64, "Neoverse-N1"},
		{"GenuineIntel", 6, 15, 2, "Intel(R) Core(TM)2 Duo"},
	} {
		low, high, basis, source, ok := power.Estimate(c)
		require.False(t, ok, c.Name)
		require.Zero(t, low+high)
		require.Empty(t, basis+source)
	}
}

// TestEstimateTable: every maker, family and model gives a range in order, of
// watts a core that a processor can have.
func TestEstimateTable(t *testing.T) {
	found := 0
	for _, vendor := range []string{"AuthenticAMD", "GenuineIntel"} {
		for family := range 32 {
			for model := range 256 {
				for _, name := range []string{"Xeon", "Core"} {
					low, high, _, source, ok := power.Estimate(power.CPUInfo{vendor, family, model, 1, name})
					if !ok {
						continue
					}
					found++
					require.Less(t, low, high, source)
					require.Greater(t, low, 0.4*1, source)
					require.Less(t, high, 2.2*40, source)
					require.False(t, math.IsNaN(low+high))
				}
			}
		}
	}
	require.Greater(t, found, 100)
}
