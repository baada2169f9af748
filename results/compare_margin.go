package results

import "math"

// Bounds of the margin, as fractions of the baseline. The upper is the default
// with one baseline; nothing is learnt below the lower, however well a few
// baselines agree.
const (
	DefaultMargin = 0.05
	LeastMargin   = 0.01
)

// margin is the change below which nobody is alarmed. With one baseline run it
// is DefaultMargin: a single day says nothing of how days differ. With several,
// which are one and the same thing measured again (A/A), it is the 95 %
// prediction interval of one more run's median, in logarithms with Student's t:
//
//	t(0.975, k-1) x sd(log medians) x sqrt(1 + 1/k)
//
// held between LeastMargin and DefaultMargin. It is taken for each configuration
// by itself, since noise is. Two baselines have t = 12.7 and so rarely lower it;
// from about four on it follows the machine.
func margin(b *side, o CompareOptions) float64 {
	if o.MarginPct > 0 {
		return o.MarginPct / 100
	}
	var logs []float64
	for _, run := range b.runs {
		if m := medianOver(run, metricOf(o.Metric)).Center; m > 0 {
			logs = append(logs, math.Log(m))
		}
	}
	k := len(logs)
	if k < 2 {
		return DefaultMargin
	}
	half := student975(k-1) * deviation(logs) * math.Sqrt(1+1/float64(k))
	return min(max(math.Expm1(half), LeastMargin), DefaultMargin)
}

// student975 is the 97.5 % quantile of Student's t, from the usual table; beyond
// it the last value, which errs towards the wider margin.
func student975(df int) float64 {
	table := [...]float64{12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228}
	return table[min(df, len(table))-1]
}

// deviation is the standard deviation of a sample, n-1.
func deviation(xs []float64) float64 {
	mean, squares := 0.0, 0.0
	for _, x := range xs {
		mean += x / float64(len(xs))
	}
	for _, x := range xs {
		squares += (x - mean) * (x - mean)
	}
	return math.Sqrt(squares / float64(len(xs)-1))
}
