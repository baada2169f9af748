//go:build linux && cgo && !nodl

package nvml

import (
	"sync"

	gonvml "github.com/NVIDIA/go-nvml/pkg/nvml"
)

// bound is the library that go-nvml's functions go to. The loader binds each at its
// first call to whichever library came first, for good; a second library in one
// process, which only tests have, is called by purego.
var bound struct {
	sync.Mutex
	path string
}

func claim(path string) bool {
	bound.Lock()
	defer bound.Unlock()
	if bound.path == "" {
		bound.path = path
	}
	return bound.path == path
}

func bind(b Binding, s *symbols) (Library, error) {
	if b == Purego || !claim(s.path) {
		return openPurego(s)
	}
	return openGoNVML(s)
}

// goLibrary is go-nvml behind look-ups.
type goLibrary struct {
	*symbols
	nvml gonvml.Interface
}

func openGoNVML(s *symbols) (Library, error) {
	l := &goLibrary{s, gonvml.New(gonvml.WithLibraryPath(s.path))}
	return l, l.code(initNames, l.nvml.Init)
}

// code calls a function that returns nothing but its code.
func (l *goLibrary) code(names []string, f func() gonvml.Return) error {
	if _, err := l.find(names...); err != nil {
		return err
	}
	return failure(names[0], uint32(f()))
}

// guarded calls a function that returns a value, if the library has it.
func guarded[T any](l *goLibrary, names []string, f func() (T, gonvml.Return)) (value T, err error) {
	err = l.code(names, func() (code gonvml.Return) {
		value, code = f()
		return code
	})
	return value, err
}

func (l *goLibrary) Close() error { return l.code([]string{"nvmlShutdown"}, l.nvml.Shutdown) }

func (l *goLibrary) DriverVersion() (string, error) {
	return guarded(l, []string{"nvmlSystemGetDriverVersion"}, l.nvml.SystemGetDriverVersion)
}

func (l *goLibrary) Count() (int, error) { return guarded(l, countNames, l.nvml.DeviceGetCount) }

func (l *goLibrary) Device(index int) (Device, error) {
	d, err := guarded(l, handleNames, func() (gonvml.Device, gonvml.Return) { return l.nvml.DeviceGetHandleByIndex(index) })
	return &goDevice{l, d, nil}, err
}

type goDevice struct {
	l   *goLibrary
	d   gonvml.Device
	raw []gonvml.FieldValue
}

func (d *goDevice) Name() (string, error) {
	return guarded(d.l, []string{"nvmlDeviceGetName"}, d.d.GetName)
}

func (d *goDevice) UUID() (string, error) {
	return guarded(d.l, []string{"nvmlDeviceGetUUID"}, d.d.GetUUID)
}

func (d *goDevice) PCIAddress() (string, error) {
	p, err := guarded(d.l, pciNames, d.d.GetPciInfo)
	return addressOf(p.Domain, p.Bus, p.Device), err
}

func (d *goDevice) ComputeCapability() (major, minor int, err error) {
	err = d.l.code([]string{"nvmlDeviceGetCudaComputeCapability"}, func() (code gonvml.Return) {
		major, minor, code = d.d.GetCudaComputeCapability()
		return code
	})
	return major, minor, err
}

func (d *goDevice) MIG() (bool, error) {
	return guarded(d.l, []string{"nvmlDeviceGetMigMode"}, func() (bool, gonvml.Return) {
		current, _, code := d.d.GetMigMode()
		return current == 1, code
	})
}

func (d *goDevice) Virtual() (bool, error) {
	mode, err := guarded(d.l, []string{"nvmlDeviceGetVirtualizationMode"}, d.d.GetVirtualizationMode)
	return mode == virtualGPU, err
}

func (d *goDevice) TotalEnergyMJ() (uint64, error) {
	return guarded(d.l, []string{"nvmlDeviceGetTotalEnergyConsumption"}, d.d.GetTotalEnergyConsumption)
}

func (d *goDevice) PowerUsageMW() (uint32, error) {
	return guarded(d.l, []string{"nvmlDeviceGetPowerUsage"}, d.d.GetPowerUsage)
}

func (d *goDevice) PowerLimitMW() (uint32, error) {
	return guarded(d.l, []string{"nvmlDeviceGetEnforcedPowerLimit"}, d.d.GetEnforcedPowerLimit)
}

func (d *goDevice) ClockMHz(c Clock) (uint32, error) {
	return guarded(d.l, []string{"nvmlDeviceGetClockInfo"}, func() (uint32, gonvml.Return) { return d.d.GetClockInfo(gonvml.ClockType(c)) })
}

func (d *goDevice) TemperatureC() (uint32, error) {
	return guarded(d.l, []string{"nvmlDeviceGetTemperature"}, func() (uint32, gonvml.Return) { return d.d.GetTemperature(gonvml.TEMPERATURE_GPU) })
}

// ClockEvents calls the name that the library has.
func (d *goDevice) ClockEvents() (Events, error) {
	name, f := eventsNew, d.d.GetCurrentClocksEventReasons
	if _, err := d.l.find(eventsNew); err != nil {
		if _, old := d.l.find(eventsOld); old != nil {
			return 0, err
		}
		name, f = eventsOld, d.d.GetCurrentClocksThrottleReasons
	}
	mask, err := guarded(d.l, []string{name}, f)
	return Events(mask), err
}

// Fields asks for all of them in one call.
func (d *goDevice) Fields(fields []Field) error {
	d.raw = d.raw[:0]
	for _, f := range fields {
		d.raw = append(d.raw, gonvml.FieldValue{FieldId: f.ID, ScopeId: f.Scope})
	}
	if err := d.l.code([]string{fieldsName}, func() gonvml.Return { return d.d.GetFieldValues(d.raw) }); err != nil {
		return allFailed(fields, err)
	}
	for i, r := range d.raw {
		fields[i].set(r.NvmlReturn, r.ValueType, r.Value)
	}
	return nil
}

func (d *goDevice) ComputeProcesses() ([]int, error) {
	list, err := guarded(d.l, processesNames, d.d.GetComputeRunningProcesses)
	var pids []int
	for _, p := range list {
		pids = append(pids, int(p.Pid))
	}
	return pids, err
}
