package workloads

import "fmt"

// Label is a workload's name as tables for people print it: "matmul bf16 1024^3",
// "layer gpt2-small prefill fp32 1x512", "layer gpt2-small decode bf16 1x1024",
// where a layer's numbers are sequences and tokens, in decode cache entries.
// "peak fp32", "stream triad 512 MiB nt". What is not default stands behind.
func Label(w Workload) string {
	switch w := w.(type) {
	case Matmul:
		size := fmt.Sprintf("%dx%dx%d", w.M, w.N, w.K)
		if w.M == w.N && w.N == w.K {
			size = fmt.Sprintf("%d^3", w.M)
		}
		return fmt.Sprintf("matmul %s %s", w.Type, size) + packing(w.Pack) + extra(string(w.Sparsity), w.Fill)
	case Layer:
		length := w.Tokens
		if w.Phase == Decode {
			length = w.Context
		}
		return fmt.Sprintf("layer %s %s %s %dx%d", w.Model, w.Phase, w.Type, w.Batch, length) + extra(string(w.Technique), w.Fill)
	case Peak:
		return fmt.Sprintf("peak %s", w.Type) + extra(w.ISA, w.Fill)
	case Stream:
		return fmt.Sprintf("stream %s %s", w.Kernel, binaryBytes(w.Footprint)) + extra(w.stores(), w.Fill)
	}
	return w.Name()
}

// stores is "nt" for non-temporal ones.
func (s Stream) stores() string {
	if s.NonTemporal {
		return "nt"
	}
	return ""
}

// binaryBytes writes n with the largest binary prefix that divides it.
func binaryBytes(n int) string {
	prefixes := []string{"B", "KiB", "MiB", "GiB"}
	i := 0
	for ; i+1 < len(prefixes) && n > 0 && n%1024 == 0; i++ {
		n /= 1024
	}
	return fmt.Sprintf("%d %s", n, prefixes[i])
}

func packing(p Pack) string {
	if p == PackAny {
		return ""
	}
	return " pack=" + string(p)
}

func extra(variant string, fill Fill) (text string) {
	if variant != "" {
		text += " " + variant
	}
	if fill != Uniform && fill != "" {
		text += " " + string(fill)
	}
	return text
}
