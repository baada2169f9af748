package results

import (
	"fmt"
	"math"
	"strings"
)

// maxTrials bounds what a next command asks for: beyond it a quieter machine is
// the better advice.
const maxTrials = 60

// nextCommand would settle an inconclusive verdict: more trials for the side with
// the wider interval, the smaller one where there is none. The width of an
// interval of the median falls with the square root of the number of trials.
func nextCommand(b, n *side, v Verdict) string {
	d := n
	if b.values.N < n.values.N && b.values.N < MinTrials || relativeWidth(b.values) > relativeWidth(n.values) {
		d = b
	}
	trials := MinTrials
	if d.values.N >= MinTrials {
		trials = trialsFor(d.values, v)
	}
	if trials > maxTrials {
		return ""
	}
	return fmt.Sprintf("joulemark run --resume %s --trials %d", d.dir, trials)
}

// trialsFor the interval to be as narrow as the distance from the change to the
// nearer end of the margin.
func trialsFor(m Median, v Verdict) int {
	distance := math.Abs(v.Change + v.Margin)
	half := (v.High - v.Low) / 2
	if !(distance > 0) {
		return maxTrials + 1
	}
	factor := math.Max(1.5, (half/distance)*(half/distance))
	return int(math.Min(math.Ceil(float64(m.N)*factor), maxTrials+1))
}

func relativeWidth(m Median) float64 { return (m.High - m.Low) / m.Center }

// Explain tells where a change of efficiency comes from: "throughput -6.3 %,
// power +0.1 %: same watts, slower". Empty where either is not known.
func (v *Verdict) Explain() string {
	if math.IsNaN(v.Throughput) || math.IsNaN(v.Power) {
		return ""
	}
	const same = 0.005
	watts, speed := "same watts", "same speed"
	switch {
	case v.Power > same:
		watts = "more watts"
	case v.Power < -same:
		watts = "fewer watts"
	}
	switch {
	case v.Throughput > same:
		speed = "faster"
	case v.Throughput < -same:
		speed = "slower"
	}
	return fmt.Sprintf("throughput %s, power %s: %s, %s", Percent(v.Throughput), Percent(v.Power), watts, speed)
}

// Percent writes a fraction as "-6.4 %", "n/a" for NaN.
func Percent(f float64) string {
	if math.IsNaN(f) {
		return "n/a"
	}
	return fmt.Sprintf("%+.1f %%", 100*f)
}

// Counts is the closing line: "1 regressed, 1 pass, 1 inconclusive".
func (c *Comparison) Counts() string {
	var parts []string
	for _, o := range []Outcome{Regressed, Improved, Pass, Inconclusive, NotComparable} {
		if n := c.Count(o); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, o))
		}
	}
	if parts == nil {
		return "nothing to compare"
	}
	return strings.Join(parts, ", ")
}

// joinAnd lists texts as a sentence does.
func joinAnd(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}
