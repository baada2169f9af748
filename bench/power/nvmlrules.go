package power

import (
	"time"

	"joulemark/results/joules"
)

// A cardRule says what the power sensor of a generation of NVIDIA's cards does. Its
// numbers are measured: Z. Yang, K. Adamek, W. Armour, "Part-time Power Measurements"
// (arXiv 2312.02741), per-card results of the repository GPU_Power_Benchmark; periods
// recomputed from its traces. What plain power usage means is NVML's own word
// (nvmlDeviceGetPowerUsage): the mean of 1 s on Ampere and later but GA100.
type cardRule struct {
	from     int           // lowest compute capability x 10
	name     string        // generation
	period   time.Duration // between two updates
	seen     time.Duration // what of each period the sensor looks at
	averages bool          // plain power usage is the mean of 1 s
	source   string
}

const (
	msec = time.Millisecond
	// usageWindow is what the averaging ones average over.
	usageWindow = time.Second
	// nvmlPct bounds the gain error of every generation: NVIDIA claims 5 % for Fermi and
	// Kepler and nothing since; most cards held against a meter lie within 6.5 %, single
	// ones at +11 and -41 %.
	nvmlPct = 5
	// energyPeriod of the counter: about 100 ms on every card it was looked at. Whether
	// it sees more than the gauge does is not documented, so it is taken to see as much.
	energyPeriod = 100 * msec
)

// cardRules, newest first; the first whose number is reached decides. A generation
// that nobody has measured is taken to be like the last that was.
var cardRules = []cardRule{
	{100, "Blackwell or later", 100 * msec, 25 * msec, true, "not measured, taken as Hopper"},
	{90, "Hopper", 100 * msec, 25 * msec, true, "H100 PCIe: 100 ms, of which it sees 21 to 25"},
	{89, "Ada", 100 * msec, 100 * msec, true, "RTX 4090: 100 ms, window 110"},
	{81, "Ampere", 100 * msec, 100 * msec, true, "RTX 3090, 3070 Ti, A5000: 100 ms, window 100"},
	{80, "GA100", 101 * msec, 25 * msec, false, "A100: 101 ms, of which it sees 25"},
	{75, "Turing", 101 * msec, 20 * msec, false, "RTX 2080 Ti: 101 ms, all seen; Quadro RTX 8000: 20 of 100 ms"},
	{60, "Pascal, Volta", 20 * msec, 10 * msec, false, "V100, P100, GTX 1080: 20 ms, of which they see 8 to 11"},
	{50, "Maxwell", 31 * msec, 14 * msec, false, "M40: 31 ms, of which it sees 14"},
	{0, "Kepler or unknown", 100 * msec, 25 * msec, true, "K40, K80: a low-pass of up to 0.5 s, taken as a mean of 1 s"},
}

// ruleOfCard finds the rule of a compute capability; 0.0 is unknown.
func ruleOfCard(major, minor int) cardRule {
	for _, r := range cardRules {
		if 10*major+minor >= r.from {
			return r
		}
	}
	return cardRules[len(cardRules)-1]
}

// seenFraction is 0 for a sensor that looks all the time.
func (r cardRule) seenFraction() float64 {
	if r.seen >= r.period {
		return 0
	}
	return float64(r.seen) / float64(r.period)
}

// instant describes a gauge of the moment: the mean over what the sensor sees before
// each update. Where that is the whole period it is an average like any other; where
// it is a part, it stands for the moment in its middle.
func (r cardRule) instant(d joules.Domain) joules.Domain {
	d.Kind, d.Period, d.Window, d.SeenFraction = joules.GaugeAverage, r.period, r.seen, r.seenFraction()
	if r.seenFraction() > 0 {
		d.Kind, d.Latency = joules.GaugeInstant, r.seen/2
	}
	return d
}

// average describes a gauge that is the mean of the last second.
func (r cardRule) average(d joules.Domain) joules.Domain {
	d.Kind, d.Period, d.Window, d.SeenFraction = joules.GaugeAverage, r.period, usageWindow, r.seenFraction()
	return d
}

// usage describes plain power usage.
func (r cardRule) usage(d joules.Domain) joules.Domain {
	if r.averages {
		return r.average(d)
	}
	return r.instant(d)
}

// energy describes the counter, in mJ.
func (r cardRule) energy(d joules.Domain) joules.Domain {
	d.Kind, d.Period, d.ResolutionJ, d.SeenFraction = joules.Counter, energyPeriod, 1e-3, r.seenFraction()
	return d
}
