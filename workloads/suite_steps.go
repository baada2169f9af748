package workloads

import (
	"fmt"
	"reflect"
	"slices"
)

// A list is a TOML array, or one value that stands for an array of one.
type list[T any] []T

// UnmarshalTOML takes T or an array of T.
func (l *list[T]) UnmarshalTOML(value any) error {
	values, ok := value.([]any)
	if !ok {
		values = []any{value}
	}
	for _, v := range values {
		t, ok := convert[T](v)
		if !ok {
			return fmt.Errorf("%v is of the wrong type: write %s", v, wanted[T]())
		}
		*l = append(*l, t)
	}
	if len(*l) == 0 {
		return fmt.Errorf("an empty list gives no step: write at least one value")
	}
	return nil
}

// convert turns what TOML gives (string, int64, …) into T without loss.
func convert[T any](v any) (t T, ok bool) {
	target := reflect.ValueOf(&t).Elem()
	switch v := v.(type) {
	case string:
		ok = target.Kind() == reflect.String
		if ok {
			target.SetString(v)
		}
	case int64:
		ok = target.Kind() == reflect.Int
		if ok {
			target.SetInt(v)
		}
	}
	return t, ok
}

func wanted[T any]() string {
	if reflect.TypeFor[T]().Kind() == reflect.Int {
		return "a whole number or a list of them"
	}
	return `a "string" or a list of them`
}

// matmulSteps is one [[matmul]].
type matmulSteps struct {
	DType    list[DType]  `toml:"dtype"`
	M        list[int]    `toml:"m"`
	N        list[int]    `toml:"n"`
	K        list[int]    `toml:"k"`
	Pack     list[Pack]   `toml:"pack"`
	Fill     Fill         `toml:"fill"`
	Sparsity Sparsity     `toml:"sparsity"`
	For      string       `toml:"for"`
	Runners  list[string] `toml:"runners"`
}

// layerSteps is one [[layer]].
type layerSteps struct {
	Model     string       `toml:"model"`
	Phase     Phase        `toml:"phase"`
	DType     list[DType]  `toml:"dtype"`
	Batch     list[int]    `toml:"batch"`
	Tokens    list[int]    `toml:"tokens"`
	Context   list[int]    `toml:"context"`
	Hidden    int          `toml:"hidden"`
	Heads     int          `toml:"heads"`
	KVHeads   int          `toml:"kv_heads"`
	HeadDim   int          `toml:"head_dim"`
	FFN       int          `toml:"ffn"`
	Norm      Norm         `toml:"norm"`
	Act       Act          `toml:"act"`
	Attention Attention    `toml:"attention"`
	Bias      bool         `toml:"bias"`
	RopeTheta float64      `toml:"rope_theta"`
	Eps       float64      `toml:"eps"`
	Technique Technique    `toml:"technique"`
	Fill      Fill         `toml:"fill"`
	For       string       `toml:"for"`
	Runners   list[string] `toml:"runners"`
}

func (s matmulSteps) steps() ([]SuiteStep, error) {
	square := len(s.M) == 0 && len(s.K) == 0
	if square {
		s.M, s.K = list[int]{0}, list[int]{0}
	}
	s.Pack = orOne(s.Pack, PackAny)
	if err := countSteps("write dtype, and n or all of m, n, k", len(s.DType), len(s.M), len(s.N), len(s.K), len(s.Pack)); err != nil {
		return nil, err
	}
	var steps []SuiteStep
	for _, d := range s.DType {
		for _, m := range s.M {
			for _, n := range s.N {
				for _, k := range s.K {
					if square {
						m, k = n, n
					}
					steps = append(steps, s.packed(Matmul{M: m, N: n, K: k, Type: d, Fill: s.Fill, Sparsity: s.Sparsity}.WithDefaults())...)
				}
			}
		}
	}
	return steps, nil
}

// packed is a product with its B packed in each of the ways asked for.
func (s matmulSteps) packed(m Matmul) (steps []SuiteStep) {
	for _, m.Pack = range s.Pack {
		steps = append(steps, SuiteStep{m, orBoth(s.For), s.Runners})
	}
	return steps
}

func (s layerSteps) steps() ([]SuiteStep, error) {
	batch, tokens, context := orOne(s.Batch, 1), orOne(s.Tokens, 0), orOne(s.Context, 0)
	if err := countSteps("write dtype", len(s.DType), len(batch), len(tokens), len(context)); err != nil {
		return nil, err
	}
	var steps []SuiteStep
	for _, d := range s.DType {
		for _, b := range batch {
			for _, t := range tokens {
				for _, c := range context {
					steps = append(steps, s.step(d, b, t, c))
				}
			}
		}
	}
	return steps, nil
}

func (s layerSteps) step(d DType, batch, tokens, context int) SuiteStep {
	w := Layer{
		Model: s.Model, Phase: s.Phase, Type: d, Batch: batch, Tokens: tokens, Context: context,
		Hidden: s.Hidden, Heads: s.Heads, KVHeads: s.KVHeads, HeadDim: s.HeadDim, FFN: s.FFN,
		Norm: s.Norm, Act: s.Act, Attention: s.Attention, Bias: s.Bias,
		RopeTheta: s.RopeTheta, Eps: s.Eps, Technique: s.Technique, Fill: s.Fill,
	}.WithDefaults()
	return SuiteStep{w, orBoth(s.For), s.Runners}
}

// countSteps refuses no combination at all, and more than a suite may hold
// before they are made.
func countSteps(missing string, lengths ...int) error {
	steps := 1
	for _, n := range lengths {
		steps = min(steps*n, maxSteps+1)
	}
	return first(
		when(steps == 0, "gives no step: %s", missing),
		when(steps > maxSteps, "gives more than %d steps: shorten its lists", maxSteps),
	)
}

func orBoth(s string) string {
	if s == "" {
		return ForBoth
	}
	return s
}

func orOne[T any](l list[T], usual T) list[T] {
	if len(l) == 0 {
		return list[T]{usual}
	}
	return l
}

// keysOf lists the toml keys of a struct, sorted.
func keysOf(v any) (keys []string) {
	for f := range reflect.TypeOf(v).Fields() {
		keys = append(keys, f.Tag.Get("toml"))
	}
	slices.Sort(keys)
	return keys
}
