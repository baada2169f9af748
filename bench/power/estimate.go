package power

import (
	"fmt"
	"strings"
)

// CPUInfo is what an estimate needs to know of a processor.
type CPUInfo struct {
	Vendor string // "AuthenticAMD" or "AMD", "GenuineIntel" or "Intel"; others are told by Name
	Family int    // CPUID's displayed family and model, decimal
	Model  int
	Cores  int    // physical, those that the run uses
	Name   string // "AMD EPYC 9654 96-Core Processor"
}

// Published watts a core say what a socket is cooled for, not what a load draws.
// Such models were 57 % low to 107 % high against counters on published data
// (CodeCarbon's CPU profiles: an EPYC 8024P at half load 19 W for 43 to 47 W, a
// Xeon E5-2620 v3 at full load 164 W for 80 W); the range is widened by that.
const (
	errorLow  = 0.4
	errorHigh = 2.2
)

// Estimate is the range of watts that a CPU may draw under load: its cores x the
// least and the most thermal design watts a core in its product family x
// [0.4, 2.2]. It is no measurement and fills estimate columns only. Basis is the
// sum in words, source the products that give its bounds. ok is false for a CPU
// of no family in the table, and then nothing is claimed.
func Estimate(c CPUInfo) (lowW, highW float64, basis, source string, ok bool) {
	f, found := familyOf(c)
	if !found || c.Cores <= 0 {
		return 0, 0, "", "", false
	}
	low, high := f.low.perCoreW(), f.high.perCoreW()
	noun := "cores"
	if c.Cores == 1 {
		noun = "core"
	}
	basis = fmt.Sprintf("%d %s x %.3g…%.3g W, x %.1f…%.1f", c.Cores, noun, low, high, errorLow, errorHigh)
	source = fmt.Sprintf("%s: %s…%s, design power by %s", f.name, f.low, f.high, f.by)
	n := float64(c.Cores)
	return n * low * errorLow, n * high * errorHigh, basis, source, true
}

// A product is one processor for sale with the figures its maker prints.
type product struct {
	name string
	tdpW float64
	core int
}

func (p product) perCoreW() float64 { return p.tdpW / float64(p.core) }

func (p product) String() string { return fmt.Sprintf("%s (%.4g W, %d cores)", p.name, p.tdpW, p.core) }

// A family is a line of processors by vendor, family and model number, or by a
// part of the name where the numbers say nothing (Arm). low and high are the
// products with the least and the most watts a core.
type family struct {
	by       string // maker
	number   int
	models   [2]int // first and last
	contains string // in the name; "" = any
	name     string
	low      product
	high     product
}

func familyOf(c CPUInfo) (family, bool) {
	by := makerOf(c)
	for _, f := range families {
		numbered := f.number == 0 || f.number == c.Family && f.models[0] <= c.Model && c.Model <= f.models[1]
		if f.by == by && numbered && strings.Contains(c.Name, f.contains) {
			return f, true
		}
	}
	return family{}, false
}

func makerOf(c CPUInfo) string {
	for _, maker := range []string{"AMD", "Intel", "Ampere"} {
		if strings.Contains(c.Vendor, maker) || maker == "Ampere" && strings.Contains(c.Name, maker) {
			return maker
		}
	}
	return ""
}
