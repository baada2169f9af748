package results

import (
	"errors"
	"fmt"
	"math"
)

// Metrics that a comparison may be about.
const (
	MetricEfficiency = "efficiency" // operations per gross joule
	MetricThroughput = "throughput" // operations a second; bytes, where there are no operations
)

// CompareOptions of a comparison; the zero value is the default gate.
type CompareOptions struct {
	Metric    string  // "" = MetricEfficiency
	MarginPct float64 // 0 = the rule of Margin; else fixed
	SameModel bool    // lets machines of one model stand for each other, labelled
	Strict    bool    // inconclusive and not comparable make exit 3
	SelfTest  bool    // judge a loss put into a copy of the new runs: the gate must fire
}

// A Comparison is the verdict on every configuration of the new runs, in their
// order, then on those that only the baseline has.
type Comparison struct {
	Metric   string
	Verdicts []Verdict
	Notes    []string // what to know before trusting the gate
	options  CompareOptions
}

// Compare judges the new runs against the baseline runs. Trials of several runs
// on one side are pooled by configuration. An error is a wrong use, never a
// result.
func Compare(base, new []*Run, o CompareOptions) (Comparison, error) {
	if err := o.check(base, new); err != nil {
		return Comparison{}, err
	}
	c := Comparison{Metric: o.Metric, options: o}
	olds, news := poolRuns(base, o), poolRuns(new, o)
	for _, n := range news.inOrder() {
		if v, ok := judgeKey(olds, n, o); ok {
			c.Verdicts = append(c.Verdicts, v)
		}
	}
	for _, b := range olds.inOrder() {
		if news.byKey[b.key] == nil && !olds.used[b.key] && b.measured() {
			c.Verdicts = append(c.Verdicts, b.verdict(o).notComparable("the new runs have no such configuration: measure it again, or drop it from the baseline"))
		}
	}
	c.warn()
	return c, nil
}

func (o *CompareOptions) check(base, new []*Run) error {
	if o.Metric == "" {
		o.Metric = MetricEfficiency
	}
	switch {
	case len(base) == 0:
		return errors.New("no baseline to compare with: name one with --base DIR")
	case len(new) == 0:
		return errors.New("nothing to compare with the baseline: name the new run's folder")
	case o.Metric != MetricEfficiency && o.Metric != MetricThroughput:
		return fmt.Errorf("no metric %q: use %s or %s", o.Metric, MetricEfficiency, MetricThroughput)
	case o.MarginPct < 0 || o.MarginPct >= 50 || math.IsNaN(o.MarginPct):
		return fmt.Errorf("a margin of %g %% cannot judge anything: use one above 0 and below 50", o.MarginPct)
	}
	return nil
}

// warn adds what a reader of a green result must know.
func (c *Comparison) warn() {
	if c.CanFire() {
		return
	}
	what := "the gate cannot fire: "
	if c.options.SelfTest {
		what = "the self-test did not make the gate fire: "
	}
	c.Notes = append(c.Notes, what+c.needs())
}

// needs says what would make a verdict possible.
func (c *Comparison) needs() string {
	for _, v := range c.Verdicts {
		if v.Outcome == Inconclusive && min(v.BaseTrials, v.NewTrials) < MinTrials {
			return fmt.Sprintf("it needs at least %d trials on both sides (joulemark run --trials %d)", MinTrials, MinTrials)
		}
	}
	for _, v := range c.Verdicts {
		if v.Outcome == Inconclusive {
			return "it needs narrower intervals: more trials, or a quieter machine"
		}
	}
	for _, v := range c.Verdicts {
		return v.Reason
	}
	return "no configuration was measured on both sides"
}

// CanFire says whether any verdict could be given: a gate of which every
// configuration is inconclusive or not comparable is green whatever happens.
func (c *Comparison) CanFire() bool {
	for _, v := range c.Verdicts {
		if v.Outcome != Inconclusive && v.Outcome != NotComparable {
			return true
		}
	}
	return false
}

// Count of verdicts with this outcome.
func (c *Comparison) Count(o Outcome) int {
	n := 0
	for _, v := range c.Verdicts {
		if v.Outcome == o {
			n++
		}
	}
	return n
}

// Exit is the exit status: 1 if anything regressed, 3 under Strict if anything
// is inconclusive or not comparable or nothing was compared, else 0. For a
// self-test it is 0 if every configuration that can be compared turned red and
// at least one did, else 3.
func (c *Comparison) Exit() int {
	doubtful := c.Count(Inconclusive)+c.Count(NotComparable) > 0 || len(c.Verdicts) == 0
	switch {
	case c.options.SelfTest:
		if red := c.Count(Regressed); red > 0 && red+c.Count(NotComparable) == len(c.Verdicts) {
			return 0
		}
		return 3
	case c.Count(Regressed) > 0:
		return 1
	case c.options.Strict && doubtful:
		return 3
	}
	return 0
}
