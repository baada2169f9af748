package pjrt

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"joulemark/runners/internal/parts"
)

// headerMinor is the minor of the header that the wheel xla-cpu-pjrt ships.
const headerMinor = 81

// layouts are the Go structs whose fields are named after C's. text, number, child
// and one stand for many structs; their fields are C's by place.
var layouts = map[structure]any{
	namedValue: namedValueC{}, clientCreateArgs: clientCreateC{}, clientAddressableDevicesArgs: addressableDevicesC{}, clientCompileArgs: clientCompileC{},
	clientBufferFromHostBufferArgs: fromHostC{}, program: programC{}, descriptionAttributesArgs: attributesC{}, deviceMemoryStatsArgs: memoryStatsC{},
	executableMemoryStatsArgs: executableMemoryC{}, executeOptions: executeOptionsC{}, loadedExecutableExecuteArgs: executeC{}, bufferToHostBufferArgs: toHostC{},
}

// byPlace are the C fields that text, number, child and one stand for.
var byPlace = map[structure]struct {
	layout any
	fields []string
}{
	errorDestroyArgs: {one{}, []string{"error"}}, eventDestroyArgs: {one{}, []string{"event"}}, eventAwaitArgs: {one{}, []string{"event"}},
	executableDestroyArgs: {one{}, []string{"executable"}}, loadedExecutableDestroyArgs: {one{}, []string{"executable"}}, bufferDestroyArgs: {one{}, []string{"buffer"}},
	errorMessageArgs:                  {text{}, []string{"error", "message", "message_size"}},
	clientPlatformNameArgs:            {text{}, []string{"client", "platform_name", "platform_name_size"}},
	clientPlatformVersionArgs:         {text{}, []string{"client", "platform_version", "platform_version_size"}},
	descriptionKindArgs:               {text{}, []string{"device_description", "device_kind", "device_kind_size"}},
	errorGetCodeArgs:                  {number{}, []string{"error", "code"}},
	descriptionIDArgs:                 {number{}, []string{"device_description", "id"}},
	deviceLocalHardwareIDArgs:         {number{}, []string{"device", "local_hardware_id"}},
	deviceGetDescriptionArgs:          {child{}, []string{"device", "device_description"}},
	executableNumOutputsArgs:          {child{}, []string{"executable", "num_outputs"}},
	executableOptimizedProgramArgs:    {child{}, []string{"executable", "program"}},
	loadedExecutableGetExecutableArgs: {child{}, []string{"loaded_executable", "executable"}},
}

// Every size, offset and slot that was written down is what a C compiler makes of
// the header.
func TestAgainstTheHeader(t *testing.T) {
	want := map[string]int{}
	var source strings.Builder
	line := func(key, expression string, value int) {
		want[key] = value
		fmt.Fprintf(&source, "printf(\"%%s %%d\\n\", %q, (int)(%s));\n", key, expression)
	}
	for i, size := range sizes(headerMinor) {
		name := structures[i].name
		line(name, name+"_STRUCT_SIZE", int(size))
	}
	for s, layout := range layouts {
		for field, offset := range tagged(layout) {
			name := structures[s].name
			line(name+"."+field, fmt.Sprintf("offsetof(%s, %s)", name, field), offset)
		}
	}
	for s, p := range byPlace {
		at := reflect.TypeOf(p.layout)
		for i, field := range p.fields {
			name := structures[s].name
			line(name+"."+field, fmt.Sprintf("offsetof(%s, %s)", name, field), int(at.Field(1+i).Offset))
		}
	}
	for field, offset := range tagged(tableHead{}) {
		line("PJRT_Api."+field, fmt.Sprintf("offsetof(PJRT_Api, %s)", field), offset)
	}
	for _, f := range functions {
		line(f.name, fmt.Sprintf("offsetof(PJRT_Api, %s)", f.name), int(headBytes)+f.slot*int(slotBytes))
	}
	for name, code := range map[string]int{"RESOURCE_EXHAUSTED": ResourceExhausted, "UNIMPLEMENTED": Unimplemented, "INVALID_ARGUMENT": InvalidArgument} {
		line(name, "PJRT_Error_Code_"+name, code)
	}
	for name, v := range map[string]int{"kString": namedString, "kInt64": namedInt64, "kBool": namedBool} {
		line(name, "PJRT_NamedValue_"+name, v)
	}
	for name, stored := range map[string]int32{"S8": bufferTypes["int8"], "S32": bufferTypes["int32"], "F16": bufferTypes["fp16"], "F32": bufferTypes["tf32"], "F64": bufferTypes["fp64"],
		"BF16": bufferTypes["bf16"], "F8E5M2": bufferTypes["fp8_e5m2"], "F8E4M3FN": bufferTypes["fp8_e4m3"], "S4": bufferTypes["int4"]} {
		line(name, "PJRT_Buffer_Type_"+name, int(stored))
	}
	line("minor", "PJRT_API_MINOR", headerMinor)
	require.Equal(t, int(structureCount), len(layouts)+len(byPlace)+1, "every struct is looked at (Plugin_Initialize has no field)")
	require.Equal(t, want, compiled(t, source.String()))
}

