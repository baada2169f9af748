// Package cblas drives libraries with the BLAS interface in 32-bit integers (LP64):
// OpenBLAS, BLIS and AOCL, MKL, NVPL, ArmPL, Accelerate. It loads one, lets it say
// what it is and which kernels it has chosen, and multiplies matrices with it.
package cblas

import (
	"fmt"
	"path/filepath"
	"strings"

	"joulemark/runners/internal/dl"
)

// A Library is a BLAS that is loaded. Use it from one OS thread: OpenMP gives each
// thread that calls it a team of its own.
type Library struct {
	Name    string   // "OpenBLAS"
	Path    string   // as it was loaded
	Version string   // in its own words; "unknown" where it does not tell
	Config  string   // how it was built, in its own words; "" where it does not tell
	Kernel  string   // the kernels it has chosen, in its own words; "" where it does not tell
	ISA     string   // what those kernels use, as --isa names it: "avx2", "avx512"; "" = not known
	Below   bool     // those kernels use less than the processor has
	Notes   []string // what the user should know, each a sentence that ends with the remedy
	Chooser string   // the environment variable that names its kernels; "" = none

	loaded  *dl.Library
	prefix  string       // of every symbol, "scipy_" in the wheels of SciPy's OpenBLAS
	threads func() int32 // compute threads, by its own count; nil where it does not tell
}

// prefixes of symbols that builds of OpenBLAS are known to have.
var prefixes = []string{"", "scipy_"}

// makers tell libraries apart by a function that no other has. MKL comes first,
// because wrappers that load it export the functions of several.
var makers = []struct {
	sign     string
	describe func(*Library) error
}{
	{"MKL_Get_Version_String", describeMKL},
	{"openblas_get_config", describeOpenBLAS},
	{"bli_info_get_version_str", describeBLIS},
	{"nvpl_blas_get_version", describeNVPL},
	{"armplversion", describeArmPL},
}

// Open loads the library at a path or of a file name that the system's loader
// finds. A file that is not there is dl.ErrNotFound.
func Open(path string) (*Library, error) {
	loaded, err := dl.Open(path)
	if err != nil {
		return nil, err
	}
	l := &Library{Name: baseName(path), Path: path, Version: "unknown", loaded: loaded}
	if err := l.findPrefix(); err != nil {
		return nil, err
	}
	return l, l.describe()
}

// baseName is a library's file name without what follows it: "libfoo".
func baseName(path string) string {
	name, _, _ := strings.Cut(filepath.Base(path), ".")
	return name
}

func (l *Library) findPrefix() error {
	for _, l.prefix = range prefixes {
		if l.has("sgemm_") && l.has("dgemm_") {
			return nil
		}
	}
	for _, prefix := range prefixes {
		if l.loaded.Has(prefix+"sgemm_64_") || l.loaded.Has(prefix+"cblas_sgemm64_") {
			return l.wide()
		}
	}
	return fmt.Errorf("%s is no BLAS: it has no sgemm_ and dgemm_: name the library file of a BLAS", l.Path)
}

// wide refuses a build whose integers have 64 bits.
func (l *Library) wide() error {
	return fmt.Errorf("%s takes 64-bit integers (ILP64): name its LP64 build, such as libscipy_openblas.so of the wheel scipy-openblas32", l.Path)
}

func (l *Library) describe() error {
	for _, m := range makers {
		if l.has(m.sign) {
			return m.describe(l)
		}
	}
	if strings.Contains(l.Path, "Accelerate.framework") {
		describeAccelerate(l)
	}
	return nil
}

func (l *Library) has(function string) bool { return l.loaded.Has(l.prefix + function) }

// ask makes f call a function of the library. It reports false where there is none.
func ask[F any](l *Library, function string, f *F) bool {
	return l.loaded.Bind(map[string]any{l.prefix + function: f}) == nil
}

// Threads is how many threads compute: by the library's own count, else that of
// its OpenMP, else `asked`, which its environment was given.
func (l *Library) Threads(asked int) int {
	count := l.threads
	if count == nil && !ask(l, "omp_get_max_threads", &count) {
		return asked
	}
	return max(1, int(count())) // BLIS says -1 for one that was never set
}

// String is the library in the words of a row: name, version, kernels.
func (l *Library) String() string {
	words := l.Name
	if l.Version != "unknown" {
		words += " " + l.Version
	}
	if l.Kernel != "" {
		words += " " + l.Kernel
	}
	if l.Below {
		words += ", below this machine"
	}
	return words
}
