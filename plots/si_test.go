package plots

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFormatSI(t *testing.T) {
	cases := []struct {
		value float64
		unit  string
		want  string
	}{
		{1.2403e12, "FLOP/s", "1.24 TFLOP/s"},
		{652.1e12, "FLOP/s", "652 TFLOP/s"},
		{999.4e9, "FLOP/s", "999 GFLOP/s"},
		{999.7e9, "FLOP/s", "1.00 TFLOP/s"},
		{0.3e9, "FLOP/J", "300 MFLOP/J"},
		{6.9e9, "OP/J", "6.90 GOP/J"},
		{671, "W", "671 W"},
		{0.0624, "W", "62.4 mW"},
		{3.1e-6, "J", "3.10 µJ"},
		{-2500, "W", "-2.50 kW"},
		{2.5e21, "FLOP", "2500 EFLOP"},
		{0, "W", "0 W"},
		{math.NaN(), "W", "n/a"},
		{math.Inf(1), "W", "n/a"},
	}
	for _, c := range cases {
		require.Equal(t, c.want, FormatSI(c.value, c.unit), "%v", c.value)
	}
}

func TestDigits(t *testing.T) {
	cases := []struct {
		value float64
		n     int
		want  string
	}{
		{1240, 3, "1240"}, {124.4, 3, "124"}, {12.44, 3, "12.4"}, {9.996, 3, "10.0"}, {99.96, 3, "100"},
		{0.01244, 3, "0.0124"}, {-5.555, 2, "-5.6"}, {0.0996, 2, "0.10"}, {7, 1, "7"}, {0, 3, "0"}, {math.NaN(), 3, "n/a"},
	}
	for _, c := range cases {
		require.Equal(t, c.want, digits(c.value, c.n), "%v", c.value)
	}
}

func TestFormatRange(t *testing.T) {
	require.Equal(t, "5.0…210 GFLOP/J", FormatRange(5.02e9, 212e9, "FLOP/J"))
	require.Equal(t, "0.62…8.2 GFLOP/J", FormatRange(0.621e9, 8.2e9, "FLOP/J"))
	require.Equal(t, "0.020…2.0 TFLOP/J", FormatRange(20e9, 2e12, "FLOP/J"))
	require.Equal(t, "n/a", FormatRange(math.NaN(), 1, "FLOP/J"))
	require.Equal(t, "n/a", FormatRange(1, math.Inf(1), "FLOP/J"))
}
