package plots

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func labelsOf(ticks []tick) (labels []string) {
	for _, k := range ticks {
		if k.label != "" {
			labels = append(labels, k.label)
		}
	}
	return labels
}

func TestLinearTicks(t *testing.T) {
	cases := []struct {
		low, high, unit float64
		most            int
		want            []string
	}{
		{0, 50, 1, 6, []string{"0", "10", "20", "30", "40", "50"}},
		{0, 1, 1, 5, []string{"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"}},
		{0, 47.3e9, 1e9, 6, []string{"0", "10", "20", "30", "40"}},
		{13.4, 25.6, 1, 8, []string{"14", "16", "18", "20", "22", "24"}},
		{0, 0.004, 1e-3, 4, []string{"0", "1", "2", "3", "4"}},
		{-3, 3, 1, 3, []string{"-2", "0", "2"}},
		{5, 5, 1, 4, nil},
	}
	for _, c := range cases {
		require.Equal(t, c.want, labelsOf(linearTicks(c.low, c.high, c.unit, c.most)), "%v", c)
	}
}

func TestLogTicks(t *testing.T) {
	cases := []struct {
		low, high float64
		want      []string
	}{
		{3, 80, []string{"5", "10", "20", "50"}},
		{0.3, 2, []string{"500 m", "1", "2"}},
		{2e9, 7e12, []string{"10 G", "100 G", "1 T"}},
		{1e-3, 1, []string{"1 m", "10 m", "100 m", "1"}},
		{1e3, 1e9, []string{"1 k", "10 k", "100 k", "1 M", "10 M", "100 M", "1 G"}},
	}
	for _, c := range cases {
		require.Equal(t, c.want, labelsOf(logTicks(c.low, c.high, shortSI)), "%v…%v", c.low, c.high)
	}
}

// Whatever the axis, ticks lie within it, ascend, and are few enough.
func TestTicksStayInRange(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		low := random.ExpFloat64() * 1e6
		high := low + random.ExpFloat64()*1e9 + 1e-3
		most := 1 + random.IntN(9)
		linear := linearTicks(low, high, 1, most)
		require.LessOrEqual(t, len(linear), most+1)
		requireWithin(t, linear, low, high)
		requireWithin(t, logTicks(low+1e-9, high, shortSI), low, high)
	}
}

func requireWithin(t *testing.T, ticks []tick, low, high float64) {
	t.Helper()
	const rounding = 1e-6
	for i, k := range ticks {
		require.GreaterOrEqual(t, k.value, low-(high-low)*rounding)
		require.LessOrEqual(t, k.value, high+(high-low)*rounding)
		require.True(t, i == 0 || ticks[i-1].value < k.value)
	}
}
