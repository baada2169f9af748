package results

import (
	"fmt"
	"math"
)

// An Outcome is what a comparison says of one configuration.
type Outcome string

// The outcomes.
const (
	Pass          Outcome = "pass"
	Regressed     Outcome = "regressed"
	Improved      Outcome = "improved"
	Inconclusive  Outcome = "inconclusive"
	NotComparable Outcome = "not comparable"
)

// A Verdict is the judgement on one configuration. Changes are fractions, -0.064
// for -6.4 %, NaN where they are not known.
type Verdict struct {
	Key        Key
	Outcome    Outcome
	Change     float64 // of the medians
	Low, High  float64 // of the ratio's interval, less one; NaN below MinTrials on a side
	Margin     float64
	Throughput float64 // its change, beside efficiency
	Power      float64
	BaseTrials int // ok ones, with a value of the metric
	NewTrials  int
	Reason     string   // why it is inconclusive or not comparable; the remedy with it
	Next       string   // command that would settle an inconclusive one; "" = none
	Labels     []string // "simulated", "other machine of the model"
}

func (d *side) verdict(o CompareOptions) Verdict {
	nan := math.NaN()
	return Verdict{Key: d.key, Change: nan, Low: nan, High: nan, Margin: nan, Throughput: nan, Power: nan}
}

func (v Verdict) notComparable(why string) Verdict {
	v.Outcome, v.Reason = NotComparable, why
	return v
}

// judgeKey compares one configuration of the new runs with its baseline. It says
// false for what neither side can do: there is nothing to judge.
func judgeKey(olds *pool, n *side, o CompareOptions) (Verdict, bool) {
	v := n.verdict(o)
	b := olds.byKey[n.key]
	if b == nil {
		if !n.measured() {
			return v, false
		}
		return v.notComparable(olds.unlike(n.key)), true
	}
	if !b.measured() && !n.measured() {
		return v, false
	}
	v.BaseTrials, v.NewTrials = b.values.N, n.values.N
	v.label(b, n)
	if why := incomparable(b, n, o); why != "" {
		return v.notComparable(why), true
	}
	if o.SelfTest {
		n = n.withLoss(b, 2*margin(b, o), o.Metric)
	}
	v.judge(b, n, o)
	return v, true
}

func (v *Verdict) label(b, n *side) {
	if b.simulated() || n.simulated() {
		v.Labels = append(v.Labels, "simulated")
	}
	for _, m := range n.models {
		if len(b.models) != 1 || b.models[0] != m {
			v.Labels = append(v.Labels, "other machine of the model")
			break
		}
	}
}

// unlike says why a configuration has no counterpart in the baseline: the nearest
// one and the fields in which it differs.
func (p *pool) unlike(k Key) string {
	var best []string
	var near Key
	for _, other := range p.order {
		if p.byKey[other].key.Workload != k.Workload || !p.byKey[other].measured() {
			continue
		}
		if d := other.differences(k); best == nil || len(d) < len(best) {
			best, near = d, other
		}
	}
	if best == nil {
		return "the baseline has no such workload: measure the baseline with the same suite"
	}
	p.used[near] = true
	return "differs from the baseline in " + joinAnd(best)
}

// incomparable says which field or lack forbids a verdict; "" if none does.
func incomparable(b, n *side, o CompareOptions) string {
	switch {
	case !b.measured():
		return "the baseline has no ok trial (" + b.why() + ")"
	case !n.measured():
		return "the new runs have no ok trial (" + n.why() + ")"
	case b.simulated() != n.simulated():
		return "simulated differs (" + shown(b.state.simulated) + " against " + shown(n.state.simulated) + ")"
	case o.Metric == MetricThroughput:
		return ""
	case n.ok[0].Ops == 0:
		return "work without operations has no efficiency: --metric throughput compares its bandwidth"
	case b.values.N == 0 || n.values.N == 0:
		return "no measured joules: --metric throughput compares speed alone"
	}
	return incomparableJoules(b.state, n.state)
}

func incomparableJoules(b, n sourceOfLoss) string {
	for _, f := range []struct{ name, base, new string }{
		{"energy_provenance", b.provenance, n.provenance},
		{"energy_scope", b.scope, n.scope},
		{"energy_domain", b.domain, n.domain},
	} {
		if f.base != f.new {
			return fmt.Sprintf("%s differs (%s against %s): measure both with the same meters", f.name, shown(f.base), shown(f.new))
		}
	}
	if b.provenance != "measured" && b.provenance != "external" {
		return "joules of provenance " + b.provenance + " cannot gate: use a measured or external meter, or --metric throughput"
	}
	return ""
}

// judge fills the verdict from the ratio's interval.
func (v *Verdict) judge(b, n *side, o CompareOptions) {
	v.Margin = margin(b, o)
	v.Change = change(b.values.Center, n.values.Center)
	v.Low, v.High = change(b.values.High, n.values.Low), change(b.values.Low, n.values.High)
	v.Throughput = change(b.throughput(), n.throughput())
	v.Power = change(b.powerW(), n.powerW())
	v.Outcome = outcome(v.Low, v.High, v.Margin)
	if v.Outcome != Inconclusive {
		return
	}
	if fewest := min(v.BaseTrials, v.NewTrials); fewest < MinTrials {
		v.Reason = fmt.Sprintf("%d and %d trials give no 95 %% interval: six on each side do", v.BaseTrials, v.NewTrials)
	} else {
		v.Reason = "the interval is wider than the margin can tell apart"
	}
	v.Next = nextCommand(b, n, *v)
}

// outcome is the rule: wholly below -m regressed; wholly above +m improved; the
// lower end above -m pass; anything else, also without an interval, inconclusive.
func outcome(low, high, m float64) Outcome {
	switch {
	case math.IsNaN(low) || math.IsNaN(high):
		return Inconclusive
	case high < -m:
		return Regressed
	case low > m:
		return Improved
	case low > -m:
		return Pass
	}
	return Inconclusive
}
