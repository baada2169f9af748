package workloads

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLabels(t *testing.T) {
	for name, want := range map[string]string{
		"matmul/bf16/n=1024":                                   "matmul bf16 1024^3",
		"matmul/fp32/m=1/n=4096/k=512":                         "matmul fp32 1x4096x512",
		"matmul/fp16/n=8/sparsity=2:4/fill=zeros":              "matmul fp16 8^3 2:4 zeros",
		"matmul/fp16/n=8/pack=call/fill=zeros":                 "matmul fp16 8^3 pack=call zeros",
		"layer/gpt2-small/prefill/fp32/t=512":                  "layer gpt2-small prefill fp32 1x512",
		"layer/gpt2-small/decode/bf16/b=4/c=1024":              "layer gpt2-small decode bf16 4x1024",
		"layer/gpt2-small/train/bf16/t=8/technique=checkpoint": "layer gpt2-small train bf16 1x8 checkpoint",
	} {
		require.Equal(t, want, Label(parse(t, name)))
	}
}
