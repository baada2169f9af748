package workloads

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const (
	matmulForm = "matmul/<dtype>/m=…/n=…/k=…"
	layerForm  = "layer/<model>/<phase>/<dtype>/b=…/t=…/c=…"
	peakForm   = "peak/<dtype>"
	streamForm = "stream/<read|copy|triad>/bytes=…"
)

// Parse reads the name of a workload: the inverse of Name for every valid
// workload. Beyond names as Name writes them it takes parts after the dtype in
// any order, a square as n alone, and b, t of a decode and c left out. The error
// says what was expected.
func Parse(name string) (Workload, error) {
	head, rest, _ := strings.Cut(name, "/")
	var w Workload
	var err error
	switch head {
	case "matmul":
		w, err = parseMatmul(rest)
	case "layer":
		w, err = parseLayer(rest)
	case "peak":
		w, err = parsePeak(rest)
	case "stream":
		w, err = parseStream(rest)
	default:
		return nil, fmt.Errorf("workload %q begins with no kind of workload: write %s, %s, %s or %s", name, matmulForm, layerForm, peakForm, streamForm)
	}
	if err == nil {
		err = Validate(w)
	}
	if err != nil {
		return nil, fmt.Errorf("workload %q: %w", name, err)
	}
	return w, nil
}

func parseMatmul(rest string) (Workload, error) {
	parts := strings.Split(rest, "/")
	m := Matmul{Type: DType(parts[0])}
	fields := map[string]any{"m": &m.M, "n": &m.N, "k": &m.K, "fill": &m.Fill, "pack": &m.Pack, "sparsity": &m.Sparsity}
	seen, err := readParts(parts[1:], fields, matmulForm)
	if err != nil {
		return nil, err
	}
	if seen["n"] && !seen["m"] && !seen["k"] {
		m.M, m.K = m.N, m.N
	}
	return m.WithDefaults(), nil
}

func parseLayer(rest string) (Workload, error) {
	parts := strings.Split(rest, "/")
	if len(parts) < 3 {
		return nil, fmt.Errorf("too short: write %s", layerForm)
	}
	l := Layer{Model: parts[0], Phase: Phase(parts[1]), Type: DType(parts[2])}
	fields := map[string]any{"b": &l.Batch, "t": &l.Tokens, "c": &l.Context, "fill": &l.Fill, "technique": &l.Technique}
	if l.Model == Custom {
		for key, field := range l.shapeFields() {
			fields[key] = field
		}
	}
	if _, err := readParts(parts[3:], fields, layerForm); err != nil {
		return nil, err
	}
	return l.WithDefaults(), nil
}

func parsePeak(rest string) (Workload, error) {
	parts := strings.Split(rest, "/")
	p := Peak{Type: DType(parts[0])}
	fields := map[string]any{"isa": &p.ISA, "steps": &p.Steps, "fill": &p.Fill}
	if _, err := readParts(parts[1:], fields, peakForm); err != nil {
		return nil, err
	}
	return p.WithDefaults(), nil
}

func parseStream(rest string) (Workload, error) {
	parts := strings.Split(rest, "/")
	s := Stream{Kernel: StreamKernel(parts[0])}
	parts = parts[1:]
	if i := slices.Index(parts, "nt"); i >= 0 {
		s.NonTemporal = true
		parts = slices.Delete(parts, i, i+1)
	}
	fields := map[string]any{"bytes": &s.Footprint, "passes": &s.Passes, "fill": &s.Fill}
	if _, err := readParts(parts, fields, streamForm); err != nil {
		return nil, err
	}
	return s.WithDefaults(), nil
}

// shapeFields are the parts of a custom layer's name, by their JSON names.
func (l *Layer) shapeFields() map[string]any {
	return map[string]any{
		"hidden": &l.Hidden, "heads": &l.Heads, "kv_heads": &l.KVHeads, "head_dim": &l.HeadDim, "ffn": &l.FFN,
		"norm": &l.Norm, "act": &l.Act, "attention": &l.Attention,
		"bias": &l.Bias, "rope_theta": &l.RopeTheta, "eps": &l.Eps,
	}
}

// readParts stores each key=value in the field of that key.
func readParts(parts []string, fields map[string]any, form string) (map[string]bool, error) {
	seen := map[string]bool{}
	for _, part := range parts {
		key, value, ok := strings.Cut(part, "=")
		field := fields[key]
		switch {
		case !ok || value == "" || field == nil:
			return nil, fmt.Errorf("%q is no part of it: write %s, then any of %s", part, form, known(fields))
		case seen[key]:
			return nil, fmt.Errorf("%s stands twice: give it once", key)
		}
		seen[key] = true
		if err := setField(field, value); err != nil {
			return nil, fmt.Errorf("%s=%s: %w", key, value, err)
		}
	}
	return seen, nil
}

func setField(field any, value string) (err error) {
	switch f := field.(type) {
	case *int:
		*f, err = strconv.Atoi(value)
		err = remedy(err, "write a whole number")
	case *bool:
		*f, err = strconv.ParseBool(value)
		err = remedy(err, "write true or false")
	case *float64:
		*f, err = strconv.ParseFloat(value, 64)
		err = remedy(err, "write a number")
	case *string:
		*f = value
	case *Fill:
		*f = Fill(value)
	case *Pack:
		*f = Pack(value)
	case *Sparsity:
		*f = Sparsity(value)
	case *Technique:
		*f = Technique(value)
	case *Norm:
		*f = Norm(value)
	case *Act:
		*f = Act(value)
	case *Attention:
		*f = Attention(value)
	}
	return err
}

func remedy(err error, text string) error {
	if err == nil {
		return nil
	}
	return errors.New("not understood: " + text)
}
