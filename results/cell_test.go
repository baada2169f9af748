package results

import (
	"bytes"
	"encoding/csv"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNumberCells(t *testing.T) {
	for want, v := range map[string]float64{
		"":                   math.NaN(),
		"0":                  0,
		"-1.5":               -1.5,
		"2147483648":         2147483648,
		"1000000":            1e6,
		"1e+21":              1e21,
		"0.1":                0.1,
		"1.2345678901234567": 1.2345678901234567,
		"5e-324":             5e-324,
	} {
		require.Equal(t, want, string(appendNumber(nil, v)))
	}
	require.Empty(t, appendNumber(nil, math.Inf(1)))
	require.Empty(t, appendNumber(nil, math.Inf(-1)))
}

// Every finite number reads back as the same bits.
func TestNumbersRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		v := math.Float64frombits(r.Uint64())
		if math.IsNaN(v) || math.IsInf(v, 0) {
			continue
		}
		var back float64
		require.NoError(t, setNumber(&back, string(appendNumber(nil, v))))
		require.Equal(t, math.Float64bits(v), math.Float64bits(back), "%g", v)
	}
}

func TestBadNumbers(t *testing.T) {
	for _, cell := range []string{"NaN", "nan", "Inf", "-Inf", "infinity", "1,5", "0x1p3", "1_000", "1e999", "12 W", " 1", "1 ", "--1", "."} {
		v := 7.0
		require.ErrorIs(t, setNumber(&v, cell), errNotNumber, cell)
		require.Equal(t, 7.0, v, "a bad cell changes nothing")
	}
}

// Texts are what encoding/csv reads from them, but for line ends.
func TestTextCells(t *testing.T) {
	for text, want := range map[string]string{
		"plain":               "plain",
		"":                    "",
		"a,b":                 "a,b",
		`say "no"`:            `say "no"`,
		" spaces ":            " spaces ",
		"two\nlines\n":        "two / lines",
		"dos\r\nlines":        "dos / lines",
		"nul\x00byte":         "nulbyte",
		"µ×² 日本":              "µ×² 日本",
		"bad\xffutf8":         "bad\uFFFDutf8",
		"=cmd|' /C calc'!A0'": "=cmd|' /C calc'!A0'",
	} {
		line := append(appendText([]byte("x,"), text), '\n')
		require.Equal(t, 1, bytes.Count(line, []byte("\n")), "%q stays on its line", text)
		got, err := csv.NewReader(bytes.NewReader(line)).Read()
		require.NoError(t, err)
		require.Equal(t, []string{"x", want}, got)
	}
}

func TestRowsRoundTrip(t *testing.T) {
	s := NewSample()
	s.RunID, s.MachineModel, s.Trial, s.Order, s.Threads, s.Seed = "r", `2 x "A", 64 GiB`, 3, 0, 0, math.MaxUint64
	s.StartedAt, s.EnergyJ, s.Steady, s.Throttled, s.Status = "2026-11-23T10:15:00.5Z", 412.7, True, False, OK
	var back []Sample
	encoded := samplesTable.encode([]Sample{s, NewSample()})
	require.NoError(t, samplesTable.read(bytes.NewReader(encoded), func(_ int, row *Sample) error {
		back = append(back, *row)
		return nil
	}))
	require.Equal(t, string(encoded), string(samplesTable.encode(back)))
	require.Equal(t, s.MachineModel, back[0].MachineModel)
	require.Equal(t, uint64(math.MaxUint64), back[0].Seed)
	require.True(t, math.IsNaN(back[0].Ops), "unmeasured stays NaN")
	require.Equal(t, Unknown, back[0].Simulated)
	require.NotContains(t, string(encoded), "NaN")
	require.False(t, strings.Contains(string(encoded), "\r"))
}
