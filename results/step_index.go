package results

import "slices"

// stepKey is the key of a step everywhere.
type stepKey struct{ trial, order int }

func (k stepKey) compare(other stepKey) int {
	if k.trial != other.trial {
		return k.trial - other.trial
	}
	return k.order - other.order
}

// A stepIndex finds the rows of a step. It holds one number a row, which a map
// of slices would need many times over.
type stepIndex struct {
	order []int32 // row numbers by step, in the order of the file within one
	key   func(i int32) stepKey
}

func newStepIndex(rows int, key func(i int32) stepKey) *stepIndex {
	x := &stepIndex{order: make([]int32, rows), key: key}
	for i := range x.order {
		x.order[i] = int32(i)
	}
	slices.SortStableFunc(x.order, func(a, b int32) int { return key(a).compare(key(b)) })
	return x
}

// of lists the rows of a step.
func (x *stepIndex) of(k stepKey) []int32 {
	at, _ := slices.BinarySearchFunc(x.order, k, func(i int32, k stepKey) int { return x.key(i).compare(k) })
	end := at
	for end < len(x.order) && x.key(x.order[end]) == k {
		end++
	}
	return x.order[at:end]
}
