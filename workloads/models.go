package workloads

import "slices"

// Custom is the model name of a layer whose dimensions are all free.
const Custom = "custom"

// A Model is the shape of one layer of a published transformer. Its fields mean
// what the fields of Layer of the same names mean.
type Model struct {
	Name      string
	Hidden    int
	Heads     int
	KVHeads   int
	HeadDim   int
	FFN       int
	Norm      Norm
	Act       Act
	Attention Attention
	Bias      bool
	RopeTheta float64
	Eps       float64
	Source    string // where the numbers stand
}

// models is the one table of shapes, sorted by name.
var models = []Model{
	{
		Name: "bert-base", Hidden: 768, Heads: 12, KVHeads: 12, HeadDim: 64, FFN: 3072,
		Norm: LayerNormPost, Act: GELUErf, Attention: Full, Bias: true, Eps: 1e-12,
		Source: "Devlin et al. 2019, arXiv:1810.04805, section 3; config.json of bert-base-uncased",
	},
	{
		Name: "gpt2-small", Hidden: 768, Heads: 12, KVHeads: 12, HeadDim: 64, FFN: 3072,
		Norm: LayerNormPre, Act: GELUTanh, Attention: Causal, Bias: true, Eps: 1e-5,
		Source: "Radford et al. 2019, Language models are unsupervised multitask learners, table 2; hparams.json of 124M",
	},
	{
		Name: "gpt3-175b", Hidden: 12288, Heads: 96, KVHeads: 96, HeadDim: 128, FFN: 49152,
		Norm: LayerNormPre, Act: GELUTanh, Attention: Causal, Bias: true, Eps: 1e-5,
		Source: "Brown et al. 2020, arXiv:2005.14165, table 2.1 (eps and GELU form as GPT-2; its banded layers are taken as dense)",
	},
	{
		Name: "llama3-8b", Hidden: 4096, Heads: 32, KVHeads: 8, HeadDim: 128, FFN: 14336,
		Norm: RMSNormPre, Act: SwiGLU, Attention: Causal, RopeTheta: 500000, Eps: 1e-5,
		Source: "Grattafiori et al. 2024, arXiv:2407.21783, table 3; config.json of Meta-Llama-3-8B",
	},
}

// Models returns the table of models, sorted by name. "custom" is not in it.
func Models() []Model { return slices.Clone(models) }

// ModelNames returns the names of Models, sorted.
func ModelNames() []string {
	var names []string
	for _, m := range models {
		names = append(names, m.Name)
	}
	return names
}

func findModel(name string) (Model, bool) {
	i := slices.IndexFunc(models, func(m Model) bool { return m.Name == name })
	if i < 0 {
		return Model{}, false
	}
	return models[i], true
}

// of gives l the shape of m.
func (m Model) of(l Layer) Layer {
	l.Hidden, l.Heads, l.KVHeads, l.HeadDim, l.FFN = m.Hidden, m.Heads, m.KVHeads, m.HeadDim, m.FFN
	l.Norm, l.Act, l.Attention, l.Bias = m.Norm, m.Act, m.Attention, m.Bias
	l.RopeTheta, l.Eps = m.RopeTheta, m.Eps
	return l
}

// WithDefaults fills in what m leaves open: the uniform fill.
func (m Matmul) WithDefaults() Matmul {
	if m.Fill == "" {
		m.Fill = Uniform
	}
	return m
}

// WithDefaults fills in what l leaves open: the whole shape if l names a model
// and has no Hidden of its own, batch 1, one token in decode, the uniform fill.
func (l Layer) WithDefaults() Layer {
	if m, ok := findModel(l.Model); ok && l.Hidden == 0 {
		l = m.of(l)
	}
	if l.Batch == 0 {
		l.Batch = 1
	}
	if l.Phase == Decode && l.Tokens == 0 {
		l.Tokens = 1
	}
	if l.Fill == "" {
		l.Fill = Uniform
	}
	return l
}

// FillOf returns what values the operands of w hold.
func FillOf(w Workload) Fill {
	switch w := w.(type) {
	case Matmul:
		return w.WithDefaults().Fill
	case Layer:
		return w.WithDefaults().Fill
	case Peak:
		return w.WithDefaults().Fill
	case Stream:
		return w.WithDefaults().Fill
	}
	return ""
}
