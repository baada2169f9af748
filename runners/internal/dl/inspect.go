package dl

import (
	"bytes"
	"debug/elf"
	"debug/macho"
	"fmt"
	"os"
	"runtime"
	"strings"
)

// machines are the ELF machines of the architectures this program is built for.
var machines = map[string]elf.Machine{
	"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64, "riscv64": elf.EM_RISCV, "ppc64le": elf.EM_PPC64, "s390x": elf.EM_S390, "loong64": elf.EM_LOONGARCH,
}

// inspect looks into a file that did not load, and names what a loader's message
// leaves unclear: that it is no library, or one for another machine. Nil where it
// sees nothing wrong, or no file.
func inspect(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return nil
	}
	if info.IsDir() {
		return fmt.Errorf("%s is a folder: name the library file in it", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w: see its permissions", path, err)
	}
	defer f.Close()
	var magic [4]byte
	_, _ = f.ReadAt(magic[:], 0) // a shorter file has no magic
	switch {
	case bytes.Equal(magic[:], []byte(elf.ELFMAG)):
		return inspectELF(path, f)
	case runtime.GOOS == "darwin" && isMachO(f):
		return nil
	}
	return fmt.Errorf("%s is no shared library: name the %s file of the stack", path, suffix())
}

func inspectELF(path string, f *os.File) error {
	e, err := elf.NewFile(f)
	if err != nil {
		return fmt.Errorf("%s is a damaged library (%w): install it again", path, err)
	}
	if want, known := machines[runtime.GOARCH]; runtime.GOOS != "linux" || known && e.Machine != want {
		return fmt.Errorf("%s is a library for %s and this program runs on %s %s: take the one for this machine",
			path, strings.ToLower(strings.TrimPrefix(e.Machine.String(), "EM_")), runtime.GOOS, runtime.GOARCH)
	}
	if e.Type != elf.ET_DYN {
		return fmt.Errorf("%s is no shared library but an ELF file of another kind (%s): name the %s file of the stack", path, e.Type, suffix())
	}
	return nil
}

func isMachO(f *os.File) bool {
	if _, err := macho.NewFile(f); err == nil {
		return true
	}
	_, err := macho.NewFatFile(f)
	return err == nil
}

func suffix() string {
	if runtime.GOOS == "darwin" {
		return ".dylib"
	}
	return ".so"
}