// tagged are the offsets of a struct's fields by the name in their tag.
func tagged(layout any) map[string]int {
	out := map[string]int{}
	for _, f := range reflect.VisibleFields(reflect.TypeOf(layout)) {
		if name := f.Tag.Get("c"); name != "" {
			out[name] = int(f.Offset)
		}
	}
	return out
}

// compiled runs statements in C with the header and returns the numbers they print.
func compiled(t *testing.T, statements string) map[string]int {
	t.Helper()
	header := parts.Wheel(t, "xla_plugins/xla_cpu_pjrt/include/pjrt_c_api.h")
	if _, err := exec.LookPath("gcc"); err != nil {
		parts.Missing(t, "gcc")
	}
	dir := t.TempDir()
	file, program := filepath.Join(dir, "layout.c"), filepath.Join(dir, "layout")
	source := "#include <stdio.h>\n#include \"pjrt_c_api.h\"\nint main(void) {\n" + statements + "return 0; }\n"
	require.NoError(t, os.WriteFile(file, []byte(source), 0o644))
	text, err := exec.CommandContext(t.Context(), "gcc", "-I", filepath.Dir(header), "-o", program, file).CombinedOutput()
	require.NoError(t, err, string(text))
	text, err = exec.CommandContext(t.Context(), program).Output()
	require.NoError(t, err)
	out := map[string]int{}
	for line := range strings.Lines(string(text)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		n, err := strconv.Atoi(value)
		require.NoError(t, err)
		out[key] = n
	}
	return out
}

// Sizes of minors whose header is not here, from the change log.
func TestSizesByMinor(t *testing.T) {
	for minor, want := range map[int][3]uintptr{ // ExecuteOptions, Client_Create_Args, GetCompiledMemoryStats_Args
		46: {72, 72, 104}, 60: {72, 72, 104}, 61: {72, 88, 104}, 64: {80, 88, 104}, 77: {88, 88, 112}, 81: {112, 88, 112}, 96: {112, 88, 120}, 105: {120, 88, 144},
		106: {120 + 128, 88 + 128, 144 + 128}, 1 << 30: {120 + 128, 88 + 128, 144 + 128},
	} {
		s := sizes(minor)
		require.Equal(t, want, [3]uintptr{s[executeOptions], s[clientCreateArgs], s[executableMemoryStatsArgs]}, minor)
	}
}

// No size that is ever told exceeds the memory behind it.
func TestSizesFitTheirStructs(t *testing.T) {
	future := sizes(newestMinor + 1)
	for s, layout := range layouts {
		if s == namedValue {
			continue // an array's elements have no spare bytes, and say their own size
		}
		require.LessOrEqual(t, future[s], reflect.TypeOf(layout).Size(), structures[s].name)
	}
	for s, p := range byPlace {
		require.LessOrEqual(t, future[s], reflect.TypeOf(p.layout).Size(), structures[s].name)
	}
}
