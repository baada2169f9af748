package power

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"joulemark/results/joules"
)

// FuzzSysfsValue: the text of a sysfs number is that number in millionths, or an
// error and NaN; never a number out of rubbish.
func FuzzSysfsValue(f *testing.F) {
	for _, s := range []string{"", "0", "240422366267\n", "-95", "4294967201", "000000000000042\n", "18446744073709551615", "18446744073709551616", "1e9", "0x10", "12 13", "N/A", " 7 ", "+3", "\x00"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := parseMicro(b)
		want, ok := new(big.Int).SetString(strings.TrimSpace(string(b)), 10)
		if err != nil {
			if !math.IsNaN(v) {
				t.Fatalf("%q: %v beside the error %v", b, v, err)
			}
			return
		}
		if !ok {
			t.Fatalf("%q gave %v", b, v)
		}
		exact, _ := new(big.Rat).SetFrac(want, big.NewInt(1e6)).Float64()
		if math.Abs(v-exact) > 4e-16*math.Abs(exact) {
			t.Fatalf("%q gave %v, not %v", b, v, exact)
		}
	})
}

// FuzzUevent: watts of a battery are positive, finite and below the absurd, or
// NaN with an error.
func FuzzUevent(f *testing.F) {
	for _, s := range []string{
		"", "POWER_SUPPLY_STATUS=Discharging\nPOWER_SUPPLY_POWER_NOW=5064000\n",
		"POWER_SUPPLY_CURRENT_NOW=-400000\nPOWER_SUPPLY_VOLTAGE_NOW=11750000",
		"POWER_SUPPLY_POWER_NOW=-9223372036854775808", "=\n==\nPOWER_SUPPLY_=", "POWER_SUPPLY_POWER_NOW=1e6",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		w, err := dischargeW(parseUevent(b))
		if err == nil && !(w > 0 && w <= maxGaugeMicro/1e6) || err != nil && !math.IsNaN(w) {
			t.Fatalf("%q gave %v, %v", b, w, err)
		}
	})
}

// FuzzReplay: a file is a trace that plays without falling or ending, or one
// sentence of error.
func FuzzReplay(f *testing.F) {
	for _, s := range []string{
		"", "time_s,power_w\n0,1\n1,2\n", "time_s,energy_j\n0,1\n1,2\n3,2\n", "\ufefftime_s,power_w\n0,1\n1,2\n",
		"time_s,power_average_w,power_instant_w\n0,1,\n0.1,2,3\n0.2,,4\n", "time_s,power_w\n-1e308,1\n1e308,2\n",
		"time_s,power_w\n0,1e308\n5e-324,1e308\n", "time_s,power_w\nNaN,1\n", "time_s\n", "\"",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tr, err := parseTrace(text, "")
		if err != nil {
			if err.Error() == "" {
				t.Fatal("an error without words")
			}
			return
		}
		m := newReplay(Config{Now: func() int64 { return 0 }}, tr, joules.Domain{Kind: tr.kind})
		last := math.Inf(-1)
		for i := range 50 {
			v := m.at(float64(i) / 10 * m.lengthS)
			if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
				t.Fatalf("%q gave %v", text, v)
			}
			if tr.kind == joules.Counter && v < last*(1-1e-12) {
				t.Fatalf("%q fell from %v to %v", text, last, v)
			}
			last = v
		}
	})
}
