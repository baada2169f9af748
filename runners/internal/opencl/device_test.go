package opencl

import (
	"encoding/binary"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"joulemark/workloads"
)

// told is a device whose driver answers from a table, as clGetDeviceInfo does.
func told(extensions string, answers map[uint32][]byte) *Device {
	l := &Library{}
	l.calls.getDeviceInfo = func(_ uintptr, name uint32, size uintptr, value *byte, needed *uintptr) int32 {
		answer, known := answers[name]
		if !known || size != 0 && size < uintptr(len(answer)) {
			const invalidValue = -30
			return invalidValue
		}
		if needed != nil {
			*needed = uintptr(len(answer))
		}
		if value != nil {
			copy(unsafe.Slice(value, size), answer)
		}
		return 0
	}
	answers[deviceExtensions] = append([]byte(extensions), 0)
	for _, flag := range []uint32{deviceAvailable, deviceCompiler, deviceLittleEndian} {
		if _, said := answers[flag]; !said {
			answers[flag] = words(1)
		}
	}
	return l.device(1, "a driver")
}

func words(values ...uint32) (b []byte) {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	return b
}

const gpu = 1 << 2 // CL_DEVICE_TYPE_GPU

// What each maker's driver tells of where the device is.
func TestMatch(t *testing.T) {
	kind := binary.LittleEndian.AppendUint64(nil, gpu)
	amd := append(words(1), make([]byte, 20)...)
	amd[21], amd[22], amd[23] = 0x83, 0, 1
	uuid := []byte{0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0, 1, 2, 3, 4, 5, 6, 7}
	for what, c := range map[string]struct {
		extensions string
		answers    map[uint32][]byte
		want       string
	}{
		"processor":        {"cl_khr_pci_bus_info", map[uint32][]byte{deviceType: binary.LittleEndian.AppendUint64(nil, typeCPU), devicePCIKHR: words(0, 1, 2, 3)}, "cpu"},
		"khr":              {"cl_khr_pci_bus_info", map[uint32][]byte{deviceType: kind, devicePCIKHR: words(1, 0x41, 0x1f, 7)}, "0001:41:1f.7"},
		"nvidia":           {"cl_nv_device_attribute_query", map[uint32][]byte{deviceType: kind, devicePCIBusNV: words(0x41), devicePCISlotNV: words(2<<3 | 1), devicePCIDomainNV: words(0)}, "0000:41:02.1"},
		"nvidia, domain":   {"cl_nv_device_attribute_query", map[uint32][]byte{deviceType: kind, devicePCIBusNV: words(6), devicePCISlotNV: words(0), devicePCIDomainNV: words(0x10)}, "0010:06:00.0"},
		"amd":              {"cl_amd_device_attribute_query", map[uint32][]byte{deviceType: kind, deviceTopologyAMD: amd}, "0000:83:00.1"},
		"uuid":             {"cl_khr_device_uuid", map[uint32][]byte{deviceType: kind, deviceUUIDKHR: uuid, deviceVendorID: words(0x8086)}, "01234567-89ab-cdef-0001-020304050607"},
		"uuid of nvidia":   {"cl_khr_device_uuid", map[uint32][]byte{deviceType: kind, deviceUUIDKHR: uuid, deviceVendorID: words(0x10DE)}, "GPU-01234567-89ab-cdef-0001-020304050607"},
		"nothing":          {"", map[uint32][]byte{deviceType: kind}, ""},
		"a short answer":   {"cl_khr_pci_bus_info", map[uint32][]byte{deviceType: kind, devicePCIKHR: words(1)}, ""},
		"no PCI but other": {"cl_amd_device_attribute_query", map[uint32][]byte{deviceType: kind, deviceTopologyAMD: make([]byte, 24)}, ""},
	} {
		require.Equal(t, c.want, told(c.extensions, c.answers).Match, what)
	}
}

func TestDevicesThatCannotCompute(t *testing.T) {
	kind := binary.LittleEndian.AppendUint64(nil, gpu)
	require.Nil(t, told("", map[uint32][]byte{deviceType: kind, deviceCompiler: words(0)}), "no compiler")
	require.Nil(t, told("", map[uint32][]byte{deviceType: kind, deviceAvailable: words(0)}), "taken")
	require.Nil(t, told("", map[uint32][]byte{deviceType: binary.LittleEndian.AppendUint64(nil, typeCustom)}), "fixed functions")
}

