package nvml

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"joulemark/bench/internal/nvml/header"
)

// TestHeader holds every number and layout of this package against NVIDIA's header,
// as the C compiler sees it.
func TestHeader(t *testing.T) {
	var p pciInfo
	var f fieldValue
	var i processInfo
	numbers := map[string]uint64{
		"sizeof(nvmlPciInfo_t)": uint64(unsafe.Sizeof(p)), "offsetof(nvmlPciInfo_t, domain)": uint64(unsafe.Offsetof(p.domain)),
		"offsetof(nvmlPciInfo_t, bus)": uint64(unsafe.Offsetof(p.bus)), "offsetof(nvmlPciInfo_t, device)": uint64(unsafe.Offsetof(p.device)),
		"offsetof(nvmlPciInfo_t, busId)": uint64(unsafe.Offsetof(p.busID)),

		"sizeof(nvmlFieldValue_t)": uint64(unsafe.Sizeof(f)), "offsetof(nvmlFieldValue_t, scopeId)": uint64(unsafe.Offsetof(f.scopeID)),
		"offsetof(nvmlFieldValue_t, timestamp)": uint64(unsafe.Offsetof(f.timestampUS)), "offsetof(nvmlFieldValue_t, latencyUsec)": uint64(unsafe.Offsetof(f.latencyUS)),
		"offsetof(nvmlFieldValue_t, valueType)": uint64(unsafe.Offsetof(f.valueType)), "offsetof(nvmlFieldValue_t, nvmlReturn)": uint64(unsafe.Offsetof(f.code)),
		"offsetof(nvmlFieldValue_t, value)": uint64(unsafe.Offsetof(f.value)), "sizeof(nvmlValue_t)": uint64(unsafe.Sizeof(f.value)),

		"sizeof(nvmlProcessInfo_t)": uint64(unsafe.Sizeof(i)), "sizeof(nvmlProcessInfo_v2_t)": uint64(unsafe.Sizeof(i)),
		"offsetof(nvmlProcessInfo_t, pid)": uint64(unsafe.Offsetof(i.pid)),
		"sizeof(nvmlReturn_t)":             4, "sizeof(nvmlDevice_t)": uint64(unsafe.Sizeof(uintptr(0))),

		"NVML_VALUE_TYPE_DOUBLE": valueDouble, "NVML_VALUE_TYPE_UNSIGNED_INT": valueUnsigned32, "NVML_VALUE_TYPE_UNSIGNED_LONG": valueUnsignedLong,
		"NVML_VALUE_TYPE_UNSIGNED_LONG_LONG": valueUnsigned64, "NVML_VALUE_TYPE_SIGNED_LONG_LONG": valueSigned64,
		"NVML_VALUE_TYPE_SIGNED_INT": valueSigned32, "NVML_VALUE_TYPE_UNSIGNED_SHORT": valueUnsignedShort,

		"NVML_CLOCK_SM": uint64(SMClock), "NVML_CLOCK_MEM": uint64(MemoryClock), "NVML_TEMPERATURE_GPU": 0, "NVML_FEATURE_ENABLED": 1,
		"NVML_GPU_VIRTUALIZATION_MODE_VGPU": virtualGPU,

		"NVML_FI_DEV_POWER_INSTANT": uint64(PowerInstant), "NVML_FI_DEV_POWER_AVERAGE": uint64(PowerAverage),
		"NVML_FI_DEV_PERF_POLICY_THERMAL":                   uint64(ThermalNS),
		"NVML_FI_DEV_CLOCKS_EVENT_REASON_SW_THERM_SLOWDOWN": uint64(SwThermalNS), "NVML_FI_DEV_CLOCKS_EVENT_REASON_HW_THERM_SLOWDOWN": uint64(HwThermalNS),
		"NVML_FI_DEV_CLOCKS_EVENT_REASON_HW_POWER_BRAKE_SLOWDOWN": uint64(HwBrakeNS),
		"NVML_POWER_SCOPE_GPU": uint64(ScopeGPU), "NVML_POWER_SCOPE_MODULE": uint64(ScopeModule), "NVML_POWER_SCOPE_MEMORY": uint64(ScopeMemory),

		"NVML_SUCCESS": 0, "NVML_ERROR_NOT_SUPPORTED": uint64(NotSupported), "NVML_ERROR_NO_PERMISSION": uint64(NoPermission),
		"NVML_ERROR_INSUFFICIENT_SIZE": uint64(InsufficientSize), "NVML_ERROR_DRIVER_NOT_LOADED": uint64(DriverNotLoaded),
		"NVML_ERROR_FUNCTION_NOT_FOUND": uint64(FunctionNotFound), "NVML_ERROR_GPU_IS_LOST": uint64(GPULost),
		"NVML_ERROR_LIB_RM_VERSION_MISMATCH": uint64(VersionMismatch), "NVML_ERROR_NO_DATA": noData,

		"nvmlClocksEventReasonGpuIdle": uint64(GPUIdle), "nvmlClocksEventReasonApplicationsClocksSetting": uint64(ApplicationClocks),
		"nvmlClocksEventReasonSwPowerCap": uint64(SwPowerCap), "nvmlClocksThrottleReasonHwSlowdown": uint64(HwSlowdown),
		"nvmlClocksEventReasonSyncBoost": uint64(SyncBoost), "nvmlClocksEventReasonSwThermalSlowdown": uint64(SwThermalSlowdown),
		"nvmlClocksThrottleReasonHwThermalSlowdown": uint64(HwThermalSlowdown), "nvmlClocksThrottleReasonHwPowerBrakeSlowdown": uint64(HwPowerBrake),
		"nvmlClocksEventReasonDisplayClockSetting": uint64(DisplayClock), "nvmlClocksEventReasonBoardLimit": uint64(BoardLimit),
		"nvmlClocksEventReasonReliability": uint64(Reliability),
	}
	names, values := []string{}, []uint64{}
	for name, v := range numbers {
		names, values = append(names, name), append(values, v)
	}
	for at, got := range compiled(t, names) {
		require.Equal(t, values[at], got, names[at])
	}
	buffers := compiled(t, []string{"NVML_SYSTEM_DRIVER_VERSION_BUFFER_SIZE", "NVML_DEVICE_NAME_V2_BUFFER_SIZE", "NVML_DEVICE_UUID_V2_BUFFER_SIZE"})
	require.Equal(t, []uint64{80, 96, 96}, buffers)
}

