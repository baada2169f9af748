package plots

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNamesOfCasesKeepClear: below their roofs and with intervals, every case still has its name, and
// none lies over a marker, a roof, a whisker, another name or a leader.
func TestNamesOfCasesKeepClear(t *testing.T) {
	r := rooflineOf(t, fixture{model: "m", run: "r", trials: 6, rows: roofRows("cpu", 1)})[0]
	for i := range r.cases {
		c := &r.cases[i]
		c.point.low, c.point.high = 0.87*c.point.y, 1.08*c.point.y
	}
	b := roofPanel{r, Light}
	area := rect{60, 80, 380, 80 + roofArea}
	x, y := b.scales(area)
	names := b.caseNames(area, x, y)
	require.Equal(t, len(r.cases), len(names), "not every case has its name")
	markers, roofs, whiskers := b.obstacles(area, x, y)
	far := 0
	for i, n := range names {
		require.True(t, free(n.box, markers) && free(n.box, roofs) && free(n.box, whiskers), n.label)
		for _, other := range names[:i] {
			require.False(t, n.box.overlaps(other.box), "%s and %s", n.label, other.label)
			require.True(t, free(n.box, other.leader()), "%s and the leader of %s", n.label, other.label)
			for _, piece := range n.leader() {
				require.False(t, piece.overlaps(other.box), "%s and the leader of %s", other.label, n.label)
			}
		}
		if n.far {
			far++
		}
	}
	require.Positive(t, far, "no leader was needed: this shows too little")
}
