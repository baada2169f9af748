// Package nvml is NVIDIA's management library as this program needs it: the watts,
// joules and state of cards. It stands behind two bindings: go-nvml where cgo is on,
// and purego where it is off, so that a released binary measures NVIDIA cards too.
//
// Neither ends the process. go-nvml leaves symbols to the loader, which at the first
// call of a missing one kills the program; here every function is looked up before it
// is called, and one that an old driver lacks is an error like any other.
//
// Names, numbers and layouts are those of nvml.h; a test holds them against the header
// of the wheel nvidia-nvml-dev.
package nvml

// A Library is NVML, initialised. Several may be open: NVML counts.
type Library interface {
	DriverVersion() (string, error)   // "535.104.05"
	Count() (int, error)              // cards that this process may see
	Device(index int) (Device, error) // index has no meaning beyond this run of the driver
	Close() error                     // gives NVML back
}

// A Device is one card. Each method is one call of NVML, of 1 to 10 ms on a real card,
// and its errors are *Error. It is used by one goroutine at a time.
type Device interface {
	Name() (string, error)                            // as sold
	UUID() (string, error)                            // "GPU-" and five groups of digits
	PCIAddress() (string, error)                      // as Linux writes it: "0000:41:00.0"
	ComputeCapability() (major, minor int, err error) // of CUDA: 8.0 is GA100
	MIG() (bool, error)                               // the card is cut into instances
	Virtual() (bool, error)                           // a slice that a hypervisor made (vGPU); a card passed through is none
	TotalEnergyMJ() (uint64, error)                   // since the driver was loaded; Volta and later
	PowerUsageMW() (uint32, error)                    // the mean of 1 s on Ampere and later but GA100, else of the moment
	Fields([]Field) error                             // fills Value and Err of each
	PowerLimitMW() (uint32, error)                    // in force
	ClockMHz(Clock) (uint32, error)
	TemperatureC() (uint32, error)    // of the die
	ClockEvents() (Events, error)     // what holds the clocks back now
	ComputeProcesses() ([]int, error) // process numbers, in the namespace of the driver
}

// A Clock is one of NVML's clock domains, nvmlClockType_t.
type Clock uint32

// The clocks.
const (
	SMClock     Clock = 1
	MemoryClock Clock = 2
)

// A Field is one of NVML's numbered values, with its own return code.
type Field struct {
	ID, Scope uint32
	Value     float64 // in the field's unit
	Err       error   // of this field; Value is NaN then
}

// Fields: NVML_FI_DEV_*. Watts come in mW.
const (
	ThermalNS    uint32 = 75  // PERF_POLICY_THERMAL: how long heat has held the clocks back, ns; the three below are finer and newer
	PowerAverage uint32 = 185 // over 1 s; Ampere and later but GA100
	PowerInstant uint32 = 186 // of the last update; every architecture
	SwThermalNS  uint32 = 269 // CLOCKS_EVENT_REASON_SW_THERM_SLOWDOWN, ns since the driver was loaded
	HwThermalNS  uint32 = 270 // CLOCKS_EVENT_REASON_HW_THERM_SLOWDOWN
	HwBrakeNS    uint32 = 271 // CLOCKS_EVENT_REASON_HW_POWER_BRAKE_SLOWDOWN
)

// Scopes of the two powers: NVML_POWER_SCOPE_*.
const (
	ScopeGPU    uint32 = 0 // the card
	ScopeModule uint32 = 1 // GPU and CPU of one module (Grace Hopper)
	ScopeMemory uint32 = 2 // the card's memory alone
)

// Variable names a library to be used in the place of the driver's, for tests: what it
// says is marked simulated everywhere.
const Variable = "JOULEMARK_NVML"
