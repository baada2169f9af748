// Package asm writes Go assembly as text, with the Go declarations that go with
// it. It knows no instructions: a generator is a Go program that prints them, so
// that loops, unrolling and register numbers are Go and the output stays readable.
//
// Rejected: avo (github.com/mmcloughlin/avo v0.5.0), which has no VNNI, no bf16 and
// no arm64, and hand-written text, of which one tile of every type and height
// would be ten thousand lines.
package asm

import (
	"fmt"
	"strings"
)

// An Arg is an argument or result of a function, by its Go type: int, uint64, uintptr,
// unsafe.Pointer, float32, float64, int32, uint32, uint16.
type Arg struct{ Name, Type string }

// Args makes a list of "name type" pairs.
func Args(list ...string) []Arg {
	var args []Arg
	for _, s := range list {
		name, typ, _ := strings.Cut(s, " ")
		args = append(args, Arg{name, typ})
	}
	return args
}

var sizes = map[string]int{
	"int": 8, "uintptr": 8, "unsafe.Pointer": 8, "float64": 8, "uint64": 8,
	"float32": 4, "int32": 4, "uint32": 4, "uint16": 2,
}

// A File is one assembly file and its Go file of declarations.
type File struct {
	Package string
	Name    string // without ending: "tile_avx512_amd64"; the architecture last, so that Go builds it there alone
	text    strings.Builder
	decls   strings.Builder
	offsets map[string]int
}

// Func begins a function without a frame that calls nothing. ret may be empty; it
// is the one result. comment says what the function does, in whole sentences.
func (f *File) Func(name, comment string, args []Arg, ret string) {
	f.offsets = map[string]int{}
	at := 0
	place := func(a Arg) {
		size := sizes[a.Type]
		if size == 0 {
			panic("asm: no size of type " + a.Type)
		}
		at = (at + size - 1) / size * size
		f.offsets[a.Name] = at
		at += size
	}
	for _, a := range args {
		place(a)
	}
	if ret != "" {
		at = (at + 7) / 8 * 8
		place(Arg{"ret", ret})
	}
	signature := signature(name, args, ret)
	fmt.Fprintf(&f.text, "\n// %s\nTEXT ·%s(SB), NOSPLIT, $0-%d\n", signature, name, at)
	f.decls.WriteString("\n")
	for line := range strings.SplitSeq(strings.TrimSpace(comment), "\n") {
		fmt.Fprintf(&f.decls, "// %s\n", line)
	}
	fmt.Fprintf(&f.decls, "//\n//go:noescape\n%s\n", signature)
}

func signature(name string, args []Arg, ret string) string {
	var list []string
	for _, a := range args {
		list = append(list, a.Name+" "+a.Type)
	}
	return strings.TrimSpace(fmt.Sprintf("func %s(%s) %s", name, strings.Join(list, ", "), ret))
}

// Arg is where an argument of the current function lies, or "ret".
func (f *File) Arg(name string) string {
	at, ok := f.offsets[name]
	if !ok {
		panic("asm: no argument " + name)
	}
	return fmt.Sprintf("%s+%d(FP)", name, at)
}

// P prints one instruction.
func (f *File) P(format string, args ...any) { fmt.Fprintf(&f.text, "\t"+format+"\n", args...) }

// Label prints a label, which is local to the function. Not "g": the amd64
// assembler takes that for a register.
func (f *File) Label(name string) { fmt.Fprintf(&f.text, "%s:\n", name) }

// Comment prints a line that explains what follows.
func (f *File) Comment(format string, args ...any) {
	fmt.Fprintf(&f.text, "\t// "+format+"\n", args...)
}

// Data prints read-only words of 32 bits as a symbol local to the file. Each is
// at 4 times its index; load it by "name<>+offset(SB)".
func (f *File) Data(name string, words ...uint32) {
	f.text.WriteString("\n")
	for i, w := range words {
		fmt.Fprintf(&f.text, "DATA %s<>+%d(SB)/4, $0x%08x\n", name, 4*i, w)
	}
	fmt.Fprintf(&f.text, "GLOBL %s<>(SB), RODATA|NOPTR, $%d\n", name, 4*len(words))
}

// Go prints Go source into the file of declarations: tables of functions.
func (f *File) Go(format string, args ...any) { fmt.Fprintf(&f.decls, format, args...) }
