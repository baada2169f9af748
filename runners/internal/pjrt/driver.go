package pjrt

import (
	"bytes"
	"runtime"
	"strings"

	"joulemark/runners/internal/dl"
)

// A driver is the library below a plugin that numbers the same devices: the ordinals
// of CUDA and HIP are those of the driver in this process, under the same
// CUDA_VISIBLE_DEVICES or HIP_VISIBLE_DEVICES. Its functions have the same shape for
// both (cuda.h of CUDA 13, hip_runtime_api.h of ROCm 6):
//
//	init(unsigned 0), get(int *device, int ordinal),
//	busID(char *text, int length, device), total(size_t *bytes, device)
type driver struct {
	libraries               []string
	init, get, busID, total string
}

// drivers by the plugin's name of its platform.
var drivers = map[string]driver{
	"cuda": {[]string{"libcuda.so.1", "/usr/lib/wsl/lib/libcuda.so.1"}, "cuInit", "cuDeviceGet", "cuDeviceGetPCIBusId", "cuDeviceTotalMem_v2"},
	"rocm": {[]string{"libamdhip64.so.7", "libamdhip64.so.6", "libamdhip64.so"}, "hipInit", "hipDeviceGet", "hipDeviceGetPCIBusId", "hipDeviceTotalMem"},
}

// Locate asks the driver of a platform for the PCI address ("0000:41:00.0") and the
// memory of the device of that ordinal, because the PJRT API tells neither. Empty and
// 0 where there is no such driver or it does not know.
func Locate(platform string, ordinal int) (busID string, totalBytes int64) {
	d, known := drivers[platform]
	if !known {
		return "", 0
	}
	library, err := dl.Open(d.libraries...)
	if err != nil {
		return "", 0
	}
	// ok calls a function by name and reports its success, which is 0 in the low half.
	ok := func(name string, args ...uintptr) bool {
		f, err := library.Symbol(name)
		return err == nil && int32(dl.Call(f, args...)) == 0
	}
	var pin runtime.Pinner
	defer pin.Unpin()
	device, text, total := new(int32), new([32]byte), new(uint64)
	pin.Pin(device)
	pin.Pin(text)
	pin.Pin(total)
	if !ok(d.init, 0) || !ok(d.get, address(device), uintptr(ordinal)) {
		return "", 0
	}
	if ok(d.busID, address(text), uintptr(len(text)), uintptr(*device)) {
		name, _, _ := bytes.Cut(text[:], []byte{0})
		busID = strings.ToLower(string(name))
	}
	if ok(d.total, address(total), uintptr(*device)) {
		totalBytes = int64(*total)
	}
	return busID, totalBytes
}
