//go:build linux && !nodl

package nvml

import (
	"unsafe"

	"github.com/ebitengine/purego"
)

// pureLibrary calls NVML without cgo.
type pureLibrary struct{ *symbols }

func openPurego(s *symbols) (Library, error) {
	l := &pureLibrary{s}
	return l, l.call(initNames)
}

// call calls the first of a function's names that is there. Pointers among the
// arguments are converted in the argument list, which keeps what they point to alive
// and in place.
//
//go:uintptrescapes
func (l *pureLibrary) call(names []string, args ...uintptr) error {
	function, err := l.find(names...)
	if err != nil {
		return err
	}
	code, _, _ := purego.SyscallN(function, args...)
	return failure(names[0], uint32(code))
}

func (l *pureLibrary) Close() error { return l.call([]string{"nvmlShutdown"}) }

func (l *pureLibrary) DriverVersion() (string, error) {
	var b [80]byte // NVML_SYSTEM_DRIVER_VERSION_BUFFER_SIZE
	err := l.call([]string{"nvmlSystemGetDriverVersion"}, uintptr(unsafe.Pointer(&b)), uintptr(len(b)))
	return text(b[:]), err
}

func (l *pureLibrary) Count() (int, error) {
	var n uint32
	err := l.call(countNames, uintptr(unsafe.Pointer(&n)))
	return int(n), err
}

func (l *pureLibrary) Device(index int) (Device, error) {
	var handle uintptr
	err := l.call(handleNames, uintptr(index), uintptr(unsafe.Pointer(&handle)))
	return &pureDevice{l: l, handle: handle}, err
}

// pureDevice is a card's handle; raw is kept for the next reading of fields.
type pureDevice struct {
	l      *pureLibrary
	handle uintptr
	raw    []fieldValue
}

// of calls a function whose first argument is the card.
func of[T any](d *pureDevice, name string) (value T, err error) {
	err = d.l.call([]string{name}, d.handle, uintptr(unsafe.Pointer(&value)))
	return value, err
}

// ofKind calls one that takes a number before the place of its answer.
func ofKind(d *pureDevice, name string, kind uint32) (value uint32, err error) {
	err = d.l.call([]string{name}, d.handle, uintptr(kind), uintptr(unsafe.Pointer(&value)))
	return value, err
}

// text calls a function that writes a string.
func (d *pureDevice) text(name string) (string, error) {
	var b [96]byte // NVML_DEVICE_NAME_V2_BUFFER_SIZE, NVML_DEVICE_UUID_V2_BUFFER_SIZE
	err := d.l.call([]string{name}, d.handle, uintptr(unsafe.Pointer(&b)), uintptr(len(b)))
	return text(b[:]), err
}

func (d *pureDevice) Name() (string, error) { return d.text("nvmlDeviceGetName") }

func (d *pureDevice) UUID() (string, error) { return d.text("nvmlDeviceGetUUID") }

func (d *pureDevice) PCIAddress() (string, error) {
	var p pciInfo
	err := d.l.call(pciNames, d.handle, uintptr(unsafe.Pointer(&p)))
	return p.address(), err
}

func (d *pureDevice) ComputeCapability() (int, int, error) {
	var major, minor int32
	err := d.l.call([]string{"nvmlDeviceGetCudaComputeCapability"}, d.handle, uintptr(unsafe.Pointer(&major)), uintptr(unsafe.Pointer(&minor)))
	return int(major), int(minor), err
}

func (d *pureDevice) MIG() (bool, error) {
	var current, pending uint32
	err := d.l.call([]string{"nvmlDeviceGetMigMode"}, d.handle, uintptr(unsafe.Pointer(&current)), uintptr(unsafe.Pointer(&pending)))
	return current == 1, err
}

func (d *pureDevice) Virtual() (bool, error) {
	mode, err := of[uint32](d, "nvmlDeviceGetVirtualizationMode")
	return mode == virtualGPU, err
}

func (d *pureDevice) TotalEnergyMJ() (uint64, error) {
	return of[uint64](d, "nvmlDeviceGetTotalEnergyConsumption")
}

func (d *pureDevice) PowerUsageMW() (uint32, error) { return of[uint32](d, "nvmlDeviceGetPowerUsage") }

func (d *pureDevice) PowerLimitMW() (uint32, error) {
	return of[uint32](d, "nvmlDeviceGetEnforcedPowerLimit")
}

func (d *pureDevice) ClockMHz(c Clock) (uint32, error) {
	return ofKind(d, "nvmlDeviceGetClockInfo", uint32(c))
}

func (d *pureDevice) TemperatureC() (uint32, error) { return ofKind(d, "nvmlDeviceGetTemperature", 0) }

func (d *pureDevice) ClockEvents() (Events, error) {
	var e Events
	err := d.l.call([]string{eventsNew, eventsOld}, d.handle, uintptr(unsafe.Pointer(&e)))
	return e, err
}

// Fields asks for all of them in one call.
func (d *pureDevice) Fields(fields []Field) error {
	d.raw = d.raw[:0]
	for _, f := range fields {
		d.raw = append(d.raw, fieldValue{fieldID: f.ID, scopeID: f.Scope})
	}
	if err := d.l.call([]string{fieldsName}, d.handle, uintptr(len(d.raw)), uintptr(unsafe.Pointer(unsafe.SliceData(d.raw)))); err != nil {
		return allFailed(fields, err)
	}
	for i, r := range d.raw {
		fields[i].set(r.code, r.valueType, r.value)
	}
	return nil
}

// ComputeProcesses grows its room until the list fits: processes come and go.
func (d *pureDevice) ComputeProcesses() ([]int, error) {
	for room := 16; ; room *= 2 {
		list, n := make([]processInfo, room), uint32(room)
		err := d.l.call(processesNames, d.handle, uintptr(unsafe.Pointer(&n)), uintptr(unsafe.Pointer(&list[0])))
		if e, ok := err.(*Error); ok && e.Code == InsufficientSize && room < 1<<12 {
			continue
		}
		if err != nil {
			return nil, err
		}
		var pids []int
		for _, p := range list[:min(int(n), room)] {
			pids = append(pids, int(p.pid))
		}
		return pids, nil
	}
}
