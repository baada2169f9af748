package opencl

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
)

// Names of cl.h and cl_ext.h for clGetPlatformInfo and clGetDeviceInfo, and the
// bits of CL_DEVICE_TYPE.
const (
	platformName = 0x0902

	deviceType           = 0x1000
	deviceUnits          = 0x1002
	deviceFloatConfig    = 0x101B // CL_DEVICE_SINGLE_FP_CONFIG
	deviceMaxGroup       = 0x1004
	deviceMaxAlloc       = 0x1010
	deviceGlobalCache    = 0x101E
	deviceGlobalMemory   = 0x101F
	deviceLocalMemory    = 0x1023
	deviceLittleEndian   = 0x1026
	deviceAvailable      = 0x1027
	deviceCompiler       = 0x1028
	deviceName           = 0x102B
	deviceDriver         = 0x102D
	deviceVersion        = 0x102F
	deviceExtensions     = 0x1030
	deviceVectorFloat    = 0x103A // CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT
	deviceBoardNameAMD   = 0x4038 // cl_amd_device_attribute_query; the name proper is only "gfx1100"
	deviceFreeMemoryAMD  = 0x4039 // KiB: all, and the largest block
	floatDenorm          = 1 << 0 // CL_FP_DENORM
	typeCPU              = 1 << 1
	typeCustom           = 1 << 4
	typeAll              = 0xFFFFFFFF
	platformNotFoundCode = -1001
)

// A Device is one that can compile and run kernels.
type Device struct {
	library       *Library
	id            uintptr
	Platform      string // its driver's name, as it says
	Driver        string // the driver's version
	Version       string // of OpenCL on the device, as it says
	Name          string // as the driver writes it
	CPU           bool   // the host's processor
	Match         string // PCI address or UUID, "cpu" for the processor, "" unknown
	MemoryBytes   int64
	MaxAllocBytes int64 // of one buffer
	FreeBytes     int64 // 0 = the driver does not tell
	CacheBytes    int64 // as the driver says: some tell the first level, some the last
	Units         int   // compute units: on a processor its threads
	FP64          bool
	maxGroup      int   // work-items of a work-group
	localBytes    int64 // local memory of a work-group
	vector        int   // floats of a vector register, 1 where the device is scalar
	denorms       bool  // fp32 numbers below the normal ones are computed with
	extensions    []string
	tuned         map[tuning]choice // since this process began
	blasWins      map[tuning]bool
}

// Devices lists all devices of all drivers, sorted by driver, so that their order
// does not depend on that of the loader. The error is ErrNoDevice.
func (l *Library) Devices() ([]*Device, error) {
	var platforms [64]uintptr
	var n uint32
	if code := l.calls.getPlatformIDs(uint32(len(platforms)), &platforms[0], &n); code != 0 && code != platformNotFoundCode {
		return nil, check("clGetPlatformIDs", code)
	}
	var all []*Device
	for _, p := range platforms[:min(int(n), len(platforms))] {
		all = append(all, l.devicesOf(p)...)
	}
	if len(all) == 0 {
		return nil, ErrNoDevice
	}
	slices.SortStableFunc(all, func(a, b *Device) int {
		return cmp.Or(strings.Compare(a.Platform, b.Platform), strings.Compare(a.Match, b.Match))
	})
	return all, nil
}

func (l *Library) devicesOf(platform uintptr) (usable []*Device) {
	info := func(name uint32) []byte {
		return query(func(size uintptr, value *byte, needed *uintptr) int32 {
			return l.calls.getPlatformInfo(platform, name, size, value, needed)
		})
	}
	var ids [256]uintptr
	var n uint32
	if l.calls.getDeviceIDs(platform, typeAll, uint32(len(ids)), &ids[0], &n) != 0 {
		return nil // CL_DEVICE_NOT_FOUND: a driver without a device
	}
	title := text(info(platformName))
	for _, id := range ids[:min(int(n), len(ids))] {
		if d := l.device(id, title); d != nil {
			usable = append(usable, d)
		}
	}
	return usable
}

// device asks for all that is needed of a device; nil for one that cannot run
// kernels from source.
func (l *Library) device(id uintptr, platform string) *Device {
	d := &Device{library: l, id: id, Platform: platform, tuned: map[tuning]choice{}, blasWins: map[tuning]bool{}}
	kind := d.number(deviceType)
	if kind&typeCustom != 0 || d.number(deviceAvailable) == 0 || d.number(deviceCompiler) == 0 || d.number(deviceLittleEndian) == 0 {
		return nil
	}
	d.extensions = strings.Fields(text(d.info(deviceExtensions)))
	d.Name, d.Driver, d.Version = text(d.info(deviceName)), text(d.info(deviceDriver)), text(d.info(deviceVersion))
	d.CPU = kind&typeCPU != 0
	d.FP64 = d.has("cl_khr_fp64")
	d.Match = d.match()
	d.MemoryBytes, d.MaxAllocBytes = d.number(deviceGlobalMemory), d.number(deviceMaxAlloc)
	if d.has("cl_amd_device_attribute_query") {
		d.Name = cmp.Or(text(d.info(deviceBoardNameAMD)), d.Name)
		d.FreeBytes = d.number(deviceFreeMemoryAMD) << 10
	}
	d.CacheBytes, d.Units = d.number(deviceGlobalCache), int(d.number(deviceUnits))
	d.maxGroup, d.localBytes = int(d.number(deviceMaxGroup)), d.number(deviceLocalMemory)
	d.denorms = d.number(deviceFloatConfig)&floatDenorm != 0
	d.vector = max(1, int(d.number(deviceVectorFloat)))
	return d
}

func (d *Device) has(extension string) bool { return slices.Contains(d.extensions, extension) }

func (d *Device) info(name uint32) []byte {
	return query(func(size uintptr, value *byte, needed *uintptr) int32 {
		return d.library.calls.getDeviceInfo(d.id, name, size, value, needed)
	})
}

// number is the first integer of an answer, 4 or 8 bytes long; 0 where the driver
// does not know the question.
func (d *Device) number(name uint32) int64 {
	b := d.info(name)
	switch {
	case len(b) >= 8:
		return int64(binary.LittleEndian.Uint64(b))
	case len(b) >= 4:
		return int64(binary.LittleEndian.Uint32(b))
	}
	return 0
}

// query asks for the length of an answer and then for it; nil where the driver
// does not know the question.
func query(ask func(size uintptr, value *byte, needed *uintptr) int32) []byte {
	var n uintptr
	if ask(0, nil, &n) != 0 || n == 0 || n > 1<<20 {
		return nil
	}
	b := make([]byte, n)
	if ask(n, &b[0], nil) != 0 {
		return nil
	}
	return b
}

// text is a C string without its end and doubled spaces.
func text(b []byte) string {
	b, _, _ = bytes.Cut(b, []byte{0})
	return strings.Join(strings.Fields(string(b)), " ")
}
