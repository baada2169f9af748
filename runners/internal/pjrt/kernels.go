package pjrt

import (
	"encoding/binary"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Fields of HloModuleProtoWithConfig, HloModuleProto, HloComputationProto and
// HloInstructionProto (xla/service/hlo.proto of openxla).
const (
	configuredModule    = 1
	moduleComputations  = 3
	computationID       = 5
	computationCode     = 2
	instructionOpcode   = 2
	instructionTarget   = 28
	instructionCalled   = 38
	instructionBackend  = 43
	mostKernels         = 8 // kinds that are named
	mostKernelNameBytes = 60
)

// loops is what a program without any kernel of a name runs.
const loops = "element-wise loops"

// fusionKind is how a fusion names the library or generator that computes it:
// {"fusion_config":{"kind":"__ynn_fusion"}}, {"kind":"__triton_gemm"}.
var fusionKind = regexp.MustCompile(`"kind"\s*:\s*"(__[^"]{1,60})"`)

// products are the opcodes that compute products of matrices by the compiler's own
// code.
var products = []string{"dot", "ragged-dot", "scaled-dot", "convolution"}

// Kernels names what an optimized program runs besides element-wise loops: custom
// calls by target (`__cublas$lt$matmul$f8`), fusions by their kind
// (`__ynn_fusion`) and products that are neither, each with its number where there
// are several, such as "6 dot, 9 __ynn_fusion". A program of nothing else, as the
// compiler makes of a product with K = 1, is "element-wise loops". Empty where the
// format is not HLO or has no instructions.
func Kernels(code []byte, format string) string {
	module := code
	switch format {
	case "hlo_with_config":
		module = []byte(last(fields(code), configuredModule))
	case "hlo":
	default:
		return ""
	}
	list := computations(module)
	if names := kernelNames(list); len(names) > 0 || len(list) == 0 {
		return count(names)
	}
	return loops
}

// An hloInstruction is what is read of an instruction.
type hloInstruction struct {
	opcode, target, kind string
	called               []uint64
}

func computations(module []byte) map[uint64][]hloInstruction {
	out := map[uint64][]hloInstruction{}
	for _, c := range all(fields(module), moduleComputations) {
		list := fields(c)
		id := uint64(0)
		for _, f := range list {
			if f.number == computationID {
				id = f.value
			}
		}
		for _, i := range all(list, computationCode) {
			out[id] = append(out[id], instruction(i))
		}
	}
	return out
}

func instruction(message []byte) hloInstruction {
	list := fields(message)
	i := hloInstruction{opcode: last(list, instructionOpcode), target: last(list, instructionTarget)}
	if kind := fusionKind.FindStringSubmatch(last(list, instructionBackend)); kind != nil {
		i.kind = kind[1]
	}
	for _, f := range list {
		if f.number == instructionCalled {
			i.called = append(i.called, numbers(f)...)
		}
	}
	return i
}

// numbers are the values of a repeated number, packed or not.
func numbers(f field) (values []uint64) {
	if f.bytes == nil {
		return []uint64{f.value}
	}
	for rest := f.bytes; len(rest) > 0; {
		v, n := binary.Uvarint(rest)
		if n <= 0 {
			return values
		}
		values, rest = append(values, v), rest[n:]
	}
	return values
}

// kernelNames lists the kernels in computations. What lies within a fusion that has
// a kind is that fusion's and not a kernel of its own.
func kernelNames(code map[uint64][]hloInstruction) (names []string) {
	within := map[uint64]bool{}
	for _, list := range code {
		for _, i := range list {
			for _, id := range i.called {
				within[id] = within[id] || i.kind != ""
			}
		}
	}
	for id, list := range code {
		if within[id] {
			continue
		}
		for _, i := range list {
			if name := i.kernel(); name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}

func (i hloInstruction) kernel() string {
	switch {
	case i.kind != "":
		return i.kind
	case i.opcode == "custom-call" && i.target != "":
		return i.target
	case slices.Contains(products, i.opcode):
		return i.opcode
	}
	return ""
}

// count joins names, each once with its number, in alphabetical order.
func count(names []string) string {
	number := map[string]int{}
	for _, n := range names {
		number[clean(n)]++
	}
	var parts []string
	for name, n := range number {
		if n > 1 {
			name = fmt.Sprintf("%d %s", n, name)
		}
		parts = append(parts, name)
	}
	slices.SortFunc(parts, func(a, b string) int {
		return strings.Compare(strings.TrimLeft(a, "0123456789 "), strings.TrimLeft(b, "0123456789 "))
	})
	if more := len(parts) - mostKernels; more > 0 {
		parts = append(parts[:mostKernels], fmt.Sprintf("%d more", more))
	}
	return strings.Join(parts, ", ")
}

// clean keeps a name to printable characters and a length.
func clean(name string) string {
	name = strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' {
			return -1
		}
		return r
	}, name)
	return name[:min(len(name), mostKernelNameBytes)]
}
