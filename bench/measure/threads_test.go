package measure

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/bench/machine"
)

func TestThreadsReason(t *testing.T) {
	for _, c := range []struct {
		what        string
		asked, said int
		busy, ops   float64
		want        string
	}{
		{"kept", 1, 1, 1.02, 1e10, ""},
		{"kept, two", 2, 2, 1.9, 1e10, ""},
		{"the runner says nothing", 2, 0, 1.9, 1e10, ""},
		{"nobody says anything", 0, 0, 7, 1e10, ""},
		{"two in place of one", 1, 1, 1.98, 1e10, "took the time of 2.0 threads and was given 1"},
		{"two in place of one, not said", 1, 0, 1.98, 1e10, "took the time of 2.0 threads"},
		{"by default one, said, and two at work", 0, 1, 1.98, 1e10, "ignores the number"},
		{"one in place of two", 2, 2, 1.01, 1e10, "kept 1.0 of 2 threads busy"},
		{"a small step may leave threads idle", 2, 2, 1.01, 1e7, ""},
		{"says another number", 4, 2, 2, 1e10, "4 threads were asked for and the runner uses 2"},
		{"not known", 1, 1, math.NaN(), 1e10, ""},
	} {
		got := threadsReason(c.asked, c.said, c.busy, c.ops, 2)
		if c.want == "" {
			require.Empty(t, got, c.what)
			continue
		}
		require.Contains(t, got, c.want, c.what)
	}
}

func TestMoreThreadsThanCPUs(t *testing.T) {
	require.Empty(t, crowded(2, machine.CPUSet{Any: "0,5"}))
	require.Empty(t, crowded(1, machine.CPUSet{Any: "0,5"}))
	require.Empty(t, crowded(0, machine.CPUSet{Any: "0"}), "the runner says nothing")
	require.Empty(t, crowded(2, machine.CPUSet{}), "nobody knows the CPUs")
	require.Contains(t, crowded(2, machine.CPUSet{Any: "3"}), "the runner uses 2 threads, and the CPUs for it are only 3: ")
}
