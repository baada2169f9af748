package dl

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

// The texts of three loaders; those of glibc are also met for real in the other
// tests.
func TestExplain(t *testing.T) {
	const absent = "" // the error is ErrNotFound
	for _, c := range []struct{ path, text, want string }{
		{"libx.so.1", "libx.so.1: cannot open shared object file: No such file or directory", absent},
		{"/a/libx.so", "/a/libx.so: cannot open shared object file: No such file or directory", absent},
		{"/a.so/libx.so", "/a.so/libx.so: cannot open shared object file: Not a directory", absent},
		{"libx.so.1", "Error loading shared library libx.so.1: No such file or directory", absent},
		{"libx.dylib", "dlopen(libx.dylib, 0x0006): tried: 'libx.dylib' (no such file), '/usr/lib/libx.dylib' (no such file, not in dyld cache), '/b/libx.dylib' (errno=2)", absent},
		{"libx.so.1", "liby.so.2: cannot open shared object file: No such file or directory", "libx.so.1 needs liby.so.2, which is not here: install"},
		{"/a/libx.so", "Error loading shared library liby.so.2: No such file or directory (needed by /a/libx.so)", "/a/libx.so needs liby.so.2, which"},
		{"libx.dylib", "dlopen(libx.dylib, 0x0006): Library not loaded: @rpath/liby.dylib\n  Referenced from: <1> /a/libx.dylib\n  Reason: tried: '/a/liby.dylib' (no such file)", "libx.dylib needs @rpath/liby.dylib, which"},
		{"libx.dylib", "dlopen(libx.dylib, 0x0006): tried: '/a/libx.dylib' (mach-o file, but is an incompatible architecture (have 'x86_64', need 'arm64')), '/usr/lib/libx.dylib' (no such file)", "libx.dylib cannot be loaded (dlopen(libx.dylib"},
		{"/a/libx.so", "/a/libx.so: undefined symbol: y", "/a/libx.so cannot be loaded (undefined symbol: y): install the build"},
		{"/a/libx.so", "/lib/libc.so.6: version `GLIBC_2.99' not found (required by /a/libx.so)", "/a/libx.so cannot be loaded (version `GLIBC_2.99' not found (required by /a/libx.so)): install the build"},
		{"/a/libx", "/a/libx: cannot dynamically load position-independent executable", "/a/libx is a program and no shared library: name"},
	} {
		err := explain(c.path, c.text)
		require.NotContains(t, err.Error(), "\n")
		require.Equal(t, c.want == absent, errors.Is(err, ErrNotFound), c.text)
		require.ErrorContains(t, err, c.want)
	}
}

// A name for which the loader found a file that is none of its own.
func TestExplainLooksIntoTheFileThatTheLoaderFound(t *testing.T) {
	dir := t.TempDir()
	require.EqualError(t, explain("libx.so.1", dir+": cannot read file data: Is a directory"), dir+" is a folder: name the library file in it")
}
