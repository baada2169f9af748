package plots

import (
	"math"
	"strconv"
	"strings"
)

// A tick is a place on an axis; one without a label is a small one.
type tick struct {
	value float64
	label string
}

// linearTicks are at most most+1 round values within [low, high], in steps of 1, 2
// or 5 times a power of ten, labelled as multiples of unit.
func linearTicks(low, high, unit float64, most int) (ticks []tick) {
	step := niceStep((high-low)/float64(max(most, 1))/unit) * unit
	if !(step > 0) || math.IsInf(step, 0) {
		return nil
	}
	decimals := max(0, -int(math.Floor(math.Log10(step/unit)+1e-9)))
	for i := math.Ceil(low/step - 1e-9); i*step <= high+step*1e-9; i++ {
		v := i * step
		ticks = append(ticks, tick{v, strconv.FormatFloat(v/unit+0, 'f', decimals, 64)})
	}
	return ticks
}

// niceStep is the least of 1, 2, 5 times a power of ten that is not below v.
func niceStep(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 5} {
		if v <= m*power*(1+1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// logTicks are the ticks of a log axis within [low, high]: all of 1…9 times the
// decades where the span is under four decades, labelled at decades, and at 2 and
// 5 too under two and a half. Both bounds must be positive.
func logTicks(low, high float64, format func(float64) string) (ticks []tick) {
	span := math.Log10(high / low)
	for e := math.Floor(math.Log10(low)); e <= math.Ceil(math.Log10(high)); e++ {
		for m := 1.0; m <= 9; m++ {
			v := m * math.Pow(10, e)
			if v < low*(1-1e-9) || v > high*(1+1e-9) || m > 1 && span > 4 {
				continue
			}
			t := tick{value: v}
			if m == 1 || span < 2.5 && (m == 2 || m == 5) {
				t.label = format(v)
			}
			ticks = append(ticks, t)
		}
	}
	if labelled(ticks) < 2 { // a span so short that few decades, twos and fives fall in it
		ticks = linearTicks(low, high, 1, 4)
		for i, t := range ticks {
			ticks[i].label = format(t.value)
		}
	}
	return ticks
}

func labelled(ticks []tick) (n int) {
	for _, t := range ticks {
		if t.label != "" {
			n++
		}
	}
	return n
}

// shortSI writes a tick's round value: "200 G".
func shortSI(v float64) string {
	p := prefixFor(v)
	return strings.TrimSpace(strconv.FormatFloat(roundTo(v/p.factor, 3), 'f', -1, 64) + " " + p.symbol)
}
