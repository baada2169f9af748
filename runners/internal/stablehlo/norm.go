package stablehlo

import "joulemark/workloads"

// preNorm is [norm(x)] in layers that normalise before a sublayer, else x.
func (w *writer) preNorm(name string, x value) value {
	if w.Norm == workloads.LayerNormPost {
		return x
	}
	return w.normed(name, x)
}

// postNorm is [norm(x)] in layers that normalise after a sublayer, else x.
func (w *writer) postNorm(name string, x value) value {
	if w.Norm != workloads.LayerNormPost {
		return x
	}
	return w.normed(name, x)
}

// normed is the norm of every row of x in f32, then stored. An rmsnorm has no mean
// and no bias.
func (w *writer) normed(name string, x value) value {
	y := w.wide(x)
	if w.Norm != workloads.RMSNormPre {
		y = w.perRow("subtract", y, w.mean(y))
	}
	spread := w.unary("rsqrt", w.plus(w.mean(w.binary("multiply", y, y)), w.Eps))
	y = w.perColumn("multiply", w.perRow("multiply", y, spread), w.wide(w.args[name+"_gain"]))
	if bias, ok := w.args[name+"_bias"]; ok {
		y = w.perColumn("add", y, w.wide(bias))
	}
	return w.store(y)
}

// mean is that of every row.
func (w *writer) mean(x value) value {
	return w.scaled(w.reduced("add", x, 1), 1/float64(w.Hidden))
}
