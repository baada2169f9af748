package cblas

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/klauspost/cpuid/v2"

	"joulemark/runners/internal/dl"
)

// A family is one library by the names and places it is installed under.
type family struct {
	name   string
	wheels []string // below the folders of Python packages
	files  []string // below lib of Python environments, in the system's folders, and for the loader
	places []string // elsewhere: patterns of whole paths
}

// families in the order in which they are taken where no maker's own comes first.
// A wheel comes before the system's package of the same library: as a rule it is
// the newer one, and the user has chosen it. BLIS comes after MKL, since it takes
// generic code where it does not know the processor yet. Builds with 64-bit integers, and
// libblas.so.3, which may be any library, are left out.
var families = []family{
	{name: "Accelerate", places: []string{"/System/Library/Frameworks/Accelerate.framework/Accelerate"}},
	{name: "OpenBLAS",
		wheels: []string{"scipy_openblas32/lib/libscipy_openblas.*", "scipy.libs/libscipy_openblas-*.so*", "scipy/.dylibs/libscipy_openblas.dylib"},
		files:  []string{"libopenblas.so.0", "libopenblas.dylib"},
		places: []string{"/opt/homebrew/opt/openblas/lib/libopenblas.dylib", "/usr/local/opt/openblas/lib/libopenblas.dylib"}},
	{name: "MKL", files: []string{"libmkl_rt.so.3", "libmkl_rt.so.2", "libmkl_rt.so.1", "libmkl_rt.so"},
		places: []string{"/opt/intel/oneapi/mkl/latest/lib/libmkl_rt.so.[0-9]", "/opt/intel/oneapi/mkl/latest/lib/intel64/libmkl_rt.so.[0-9]"}},
	{name: "BLIS", files: []string{"libblis.so.4", "libblis.so.3", "libblis.4.dylib"}},
	{name: "AOCL-BLIS", files: []string{"libblis-mt.so.5", "libblis-mt.so.4", "libblis-mt.so"},
		places: []string{"/opt/AMD/aocl/*/*/lib_LP64/libblis-mt.so", "/opt/AMD/aocl/*/*/lib/libblis-mt.so"}},
	{name: "NVPL BLAS", wheels: []string{"nvpl/lib/libnvpl_blas_lp64_gomp.so.0"}, files: []string{"libnvpl_blas_lp64_gomp.so.0"}},
	{name: "ArmPL", files: []string{"libarmpl_lp64_mp.so", "libarmpl_mp.so"}, places: []string{"/opt/arm/armpl*/lib/libarmpl_lp64_mp.so", "/opt/arm/armpl*/lib/libarmpl_mp.so"}},
}

// own names the libraries of the processor's maker.
func own(system, architecture string, maker cpuid.Vendor) []string {
	switch {
	case system == "darwin":
		return []string{"Accelerate"}
	case architecture == "arm64":
		return []string{"NVPL BLAS", "ArmPL"}
	case maker == cpuid.AMD:
		return []string{"AOCL-BLIS"}
	case maker == cpuid.Intel:
		return []string{"MKL"}
	}
	return nil
}

// ordered is families with those of the maker first.
func ordered(first []string) []family {
	rank := func(f family) int {
		if i := slices.Index(first, f.name); i >= 0 {
			return i
		}
		return len(first)
	}
	sorted := slices.Clone(families)
	slices.SortStableFunc(sorted, func(a, b family) int { return rank(a) - rank(b) })
	return sorted
}

// candidates lists what may be opened, best first: paths of files that are there,
// and behind those of its family the names that the system's loader may know a
// place for.
func candidates(sorted []family) (all []string) {
	for _, f := range sorted {
		all = append(all, f.paths()...)
		all = append(all, f.files...)
	}
	return all
}

func (f family) paths() (all []string) {
	for _, pattern := range f.wheels {
		all = append(all, dl.FindPython(pattern)...)
	}
	for _, name := range f.files {
		all = append(all, dl.Find(name)...)
	}
	for _, pattern := range f.places {
		found, _ := filepath.Glob(pattern) // the pattern is well formed
		slices.Sort(found)
		slices.Reverse(found) // the highest version first
		all = append(all, found...)
	}
	return all
}

// Best opens the best library of this machine, and notes which others are there.
// dl.ErrNotFound where there is none; another error where the only ones there do
// not load.
func Best() (*Library, error) {
	return best(candidates(ordered(own(runtime.GOOS, runtime.GOARCH, cpuid.CPU.VendorID))))
}

func best(paths []string) (*Library, error) {
	var broken []error
	for i, path := range paths {
		l, err := Open(path)
		if err == nil {
			l.noteBroken(broken)
			l.noteOthers(paths[i+1:])
			return l, nil
		}
		if !errors.Is(err, dl.ErrNotFound) {
			broken = append(broken, err)
		}
	}
	if len(broken) > 0 {
		return nil, broken[0]
	}
	return nil, dl.ErrNotFound
}

func (l *Library) noteBroken(broken []error) {
	for _, err := range broken {
		l.Notes = append(l.Notes, fmt.Sprintf("passed over: %s", err))
	}
}

// noteOthers names the files that were not needed, each once by whatever links.
func (l *Library) noteOthers(paths []string) {
	seen, others := []string{real(l.Path)}, []string(nil)
	for _, path := range paths {
		if file := real(path); filepath.IsAbs(path) && !slices.Contains(seen, file) {
			seen, others = append(seen, file), append(others, path)
		}
	}
	if len(others) > 0 {
		l.Notes = append(l.Notes, fmt.Sprintf("also found %s: choose with --lib blas=PATH", strings.Join(others, ", ")))
	}
}

// real is a path without symbolic links.
func real(path string) string {
	if p, err := filepath.EvalSymlinks(path); err == nil {
		return p
	}
	return path
}
