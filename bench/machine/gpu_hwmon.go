package machine

import (
	"math"
	"os"
	"path/filepath"
	"strconv"
)

// cardChips are the hwmon drivers of graphics cards (amdgpu_pm.c, i915_hwmon.c,
// sysfs-driver-intel-xe-hwmon).
var cardChips = map[string]bool{"amdgpu": true, "i915": true, "xe": true}

// hwmonCards are the cards whose drivers show temperature, clock and power limit as
// files. Why clocks are low these drivers do not tell there.
func hwmonCards(root string) (cards []*Card) {
	for _, dir := range glob(root, "sys/class/hwmon/hwmon*") {
		target, err := os.Readlink(filepath.Join(dir, "device"))
		if err != nil || !cardChips[firstLine(dir, "name")] {
			continue
		}
		cards = append(cards, &Card{PCI: filepath.Base(target), read: func() CardState { return hwmonState(dir) },
			heat: func() float64 { return hwmonState(dir).TemperatureC }})
	}
	return cards
}

// hwmonState reads m°C, Hz and µW.
func hwmonState(dir string) CardState {
	s := unknownCard()
	for _, file := range glob(dir, "temp*_input") { // the die, its hottest spot, its memory
		if t := number(file) / 1e3; !(t <= s.TemperatureC) {
			s.TemperatureC = t
		}
	}
	s.ClockHz = number(filepath.Join(dir, "freq1_input")) // amdgpu: the shader clock
	for _, file := range []string{"power1_cap", "power1_max"} {
		if w := number(filepath.Join(dir, file)) / 1e6; w > 0 && math.IsNaN(s.PowerLimitW) {
			s.PowerLimitW = w
		}
	}
	return s
}

// number is a file's; NaN where there is none.
func number(file string) float64 {
	v, err := strconv.ParseFloat(firstLine("", file), 64)
	if err != nil {
		return math.NaN()
	}
	return v
}
