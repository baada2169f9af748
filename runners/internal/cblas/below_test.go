package cblas

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBelow(t *testing.T) {
	for _, c := range []struct {
		kernels string
		machine isa
		want    bool
	}{
		{"Haswell", avx512, true}, {"Zen", avx512, true}, {"Prescott", avx512, true}, {"generic", avx512, true}, {"zen3", avx512, true}, {"def", avx512, true},
		{"SkylakeX", avx512, false}, {"COOPERLAKE", avx512, false}, {"SapphireRapids", avx512, false}, {"skx", avx512, false}, {"zen5", avx512, false},
		{"Haswell", avx2, false}, {"zen", avx2, false}, {"Sandybridge", avx2, true}, {"generic", avx2, true}, {"mc3", avx2, true},
		{"generic", older, false}, {"Nehalem", older, false},
		{"a name of next year", avx512, false}, {"NEOVERSEV1", older, false},
	} {
		require.Equal(t, c.want, below(c.kernels, c.machine), "%s on %s", c.kernels, c.machine)
	}
}

func TestRemedy(t *testing.T) {
	const variable = "JOULEMARK_TEST_CORETYPE"
	require.Equal(t, "set JOULEMARK_TEST_CORETYPE=SkylakeX", remedy(variable, "SkylakeX"))
	require.Equal(t, "take another library with --lib blas=PATH", remedy(variable, ""))
	t.Setenv(variable, "Nehalem")
	require.Equal(t, "JOULEMARK_TEST_CORETYPE is set to Nehalem: unset it", remedy(variable, "SkylakeX"))
}

// The number of an architecture differs between versions of BLIS.
func TestNumberOfAnArchitecture(t *testing.T) {
	names := func(all ...string) []string {
		return archNames(func(id int32) string { return all[id] }) // panics past the last
	}
	require.Equal(t, "0 (skx)", numberFor(avx512, names("skx", "knl", "haswell", "generic", "never asked for")))
	require.Equal(t, "2 (haswell)", numberFor(avx2, names("skx", "knl", "haswell", "generic")))
	require.Equal(t, "1 (skx)", numberFor(avx512, names("error", "skx", "generic")))
	require.Empty(t, numberFor(avx512, names("firestorm", "generic")))
	require.Empty(t, numberFor(older, names("skx", "generic")))
	require.Len(t, archNames(func(int32) string { return "endless" }), 100)
}

func TestComparingMakesANote(t *testing.T) {
	l := &Library{Name: "OpenBLAS", Version: "0.3.21"}
	l.compare("a name of next year", "nothing")
	require.False(t, l.Below)
	require.Empty(t, l.Notes)
	if machineISA() == older {
		return // nothing is below such a machine
	}
	l.Kernel = "core Nehalem"
	l.compare("Nehalem", "set OPENBLAS_CORETYPE=Haswell")
	require.Equal(t, "OpenBLAS 0.3.21 core Nehalem, below this machine", l.String())
	require.Equal(t, []string{"OpenBLAS 0.3.21 runs its Nehalem kernels on a processor with " + machineISA().String() + ": set OPENBLAS_CORETYPE=Haswell"}, l.Notes)
}
