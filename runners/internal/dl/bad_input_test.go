//go:build linux

package dl

import (
	"debug/elf"
	"encoding/binary"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// refused opens a path and returns the one sentence that says what is wrong.
func refused(t *testing.T, path string) string {
	t.Helper()
	_, err := Open(path)
	require.Error(t, err)
	require.NotErrorIs(t, err, ErrNotFound)
	require.NotContains(t, err.Error(), "\n")
	require.Contains(t, err.Error(), ": ", "it ends with a remedy")
	return err.Error()
}

func TestFilesThatAreNoLibrary(t *testing.T) {
	dir := t.TempDir()
	none := " is no shared library: name the .so file of the stack"
	text := file(t, dir, "libtext.so", []byte("not a library, and longer than any header of one could ever be"))
	require.Equal(t, text+none, refused(t, text))
	empty := file(t, dir, "libempty.so", nil)
	require.Equal(t, empty+none, refused(t, empty))
	magic := file(t, dir, "libmagic.so", []byte(elf.ELFMAG))
	require.Equal(t, magic+none, refused(t, magic))
	require.Equal(t, dir+" is a folder: name the library file in it", refused(t, dir))

	pipe := filepath.Join(dir, "libpipe.so")
	require.NoError(t, unix.Mkfifo(pipe, 0o600))
	require.Equal(t, pipe+" is no regular file: name the .so file of the stack", refused(t, pipe))
}

func TestProgramsAreNoLibraries(t *testing.T) {
	dir, source := t.TempDir(), `int main(void) { return 0; }`
	object := build(t, dir, "part.o", source, "-c")
	require.Contains(t, refused(t, object), "is no shared library but an ELF file of another kind (ET_REL): name the .so file")
	fixed := build(t, dir, "fixed", source, "-no-pie")
	require.Contains(t, refused(t, fixed), "is no shared library but an ELF file of another kind (ET_EXEC): name the .so file")
	movable := build(t, dir, "movable", source, "-pie", "-fPIE")
	require.Equal(t, movable+" is a program and no shared library: name the .so file of the stack", refused(t, movable))
}

// patched copies a library with another value in a 16-bit field of its ELF header.
func patched(t *testing.T, path string, offset int, value uint16) string {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	binary.LittleEndian.PutUint16(b[offset:], value)
	return file(t, t.TempDir(), "libpatched.so", b)
}

func TestLibraryOfAnotherArchitecture(t *testing.T) {
	path := shared(t, t.TempDir(), "libanswer.so", answer)
	const machineAt = 18 // e_machine
	require.Contains(t, refused(t, patched(t, path, machineAt, uint16(elf.EM_SPARCV9))),
		"libpatched.so is a library for sparcv9 and this program runs on linux "+runtime.GOARCH+": take the one for this machine")
	require.Contains(t, refused(t, patched(t, path, machineAt, 0xfeed)), "this program runs on linux "+runtime.GOARCH)

	big, err := os.ReadFile(path)
	require.NoError(t, err)
	big[elf.EI_DATA] = byte(elf.ELFDATA2MSB)
	binary.BigEndian.PutUint16(big[machineAt:], uint16(elf.EM_S390))
	if runtime.GOARCH != "s390x" {
		require.Contains(t, refused(t, file(t, t.TempDir(), "libbig.so", big)), "is a library for s390 and")
	}
}

// glibc ends the process over most of these (SIGBUS), so that they must be seen
// before it is asked.
func TestLibraryCutShort(t *testing.T) {
	path := shared(t, t.TempDir(), "libbig.so", `int data[40000] = {1}; const char text[50000] = "a"; int big(int i) { return data[i]; }`)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, size := range []int{20, 60, 64, 200, 1000, 5000, 20_000, len(whole) / 2} {
		require.Contains(t, refused(t, file(t, t.TempDir(), "libcut.so", whole[:size])), "libcut.so is cut short", "%d of %d bytes", size, len(whole))
	}
	need := neededBytes(opened(t, path), binary.LittleEndian)
	require.Less(t, need, int64(len(whole)))
	_, err = Open(file(t, t.TempDir(), "libjust.so", whole[:need])) // without sections, which no loader reads
	require.NoError(t, err)
	require.Contains(t, refused(t, file(t, t.TempDir(), "libcut.so", whole[:need-1])), "is cut short")
}

func opened(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	return f
}

func TestLibraryWithoutWhatItNeeds(t *testing.T) {
	dir := t.TempDir()
	b := shared(t, dir, "libneeded.so", `int b(void) { return 1; }`)
	a := shared(t, dir, "liba.so", `int b(void); int a(void) { return b(); }`, b, "-Wl,-rpath,"+dir, "-Wl,-soname,liba.so")
	renamed := filepath.Join(dir, "elsewhere.so")
	require.NoError(t, os.Rename(b, renamed))
	require.Equal(t, a+" needs "+b+", which is not here: install what provides it or add its folder to LD_LIBRARY_PATH", refused(t, a))
	require.NoError(t, os.Rename(renamed, b))
	_, err := Open(a)
	require.NoError(t, err)
}

// A thread of another user sees what permissions do, which root does not.
func TestLibraryThatMayNotBeRead(t *testing.T) {
	dir := t.TempDir()
	for _, open := range []string{dir, filepath.Dir(dir)} { // the test's own folders are closed to others
		require.NoError(t, os.Chmod(open, 0o755))
	}
	path := shared(t, dir, "libanswer.so", answer)
	require.NoError(t, os.Chmod(path, 0))
	if os.Geteuid() == 0 {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		const nobody = 65534
		require.NoError(t, unix.Setfsuid(nobody))
		defer func() { require.NoError(t, unix.Setfsuid(0)) }()
	}
	require.Equal(t, "open "+path+": permission denied: see the permissions of the file", refused(t, path))
}

func FuzzInspectELF(f *testing.F) {
	library, err := os.ReadFile("/proc/self/exe")
	require.NoError(f, err)
	f.Add(library[:4096], int64(4096))
	f.Add([]byte(elf.ELFMAG), int64(1<<40))
	f.Fuzz(func(t *testing.T, content []byte, size int64) {
		path := file(t, t.TempDir(), "libfuzz.so", content)
		if err := inspectELF(path, opened(t, path), size); err != nil {
			require.Contains(t, err.Error(), path)
		}
	})
}