// compiled is what the C compiler makes of expressions over the header.
func compiled(t *testing.T, expressions []string) []uint64 {
	t.Helper()
	source := "#include <stddef.h>\n#include <stdio.h>\n#include \"" + header.Find(t) + "\"\nint main(void) {\n"
	for _, e := range expressions {
		source += fmt.Sprintf("printf(\"%%llu\\n\", (unsigned long long)(%s));\n", e)
	}
	dir := t.TempDir()
	file, program := filepath.Join(dir, "numbers.c"), filepath.Join(dir, "numbers")
	require.NoError(t, os.WriteFile(file, []byte(source+"}\n"), 0o644))
	out, err := exec.Command(header.GCC(t), "-w", "-o", program, file).CombinedOutput()
	require.NoError(t, err, "%s", out)
	out, err = exec.Command(program).Output()
	require.NoError(t, err)
	var values []uint64
	for line := range strings.Lines(string(out)) {
		var v uint64
		_, err := fmt.Sscan(line, &v)
		require.NoError(t, err)
		values = append(values, v)
	}
	require.Len(t, values, len(expressions))
	return values
}

// Every type of a field's value.
func TestDecode(t *testing.T) {
	for valueType, c := range map[uint32]struct {
		bytes [8]byte
		want  float64
	}{
		valueDouble:        {[8]byte{0, 0, 0, 0, 0, 0, 0xf0, 0x3f}, 1},
		valueUnsigned32:    {[8]byte{0xff, 0xff, 0xff, 0xff, 9, 9, 9, 9}, 4294967295},
		valueUnsignedLong:  {[8]byte{0, 0, 0, 0, 1}, 4294967296},
		valueUnsigned64:    {[8]byte{0, 0, 0, 0, 1}, 4294967296},
		valueSigned64:      {[8]byte{0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, -2},
		valueSigned32:      {[8]byte{0xfe, 0xff, 0xff, 0xff, 9, 9, 9, 9}, -2},
		valueUnsignedShort: {[8]byte{2, 1, 9, 9}, 258},
	} {
		f := Field{ID: 1}
		f.set(0, valueType, c.bytes)
		require.NoError(t, f.Err)
		require.Equal(t, c.want, f.Value, valueType)
	}
	f := Field{ID: 1}
	f.set(0, 99, [8]byte{1})
	require.ErrorContains(t, f.Err, "no data")
}
