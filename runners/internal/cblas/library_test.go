//go:build linux

package cblas

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/dl"
	"joulemark/runners/internal/parts"
)

func TestLibrariesSayWhatTheyAre(t *testing.T) {
	t.Setenv("OPENBLAS_NUM_THREADS", "3")
	t.Setenv("OMP_NUM_THREADS", "2")
	for _, c := range []struct {
		flags                  []string
		name, version, chooser string
		threads                int // where 7 were asked for
	}{
		{[]string{"OPENBLAS"}, "OpenBLAS", "9.8.7", "OPENBLAS_CORETYPE", 3},
		{[]string{"OPENBLAS", "THREADS=4"}, "OpenBLAS", "9.8.7", "OPENBLAS_CORETYPE", 4},
		{[]string{"MKL", "THREADS=5"}, "MKL", "2099.1", "", 5},
		{[]string{"BLIS"}, "AOCL-BLIS", "9.8.7", "BLIS_ARCH_TYPE", 1},
		{[]string{"NVPL"}, "NVPL BLAS", "1.2.3", "", 2},
		{[]string{"ARMPL"}, "ArmPL", "26.7.1", "", 2},
		{nil, "libstandin", "unknown", "", 7},
	} {
		path := standIn(t, c.flags...)
		l := opened(t, path)
		require.Equal(t, []string{c.name, c.version, c.chooser, path}, []string{l.Name, l.Version, l.Chooser, l.Path})
		require.Equal(t, c.threads, l.Threads(7), c.name)
		require.True(t, strings.HasPrefix(l.String(), c.name))
	}
}

func TestOpenBLASSaysHowItWasBuilt(t *testing.T) {
	l := opened(t, standIn(t, "OPENBLAS"))
	require.Equal(t, "DYNAMIC_ARCH Haswell MAX_THREADS=64 OpenMP", l.Config)
	require.Equal(t, "core Haswell", l.Kernel)
}

func TestSymbolsWithAPrefix(t *testing.T) {
	l := opened(t, standIn(t, append(prefixed("sgemm_", "dgemm_", "openblas_get_config", "openblas_get_num_threads"), "OPENBLAS", "THREADS=6")...))
	require.Equal(t, "OpenBLAS 9.8.7", l.String())
	require.Equal(t, 6, l.Threads(1))
}

func TestRefusedLibraries(t *testing.T) {
	for says, path := range map[string]string{
		"takes 64-bit integers (ILP64): name its LP64 build": standIn(t, "OPENBLAS", "WIDE"),
		"libstandin.so.1 takes 64-bit integers (ILP64)":      standIn(t, "sgemm_=sgemm_64_", "dgemm_=dgemm_64_"),
		"64-bit integers (ILP64)":                            standIn(t, "BLIS", "WIDE"),
		"libm.so.6 is no BLAS: it has no sgemm_ and dgemm_":  "libm.so.6",
		"is no BLAS":      standIn(t, "sgemm_=other"),
		"is a folder":     t.TempDir(),
		"libcblas.so.999": "libcblas.so.999",
	} {
		_, err := Open(path)
		require.ErrorContains(t, err, says)
		require.ErrorContains(t, err, ": ", "the remedy")
	}
	_, err := Open("libcblas.so.999")
	require.ErrorIs(t, err, dl.ErrNotFound)
}

// The wheel that CI installs, in this process: it is known to live with others.
func TestOpenBLASOfTheWheel(t *testing.T) {
	l := opened(t, parts.OpenBLAS(t))
	require.Equal(t, "OpenBLAS", l.Name)
	require.Regexp(t, `^0\.3\.\d+`, l.Version)
	require.Contains(t, l.Config, "DYNAMIC_ARCH")
	require.Regexp(t, `^core \w+$`, l.Kernel)
	require.GreaterOrEqual(t, l.Threads(0), 1)
}

func TestTextsOfVersions(t *testing.T) {
	for text, want := range map[string]string{
		"Intel(R) oneAPI Math Kernel Library Version 2026.2-Product Build 20260915 for Intel(R) 64 architecture applications\x00\x00": "2026.2",
		"Intel(R) Math Kernel Library Version 2019.0.5 Product Build 20190808 for Intel(R) 64 architecture applications":              "2019.0.5",
		"something else": "unknown",
	} {
		require.Equal(t, want, versionMKL(text))
	}
	for text, want := range map[string][2]string{
		"0.9.0":                          {"BLIS", "0.9.0"},
		"2.0":                            {"BLIS", "2.0"},
		"AOCL-BLIS 4.2.1 Build 20240316": {"AOCL-BLIS", "4.2.1"},
	} {
		name, version := nameBLIS(text)
		require.Equal(t, want, [2]string{name, version})
	}
}

func TestKernelsOfMKLAreThoseItHasLoaded(t *testing.T) {
	line := "7f00-7f01 r-xp 00000000 08:01 99 /opt/mkl/lib/"
	for file, want := range map[string]string{
		"libmkl_avx512.so.3": "avx512", "libmkl_avx2.so.2": "avx2", "libmkl_def.so.3": "def", "libmkl_avx10.so.3": "avx10", "libmkl_mc3.so": "mc3",
		"libmkl_core.so.3": "", "libmkl_vml_avx2.so.3": "", "libmkl_rt.so.3": "", "libmkl_gnu_thread.so.3": "",
	} {
		require.Equal(t, want, kernelsMKL(line+"libmkl_core.so.3\n"+line+file+"\n"), file)
	}
}
