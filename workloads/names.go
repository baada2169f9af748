package workloads

import (
	"fmt"
	"strconv"
	"strings"
)

// Name is "matmul/<dtype>/m=…/n=…/k=…" with "/fill=…", "/pack=…" and "/sparsity=…"
// where they are not the default. Parse is its inverse.
func (m Matmul) Name() string {
	m = m.WithDefaults()
	var b strings.Builder
	fmt.Fprintf(&b, "matmul/%s/m=%d/n=%d/k=%d", m.Type, m.M, m.N, m.K)
	appendPart(&b, "fill", string(m.Fill), string(Uniform))
	appendPart(&b, "pack", string(m.Pack), string(PackAny))
	appendPart(&b, "sparsity", string(m.Sparsity), "")
	return b.String()
}

// Name is "layer/<model>/<phase>/<dtype>/b=…/t=…/c=…", then every dimension of a
// custom model, then "/fill=…" and "/technique=…" where they are not the default.
// Parse is its inverse.
func (l Layer) Name() string {
	l = l.WithDefaults()
	var b strings.Builder
	fmt.Fprintf(&b, "layer/%s/%s/%s/b=%d/t=%d/c=%d", l.Model, l.Phase, l.Type, l.Batch, l.Tokens, l.Context)
	if l.Model == Custom {
		l.appendShape(&b)
	}
	appendPart(&b, "fill", string(l.Fill), string(Uniform))
	appendPart(&b, "technique", string(l.Technique), "")
	return b.String()
}

func (l Layer) appendShape(b *strings.Builder) {
	fmt.Fprintf(b, "/hidden=%d/heads=%d/kv_heads=%d/head_dim=%d/ffn=%d", l.Hidden, l.Heads, l.KVHeads, l.HeadDim, l.FFN)
	fmt.Fprintf(b, "/norm=%s/act=%s/attention=%s/bias=%t", l.Norm, l.Act, l.Attention, l.Bias)
	fmt.Fprintf(b, "/rope_theta=%s/eps=%s", shortest(l.RopeTheta), shortest(l.Eps))
}

func appendPart(b *strings.Builder, key, value, usual string) {
	if value != usual {
		fmt.Fprintf(b, "/%s=%s", key, value)
	}
}

func shortest(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
