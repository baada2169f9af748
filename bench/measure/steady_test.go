package measure

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/results"
)

// series is n values a quarter of a second apart.
func series(n int, f func(t float64) float64) (d drift) {
	for i := range n {
		t := float64(i) / 4
		d.add(t, f(t))
	}
	return d
}

func TestSteady(t *testing.T) {
	test := func(want results.Truth, n int, f func(t float64) float64) {
		t.Helper()
		d := series(n, f)
		require.Equal(t, want, d.steady())
	}
	test(results.Unknown, 7, func(float64) float64 { return 100 })
	test(results.True, 8, func(float64) float64 { return 100 })
	test(results.True, 40, func(t float64) float64 { return 100 + 0.04*t })  // 0.4 % in 10 s
	test(results.False, 40, func(t float64) float64 { return 100 + 0.06*t }) // 0.6 % in 10 s
	test(results.False, 40, func(t float64) float64 { return 100 - 0.06*t })
	test(results.True, 80, func(t float64) float64 { return 100 + 50*math.Exp(-t) }) // the start is forgotten after 10 s
	test(results.False, 12, func(t float64) float64 { return 100 + 50*math.Exp(-t) })
}

// Noise alone must rarely count as drift: the bound is two standard errors.
func TestSteadyForgivesNoise(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	unsteady := 0
	for range 1000 {
		d := series(40, func(float64) float64 { return 100 + 5*rng.NormFloat64() })
		if d.steady() == results.False {
			unsteady++
		}
	}
	require.Less(t, unsteady, 80)
}

func TestSteadyIgnoresWhatNobodyMeasured(t *testing.T) {
	d := series(40, func(float64) float64 { return math.NaN() })
	require.Equal(t, results.Unknown, d.steady())
}

func TestWithin(t *testing.T) {
	warm := series(60, func(t float64) float64 { return 50 + 0.05*t })
	require.Equal(t, results.True, warm.within(steadyTemperatureK))
	heating := series(60, func(t float64) float64 { return 50 + 0.5*t })
	require.Equal(t, results.False, heating.within(steadyTemperatureK))
	few := series(3, func(float64) float64 { return 50 })
	require.Equal(t, results.Unknown, few.within(steadyTemperatureK))
}

func TestBoth(t *testing.T) {
	test := func(a, b, want results.Truth) {
		t.Helper()
		require.Equal(t, want, both(a, b))
		require.Equal(t, want, both(b, a))
	}
	test(results.True, results.True, results.True)
	test(results.True, results.Unknown, results.True)
	test(results.Unknown, results.Unknown, results.Unknown)
	test(results.False, results.True, results.False)
	test(results.False, results.Unknown, results.False)
}
