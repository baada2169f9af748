package pjrt

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// hlo is a module of computations, each with its number and instructions.
func hlo(computations ...[]byte) (module []byte) {
	for _, c := range computations {
		module = appendBytes(module, moduleComputations, c)
	}
	return module
}

func code(id uint64, instructions ...[]byte) (c []byte) {
	for _, i := range instructions {
		c = appendBytes(c, computationCode, i)
	}
	return appendNumber(c, computationID, id)
}

func op(opcode, target, backend string, calls ...uint64) (i []byte) {
	i = appendBytes(i, instructionOpcode, []byte(opcode))
	if target != "" {
		i = appendBytes(i, instructionTarget, []byte(target))
	}
	if backend != "" {
		i = appendBytes(i, instructionBackend, []byte(backend))
	}
	for _, id := range calls {
		i = appendNumber(i, instructionCalled, id)
	}
	return i
}

func TestKernels(t *testing.T) {
	ynn := `{"outer_dimension_partitions":[],"fusion_config":{"kind":"__ynn_fusion"}}`
	for _, c := range []struct {
		name, format, want string
		code               []byte
	}{
		{"a plain dot", "hlo", "dot", hlo(code(1, op("parameter", "", ""), op("dot", "", "")))},
		{"counted", "hlo", "3 dot", hlo(code(1, op("dot", "", ""), op("dot", "", "")), code(2, op("dot", "", "")))},
		{"a library's fusion holds its dot", "hlo", "__ynn_fusion", hlo(code(1, op("dot", "", "")), code(2, op("fusion", "", ynn, 1)))},
		{"a loop fusion does not", "hlo", "dot", hlo(code(1, op("dot", "", "")), code(2, op("fusion", "", `{"kind":"loop"}`, 1)))},
		{"fp8 on CUDA", "hlo", "__cublas$lt$matmul$f8", hlo(code(1, op("custom-call", "__cublas$lt$matmul$f8", "")))},
		{"triton", "hlo", "2 __triton_gemm", hlo(code(1, op("fusion", "", `{"fusion_backend_config":{"kind":"__triton_gemm"}}`), op("fusion", "", `{"kind": "__triton_gemm"}`)))},
		{"mixed, in order", "hlo", "__onednn$matmul, 2 dot", hlo(code(1, op("dot", "", ""), op("custom-call", "__onednn$matmul", ""), op("dot", "", "")))},
		{"with its configuration", "hlo_with_config", "dot", appendBytes(nil, configuredModule, hlo(code(1, op("dot", "", ""))))},
		{"another format", "neff", "", hlo(code(1, op("dot", "", "")))},
		{"no product", "hlo", "element-wise loops", hlo(code(1, op("add", "", "")))},
		{"no program", "hlo", "", nil},
		{"control characters", "hlo", "evil$call", hlo(code(1, op("custom-call", "evil\n$\x00call", "")))},
	} {
		require.Equal(t, c.want, Kernels(c.code, c.format), c.name)
	}
}

func TestCalledComputationsMayBePacked(t *testing.T) {
	fusion := appendBytes(op("fusion", "", `{"kind":"__ynn_fusion"}`), instructionCalled, []byte{7, 0x80, 0x01})
	require.Equal(t, "__ynn_fusion", Kernels(hlo(code(128, op("dot", "", "")), code(7, op("dot", "", "")), code(1, fusion)), "hlo"))
}

// Foreign bytes give a short line or nothing.
func FuzzKernels(f *testing.F) {
	f.Add(hlo(code(1, op("dot", "", "")), code(2, op("fusion", "", `{"kind":"__ynn_fusion"}`, 1))))
	f.Add(appendBytes(nil, 1, hlo(code(1, op("custom-call", "x", "")))))
	f.Add([]byte{0x1a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Fuzz(func(t *testing.T, message []byte) {
		for _, format := range []string{"hlo", "hlo_with_config"} {
			line := Kernels(message, format)
			require.LessOrEqual(t, len(line), (mostKernels+1)*(mostKernelNameBytes+22))
			require.False(t, strings.ContainsAny(line, "\n\x00"))
		}
	})
}

func TestOneLine(t *testing.T) {
	for in, want := range map[string]string{
		"":                                    "",
		"No visible GPU devices.":             "No visible GPU devices",
		"\n\n  first:  \n*** stack trace ***": "first",
		"bad\xffbyte":                         "bad?byte",
	} {
		require.Equal(t, want, oneLine(in))
	}
	require.LessOrEqual(t, len(oneLine(strings.Repeat("é", 4000))), mostText+len("…"))
}

// The bytes of CompileOptionsProto, by hand: build options {device_ordinal -1,
// num_replicas 1, num_partitions 1, device_assignment {1, 1, {7}}} and one flag.
func TestCompileOptions(t *testing.T) {
	want := "\x1a\x19" + "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01" + "\x20\x01" + "\x28\x01" + "\x4a\x08" + "\x08\x01" + "\x10\x01" + "\x1a\x02" + "\x08\x07"
	require.Equal(t, want, string(compileOptions(7, nil)))
	require.Equal(t, want+"\x3a\x0a"+"\x0a\x01f"+"\x12\x05"+"\x0a\x03/me", string(compileOptions(7, map[string]string{"f": "/me"})))
}
