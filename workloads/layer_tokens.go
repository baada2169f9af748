package workloads

import "slices"

const (
	// referenceLimit is how many operations a layer's reference may need before
	// only its first tokens are checked: some ten seconds of a small machine.
	referenceLimit = 1e11
	// firstTokens bounds the tokens checked then.
	firstTokens = 64
)

// checkedTokens are 0, 17 and the last of a sequence: the first sees itself
// alone, the last everything, and 17 lies at no edge of any block. Where a causal
// reference would need more than referenceLimit, the last is 63 instead; under
// full attention every token needs all others, so nothing could be saved.
func (l Layer) checkedTokens() []int {
	last := l.Tokens - 1
	tokens := l.chosen(last)
	if l.Attention == Causal && l.referenceOps(tokens) > referenceLimit {
		tokens = l.chosen(min(last, firstTokens-1))
	}
	return tokens
}

func (l Layer) chosen(last int) []int {
	if last > 17 {
		return []int{0, 17, last}
	}
	return slices.Compact([]int{0, last})
}

// visible is how many new tokens the reference must know to compute tokens.
func (l Layer) visible(tokens []int) int {
	if l.Attention == Full {
		return l.Tokens
	}
	return slices.Max(tokens) + 1
}

// past is how many cache entries come before the first new token. Decode's own
// slot, the last, is overwritten before it is read.
func (l Layer) past() int {
	if l.Phase == Decode {
		return l.Context - 1
	}
	return l.Context
}

// referenceOps is the multiply-adds, as two, of both lanes of the reference:
// keys and values of all visible tokens, everything else for the chosen alone.
func (l Layer) referenceOps(tokens []int) float64 {
	row := l
	row.Batch, row.Tokens, row.Context, row.Phase = 1, 1, 0, Prefill
	seen := float64(l.visible(tokens))
	keysValues := 4 * seen * float64(l.Hidden) * float64(l.KVHeads) * float64(l.HeadDim)
	attention := 4 * float64(l.Heads) * float64(l.HeadDim) * (seen + float64(l.past()))
	return 2 * (keysValues + float64(len(tokens))*(row.Ops()+attention))
}
