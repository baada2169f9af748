package results

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSameCard(t *testing.T) {
	test := func(same, told bool, a, b string) {
		t.Helper()
		gotSame, gotTold := SameCard(a, b)
		require.Equal(t, []bool{same, told}, []bool{gotSame, gotTold}, "%s %s", a, b)
	}
	test(true, true, "00000000:41:00.0", "41:00.0")
	test(true, true, "41:00", "0000:41:00.0")
	test(false, true, "0001:41:00.0", "0000:41:00.0")
	test(true, true, "GPU-AB-1", "ab-1")
	test(false, true, "MIG-ab-1", "GPU-ab-1")
	test(false, false, "GPU-ab-1", "0000:41:00.0")
	test(false, false, "", "")
}

// FuzzNormalise: whatever a runner says, what is written alike stays so.
func FuzzNormalise(f *testing.F) {
	for _, s := range []string{"00000000:41:00.0", "41:00.0", "GPU-5f1c", "MIG-1", "cpu:0", "", " 0a:0 ", "ffffffff:ff:ff.7"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := normalise(s)
		if isAddress(s) {
			require.True(t, isAddress(n), "%q became %q", s, n)
			require.Equal(t, n, normalise(n))
		}
	})
}
