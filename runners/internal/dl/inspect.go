package dl

import (
	"bytes"
	"debug/elf"
	"debug/macho"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
)

// inspect looks into a file that is to be loaded, and names what a loader would
// leave unclear or not survive: that it is no library, one for another machine, or
// one cut short. Nil where it sees nothing wrong, or no file.
func inspect(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil // the loader says what is missing
	case info.IsDir():
		return fmt.Errorf("%s is a folder: name the library file in it", path)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is no regular file: name the %s file of the stack", path, suffix())
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("%w: see the permissions of the file", err)
	}
	defer f.Close()
	if runtime.GOOS == "darwin" && isMachO(f) {
		return nil
	}
	return inspectELF(path, f, info.Size())
}

// machines are the ELF machines of the architectures this program is built for.
var machines = map[string]elf.Machine{
	"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64, "riscv64": elf.EM_RISCV, "ppc64le": elf.EM_PPC64, "s390x": elf.EM_S390, "loong64": elf.EM_LOONGARCH,
}

// identBytes begin every ELF file: magic, class, byte order and more; type and
// machine follow in all classes.
const identBytes = elf.EI_NIDENT

func inspectELF(path string, f io.ReaderAt, size int64) error {
	var head [identBytes + 4]byte
	if _, err := f.ReadAt(head[:], 0); err != nil || !bytes.HasPrefix(head[:], []byte(elf.ELFMAG)) {
		return fmt.Errorf("%s is no shared library: name the %s file of the stack", path, suffix())
	}
	var order binary.ByteOrder = binary.LittleEndian
	if elf.Data(head[elf.EI_DATA]) == elf.ELFDATA2MSB {
		order = binary.BigEndian
	}
	kind, machine := elf.Type(order.Uint16(head[identBytes:])), elf.Machine(order.Uint16(head[identBytes+2:]))
	if want, known := machines[runtime.GOARCH]; runtime.GOOS != "linux" || known && machine != want {
		return fmt.Errorf("%s is a library for %s and this program runs on %s %s: take the one for this machine",
			path, strings.ToLower(strings.TrimPrefix(machine.String(), "EM_")), runtime.GOOS, runtime.GOARCH)
	}
	if kind != elf.ET_DYN {
		return fmt.Errorf("%s is no shared library but an ELF file of another kind (%s): name the %s file of the stack", path, kind, suffix())
	}
	if need := neededBytes(f, order); elf.Class(head[elf.EI_CLASS]) == elf.ELFCLASS64 && size < need {
		return fmt.Errorf("%s is cut short (%d of at least %d bytes): install it again", path, size, need)
	}
	return nil
}

// neededBytes is how long a 64-bit ELF file must be for its segments to be loaded,
// by as much of its headers as can be read.
func neededBytes(f io.ReaderAt, order binary.ByteOrder) (need int64) {
	var header elf.Header64
	headerBytes := int64(binary.Size(header))
	if err := binary.Read(io.NewSectionReader(f, 0, headerBytes), order, &header); err != nil {
		return headerBytes
	}
	for i := range int64(header.Phnum) {
		var segment elf.Prog64
		at := int64(header.Phoff) + i*int64(header.Phentsize)
		if err := binary.Read(io.NewSectionReader(f, at, int64(binary.Size(segment))), order, &segment); err != nil {
			return at + int64(binary.Size(segment))
		}
		if elf.ProgType(segment.Type) == elf.PT_LOAD {
			need = max(need, int64(segment.Off+segment.Filesz))
		}
	}
	return need
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