func TestDeviceSays(t *testing.T) {
	d := told("cl_khr_fp64 cl_amd_device_attribute_query", map[uint32][]byte{
		deviceType: binary.LittleEndian.AppendUint64(nil, gpu), deviceName: []byte("gfx1100\x00"), deviceBoardNameAMD: []byte("AMD  Radeon RX\x00"),
		deviceFreeMemoryAMD: binary.LittleEndian.AppendUint64(nil, 1024), deviceFloatConfig: binary.LittleEndian.AppendUint64(nil, 7),
		deviceGlobalMemory: binary.LittleEndian.AppendUint64(nil, 1<<34), deviceMaxGroup: binary.LittleEndian.AppendUint64(nil, 1024),
	})
	require.Equal(t, "AMD Radeon RX", d.Name)
	require.Equal(t, int64(1<<20), d.FreeBytes)
	require.Equal(t, int64(1<<34), d.MemoryBytes)
	require.True(t, d.FP64)
	require.True(t, d.denorms)
	require.Equal(t, 1024, d.maxGroup)
	require.Equal(t, 1, d.vector, "not told")
}

func TestNotSupported(t *testing.T) {
	d := &Device{Name: "X"}
	for name, says := range map[string]string{
		"matmul/fp64/n=8":                                          "X has no fp64",
		"matmul/fp32/n=8/sparsity=2:4":                             "choose dense operands",
		"layer/gpt2-small/train/fp32/b=1/t=8/c=0":                  "choose prefill or decode",
		"layer/gpt2-small/prefill/int8/b=1/t=8/c=0":                "choose one of",
		"layer/gpt2-small/prefill/fp32/b=1/t=8/c=0/technique=fast": "leave it out",
	} {
		w, err := workloads.Parse(name)
		require.NoError(t, err)
		_, err = d.Plan(w)
		require.ErrorIs(t, err, ErrUnsupported, name)
		require.ErrorContains(t, err, says)
	}
}

// A variant is left out where local memory or the size of a work-group forbid it.
func TestVariantsFitTheDevice(t *testing.T) {
	small := &Device{maxGroup: 64, localBytes: 16 << 10}
	var names []string
	for _, v := range candidates(small, workloads.FP32, 100) {
		names = append(names, v.String())
	}
	require.Equal(t, []string{"tiles 64x64x16", "tiles 16x16x8"}, names)
	require.Len(t, candidates(&Device{maxGroup: 1024, localBytes: 64 << 10}, workloads.FP32, 100), 6)
	require.Len(t, candidates(&Device{maxGroup: 1024, localBytes: 64 << 10}, workloads.FP32, 3), 4)
}

func TestGridCoversTheResult(t *testing.T) {
	s := shape{rows: 130, columns: 67, depth: 9}
	for _, v := range append(forGPU(100), forCPU(&Device{vector: 16}, workloads.FP32, s.rows)...) {
		global, local := v.grid(s)
		rows, columns := global[1]*v.r, global[0]*v.c
		if v.kernel == "panels" {
			rows, columns = global[0]*v.r, global[1]*v.panel()
		}
		require.GreaterOrEqual(t, rows, s.rows, v)
		require.GreaterOrEqual(t, columns, s.columns, v)
		for i := range global {
			require.Zero(t, global[i]%local[i], v)
		}
	}
}

func TestBufferBeyondTheDevice(t *testing.T) {
	c := &context{Device: &Device{Name: "X", MaxAllocBytes: 1000}}
	o := newOperand(workloads.Tensor{Type: workloads.FP32, Shape: []int{20, 20}}, 0)
	_, err := c.count([]*operand{o}, 10)
	require.ErrorIs(t, err, ErrUnsupported)
	require.ErrorContains(t, err, "X allows")
	c.MaxAllocBytes = 2000
	p, err := c.count([]*operand{o}, 10, 20)
	require.NoError(t, err)
	require.Equal(t, []int64{1792, 30}, []int64{p.SetBytes, p.RestBytes}) // 448 elements
}
