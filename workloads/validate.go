package workloads

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
)

const (
	// maxSize bounds every dimension. It is far beyond any machine and keeps all
	// counts and element numbers inside int64.
	maxSize = 1_000_000
	// maxInt8K keeps K x 127² inside int32, so that int8 results are exact.
	maxInt8K = (1<<31 - 1) / (127 * 127)
)

var slug = regexp.MustCompile(`^[a-z0-9][a-z0-9_.-]{0,63}$`)

// Validate says in one sentence what is wrong with w, or nil. What it accepts has
// a Name that Parse reads back; whether anything can compute it is another matter.
func Validate(w Workload) error {
	switch w := w.(type) {
	case Matmul:
		return w.WithDefaults().validate()
	case Layer:
		return w.WithDefaults().validate()
	case Peak:
		return w.WithDefaults().validate()
	case Stream:
		return w.WithDefaults().validate()
	case nil:
		return errors.New("no workload: give a " + kinds)
	}
	return fmt.Errorf("%T is no kind of workload: give a %s", w, kinds)
}

func (m Matmul) validate() error {
	return first(
		checkType(m.Type), checkFill(m.Fill),
		checkSize("m", m.M), checkSize("n", m.N), checkSize("k", m.K),
		oneOf("pack", m.Pack, PackAny, PackCall, PackPrepare),
		oneOf("sparsity", m.Sparsity, "", "2:4"),
		when(m.Sparsity != "" && m.K%4 != 0, "k is %d with 2:4 sparsity: make it a multiple of 4", m.K),
		when(m.Type == INT8 && m.K > maxInt8K, "k is %d, where int8 products overflow int32: keep k at or below %d", m.K, maxInt8K),
	)
}

func (l Layer) validate() error {
	return first(l.validateKind(), l.validateShape(), l.validatePhase())
}

func (l Layer) validateKind() error {
	m, named := findModel(l.Model)
	return first(
		when(!named && l.Model != Custom, "model %q is not known: use %s or custom", l.Model, strings.Join(ModelNames(), ", ")),
		when(named && m.of(l) != l, "the dimensions are not those of %s: leave them out, or use the model custom", l.Model),
		oneOf("phase", l.Phase, Prefill, Decode, Train),
		oneOf("norm", l.Norm, LayerNormPre, LayerNormPost, RMSNormPre),
		oneOf("act", l.Act, GELUTanh, GELUErf, SwiGLU),
		oneOf("attention", l.Attention, Causal, Full),
		checkType(l.Type), checkFill(l.Fill),
		when(l.Technique != "" && !slug.MatchString(string(l.Technique)), "technique %q: use lower-case letters, digits and _ . -", l.Technique),
	)
}

func (l Layer) validateShape() error {
	return first(
		checkSize("b", l.Batch), checkSize("t", l.Tokens),
		checkSize("hidden", l.Hidden), checkSize("heads", l.Heads), checkSize("kv_heads", l.KVHeads),
		checkSize("head_dim", l.HeadDim), checkSize("ffn", l.FFN),
		when(l.KVHeads > 0 && l.Heads%l.KVHeads != 0, "heads is %d and kv_heads %d: make heads a multiple of kv_heads", l.Heads, l.KVHeads),
		when(l.Type == INT8 && l.longestProduct() > maxInt8K, "a sum has %d products, where those of int8 overflow int32: keep hidden, heads x head_dim and ffn at or below %d", l.longestProduct(), maxInt8K),
		when(!(l.RopeTheta >= 0) || math.IsInf(l.RopeTheta, 0), "rope_theta is %v: use a base above 0, or 0 for none", l.RopeTheta),
		when(l.RopeTheta > 0 && l.HeadDim%2 != 0, "head_dim is %d with rotary positions: make it even", l.HeadDim),
		when(!(l.Eps > 0) || math.IsInf(l.Eps, 0), "eps is %v: use a small number above 0", l.Eps),
	)
}

// longestProduct is the most products that a projection sums.
func (l Layer) longestProduct() int { return max(l.Hidden, l.Heads*l.HeadDim, l.FFN) }

func (l Layer) validatePhase() error {
	cached := l.Context != 0
	return first(
		when(l.Context < 0 || l.Context > maxSize, "c is %d: use 0…%d", l.Context, maxSize),
		when(l.Phase == Decode && !cached, "decode has c=0: give the number of cache entries, the new token's included"),
		when(l.Phase == Decode && l.Tokens != 1, "decode has t=%d: it makes one token a sequence, so t is 1", l.Tokens),
		when(l.Attention == Full && cached, "%s attends fully and has no cache: leave c at 0 and use prefill", l.Model),
		when(l.Phase == Train && cached, "train has c=%d: it uses no cache, so c is 0", l.Context),
	)
}

func checkType(d DType) error {
	if d.Known() && d != INT32 {
		return nil
	}
	return oneOf("dtype", d, dtypeOrder[:len(dtypeOrder)-1]...)
}

func checkFill(f Fill) error { return oneOf("fill", f, Uniform, Normal, Zeros, Integers) }

func checkSize(name string, n int) error {
	return when(n < 1 || n > maxSize, "%s is %d: use 1…%d", name, n, maxSize)
}

func oneOf[T ~string](what string, got T, allowed ...T) error {
	if slices.Contains(allowed, got) {
		return nil
	}
	var names []string
	for _, a := range allowed {
		if a != "" {
			names = append(names, string(a))
		}
	}
	return fmt.Errorf("%s %q is not known: use %s", what, got, strings.Join(names, ", "))
}

func when(bad bool, format string, args ...any) error {
	if !bad {
		return nil
	}
	return fmt.Errorf(format, args...)
}

// first returns the first error, so that a message is one sentence.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// known lists the keys of m, sorted, for messages.
func known[V any](m map[string]V) string {
	return strings.Join(slices.Sorted(maps.Keys(m)), ", ")
}
