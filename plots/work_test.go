package plots

import (
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/workloads"
)

func TestDescribe(t *testing.T) {
	cases := []struct {
		name, panel, label, unit string
		square                   int
	}{
		{"matmul/fp32/m=512/n=512/k=512", "Matrix multiplication", "fp32 512³", "FLOP", 512},
		{"matmul/bf16/m=16/n=32/k=64", "Matrix multiplication", "bf16 16 × 32 × 64", "FLOP", 0},
		{"matmul/int8/m=512/n=512/k=512", "Matrix multiplication, integer", "int8 512³", "OP", 512},
		{"matmul/fp32/m=512/n=512/k=512/fill=zeros", "Matrix multiplication", "fp32 512³, fill zeros", "FLOP", 512},
		{"matmul/fp32/m=512/n=512/k=512/pack=call", "Matrix multiplication", "fp32 512³, B packed at each call", "FLOP", 512},
		{"matmul/fp32/m=512/n=512/k=512/fill=zeros/pack=prepare", "Matrix multiplication", "fp32 512³, B packed before, fill zeros", "FLOP", 512},
		{"layer/gpt2-small/prefill/fp32/b=2/t=512/c=0", "Transformer layer, prefill (batch × tokens)", "gpt2-small fp32 2 × 512", "FLOP", 0},
		{"layer/gpt2-small/decode/bf16/b=1/t=1/c=1024", "Transformer layer, decode (batch × context)", "gpt2-small bf16 1 × 1024", "FLOP", 0},
		{"peak/int8/isa=avx512", "Multiply-adds from registers, integer", "int8 avx512", "OP", 0},
		{"stream/triad/bytes=536870912/nt", "Arrays in caches and memory", "triad 512 MiB, non-temporal", "FLOP", 0},
		{"stream/copy/bytes=16384", "Arrays in caches and memory", "copy 16 KiB", "", 0},
		{"convolution/fp32/of=tomorrow", "Other workloads", "convolution/fp32/of=tomorrow", "FLOP", 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := describe(c.name, "fp32")
			require.Equal(t, [3]any{c.panel, c.label, c.unit}, [3]any{d.panel, d.label, d.unit})
			require.Equal(t, c.square, d.square)
		})
	}
}

// Sparse counts its dense equivalent, and so never stands beside dense.
func TestDescribeKeepsSparseApart(t *testing.T) {
	sparse := describe("matmul/bf16/m=512/n=512/k=512/sparsity=2:4", "bf16")
	dense := describe("matmul/bf16/m=512/n=512/k=512", "bf16")
	require.NotEqual(t, dense.panel, sparse.panel)
	require.Zero(t, sparse.square)
}

// Rows of two versions of a workload are never compared: not one group, not one line.
func TestVersionsStandApart(t *testing.T) {
	d := describe("matmul/bf16/m=512/n=512/k=512", "bf16")
	require.Equal(t, d, d.ofVersion(workloads.Version))
	other := d.ofVersion(workloads.Version + 1)
	require.NotEqual(t, d.label, other.label)
	require.NotEqual(t, d.comment, other.comment)
}
