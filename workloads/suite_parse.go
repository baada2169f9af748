package workloads

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// suiteFile is the form of a suite file; the keys of its steps are those of
// matmulSteps, layerSteps, peakSteps and streamSteps.
type suiteFile struct {
	Name                 string        `toml:"name"`
	Description          string        `toml:"description"`
	Trials               int           `toml:"trials"`
	WindowS              float64       `toml:"window_s"`
	WindowUpdates        int           `toml:"window_updates"`
	WarmupMaxS           float64       `toml:"warmup_max_s"`
	IdleS                float64       `toml:"idle_s"`
	IdleMaxS             float64       `toml:"idle_max_s"`
	IdleUpdates          int           `toml:"idle_updates"`
	IterationLimitS      float64       `toml:"iteration_limit_s"`
	MaxCompetingFraction float64       `toml:"max_competing_fraction"`
	Matmul               []matmulSteps `toml:"matmul"`
	Layer                []layerSteps  `toml:"layer"`
	Peak                 []peakSteps   `toml:"peak"`
	Stream               []streamSteps `toml:"stream"`
}

// defaultSuite is what a file need not say: the measuring rules of the suite
// "standard".
func defaultSuite(name string) suiteFile {
	return suiteFile{
		Name: name, Trials: 6, WindowS: 10, WindowUpdates: 100, WarmupMaxS: 120,
		IdleS: 2, IdleMaxS: 30, IdleUpdates: 20, IterationLimitS: 60, MaxCompetingFraction: 0.25,
	}
}

// ParseSuite reads a suite from TOML; name stands where the file gives none.
//
// Keys at the top, all optional (defaults in brackets): name, description,
// trials [6], window_s [10], window_updates [100], warmup_max_s [120], idle_s
// [2], idle_max_s [30], idle_updates [20], iteration_limit_s [60],
// max_competing_fraction [0.25].
//
// Then any number of [[matmul]], [[layer]], [[peak]] and [[stream]], one at least, in
// the order in which their steps are measured (kinds in this order). Where a list is meant, one
// value will do, and several lists give every combination, the first key varying
// slowest:
//
//	[[matmul]] dtype (list), m, n, k (lists) or n alone for squares, pack
//	           (list), fill, sparsity, for, runners (list)
//	[[layer]]  model, phase, dtype (list), batch, tokens, context (lists),
//	           technique, fill, for, runners, and with model = "custom": hidden,
//	           heads, kv_heads, head_dim, ffn, norm, act, attention, bias,
//	           rope_theta, eps
//	[[peak]]   dtype, isa (lists), steps, fill, for, runners
//	[[stream]] kernel, bytes (lists), nt, passes, fill, for, runners
//
// for is "cpu", "accelerator" or "both" [both]. A key that is none of these is
// refused, and so is a step that stands twice.
func ParseSuite(text, name string) (Suite, error) {
	s, err := parseSuite(text, name)
	if err != nil {
		return Suite{}, fmt.Errorf("suite %s: %w", name, err)
	}
	return s, nil
}

func parseSuite(text, name string) (Suite, error) {
	file := defaultSuite(name)
	meta, err := toml.Decode(text, &file)
	if err != nil {
		return Suite{}, tomlError(err)
	}
	for _, key := range meta.Undecoded() {
		return Suite{}, unknownKey(key)
	}
	steps, err := file.steps()
	if err != nil {
		return Suite{}, err
	}
	s := Suite{
		Name: file.Name, Description: file.Description, Text: text, Trials: file.Trials,
		WindowS: file.WindowS, WindowUpdates: file.WindowUpdates, WarmupMaxS: file.WarmupMaxS,
		IdleS: file.IdleS, IdleMaxS: file.IdleMaxS, IdleUpdates: file.IdleUpdates,
		IterationLimitS: file.IterationLimitS, MaxCompetingFraction: file.MaxCompetingFraction,
		Steps: steps,
	}
	return s, s.validate()
}

func (f suiteFile) steps() ([]SuiteStep, error) {
	var steps []SuiteStep
	err := first(
		appendSteps(&steps, "matmul", f.Matmul),
		appendSteps(&steps, "layer", f.Layer),
		appendSteps(&steps, "peak", f.Peak),
		appendSteps(&steps, "stream", f.Stream),
	)
	return steps, err
}

// appendSteps adds those of every table of a kind.
func appendSteps[T interface{ steps() ([]SuiteStep, error) }](all *[]SuiteStep, kind string, tables []T) error {
	for i, t := range tables {
		list, err := t.steps()
		if err != nil {
			return fmt.Errorf("[[%s]] number %d: %w", kind, i+1, err)
		}
		*all = append(*all, list...)
	}
	return nil
}

// tomlError keeps the place of a syntax error and drops the excerpt, which spans
// lines.
func tomlError(err error) error {
	var parse toml.ParseError
	if errors.As(err, &parse) {
		return fmt.Errorf("line %d is not TOML of a suite (%s): correct it", parse.Position.Line, parse.Message)
	}
	return fmt.Errorf("not TOML of a suite (%w): correct it", err)
}

// forbidden are keys by which a file would start something.
var forbidden = []string{
	"args", "argv", "cmd", "command", "commands", "cwd", "dylib", "env", "environment", "exec", "executable",
	"external", "lib", "libraries", "library", "path", "preload", "program", "script", "shell",
}

func unknownKey(key toml.Key) error {
	last := key[len(key)-1]
	if slices.Contains(forbidden, strings.ToLower(last)) {
		return fmt.Errorf("key %s: suite files name runners, never commands or libraries: give those by --external or --lib", key)
	}
	known := keysOf(suiteFile{})
	switch key[0] {
	case "matmul":
		known = keysOf(matmulSteps{})
	case "layer":
		known = keysOf(layerSteps{})
	case "peak":
		known = keysOf(peakSteps{})
	case "stream":
		known = keysOf(streamSteps{})
	}
	if hint := DidYouMean(last, known); hint != "" {
		return fmt.Errorf("unknown key %s%s", key, hint)
	}
	return fmt.Errorf("unknown key %s: use %s", key, strings.Join(known, ", "))
}
