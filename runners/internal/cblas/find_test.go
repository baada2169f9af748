//go:build linux

package cblas

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/cpuid/v2"
	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/dl"
)

func names(families []family) (all []string) {
	for _, f := range families {
		all = append(all, f.name)
	}
	return all
}

func TestTheMakersOwnLibraryComesFirst(t *testing.T) {
	for _, c := range []struct {
		system, architecture string
		maker                cpuid.Vendor
		first                []string
	}{
		{"linux", "amd64", cpuid.Intel, []string{"MKL", "Accelerate", "OpenBLAS", "BLIS", "AOCL-BLIS"}},
		{"linux", "amd64", cpuid.AMD, []string{"AOCL-BLIS", "Accelerate", "OpenBLAS", "MKL", "BLIS"}},
		{"linux", "amd64", cpuid.VIA, []string{"Accelerate", "OpenBLAS", "MKL", "BLIS"}},
		{"linux", "arm64", cpuid.ARM, []string{"NVPL BLAS", "ArmPL", "Accelerate", "OpenBLAS"}},
		{"darwin", "arm64", cpuid.Apple, []string{"Accelerate", "OpenBLAS"}},
	} {
		got := names(ordered(own(c.system, c.architecture, c.maker)))
		require.Equal(t, c.first, got[:len(c.first)])
		require.ElementsMatch(t, names(families), got)
	}
}

// A wheel's library comes before the system's of the same name, and that before
// the bare name for the loader.
func TestCandidates(t *testing.T) {
	root := t.TempDir()
	for _, f := range []string{
		"lib/python3.12/site-packages/scipy_openblas32/lib/libscipy_openblas.so",
		"lib/python3.12/site-packages/scipy_openblas64/lib/libscipy_openblas64_.so",
		"lib/python3.12/site-packages/scipy.libs/libscipy_openblas-68440149.so",
		"lib/python3.12/site-packages/numpy.libs/libscipy_openblas64_-56d6093b.so",
		"lib/libopenblas.so.0", "lib/libmkl_rt.so.2", "lib/libblas.so.3",
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, f)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(root, f), nil, 0o600))
	}
	t.Setenv("VIRTUAL_ENV", root)
	all := candidates(ordered([]string{"MKL"}))
	var here []string
	for _, c := range all {
		if file, ok := strings.CutPrefix(c, root+"/lib/"); ok {
			here = append(here, strings.TrimPrefix(file, "python3.12/site-packages/"))
		}
	}
	require.Equal(t, []string{"libmkl_rt.so.2", "scipy_openblas32/lib/libscipy_openblas.so", "scipy.libs/libscipy_openblas-68440149.so", "libopenblas.so.0"}, here)
	require.Less(t, slices.Index(all, root+"/lib/libopenblas.so.0"), slices.Index(all, "libopenblas.so.0"))
	require.Less(t, slices.Index(all, "libopenblas.so.0"), slices.Index(all, "libblis.so.4"))
	require.NotContains(t, strings.Join(all, " "), "libblas.so.3")
}

func TestBestTakesTheFirstThatLoadsAndNotesTheOthers(t *testing.T) {
	good, other, wide := standIn(t, "NVPL"), standIn(t), standIn(t, "OPENBLAS", "WIDE")
	link := filepath.Join(t.TempDir(), "link.so")
	require.NoError(t, os.Symlink(good, link))
	l, err := best([]string{"/absent/libx.so", wide, good, link, other, "libnever.so.7", other})
	require.NoError(t, err)
	require.Equal(t, good, l.Path)
	require.Len(t, l.Notes, 2)
	require.Contains(t, l.Notes[0], "passed over: "+wide+" takes 64-bit integers")
	require.Equal(t, "also found "+other+": choose with --lib blas=PATH", l.Notes[1])
}

func TestBestOfNone(t *testing.T) {
	_, err := best([]string{"/absent/libx.so", "libnever.so.7"})
	require.ErrorIs(t, err, dl.ErrNotFound)
	_, err = best([]string{"/absent/libx.so", standIn(t, "OPENBLAS", "WIDE")})
	require.ErrorContains(t, err, "64-bit integers")
}

func TestEnvironment(t *testing.T) {
	t.Setenv("MKL_THREADING_LAYER", "")
	env := Environment(3)
	for _, want := range []string{"OPENBLAS_NUM_THREADS=3", "OMP_NUM_THREADS=3", "BLIS_NUM_THREADS=3", "MKL_NUM_THREADS=3", "VECLIB_MAXIMUM_THREADS=3", "MKL_INTERFACE_LAYER=LP64", "MKL_THREADING_LAYER=GNU"} {
		require.Contains(t, env, want)
	}
	t.Setenv("MKL_THREADING_LAYER", "INTEL")
	require.NotContains(t, strings.Join(Environment(3), " "), "MKL_THREADING_LAYER")
	require.NotContains(t, strings.Join(Environment(3), " "), "CORETYPE")
}
