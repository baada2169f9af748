package nvml

import (
	"errors"
	"fmt"
)

// ErrNone says that there is no NVML to be had. The message ends with the remedy.
var ErrNone = errors.New("no NVML")

// An Error is a call that NVML answered with a code, or that the library lacks
// (FunctionNotFound).
type Error struct {
	Call string // "nvmlDeviceGetPowerUsage"
	Code uint32 // nvmlReturn_t
}

// Codes that are told apart.
const (
	NotSupported     uint32 = 3
	NoPermission     uint32 = 4
	InsufficientSize uint32 = 7
	DriverNotLoaded  uint32 = 9
	FunctionNotFound uint32 = 13
	GPULost          uint32 = 15
	VersionMismatch  uint32 = 18
)

var codeTexts = map[uint32]string{
	1: "not initialised", 2: "invalid argument", NotSupported: "not supported", NoPermission: "no permission", 6: "not found",
	InsufficientSize: "the buffer is too small", DriverNotLoaded: "the driver is not loaded", 10: "timeout",
	FunctionNotFound: "this driver does not have it", GPULost: "the card is lost",
	16: "the card must be reset", 17: "the operating system refused", VersionMismatch: "library and driver have different versions",
	19: "in use", 20: "out of memory", 21: "no data", 27: "not ready", 999: "an error inside the driver",
}

func (e *Error) Error() string {
	text := codeTexts[e.Code]
	if text == "" {
		text = fmt.Sprintf("error %d", e.Code)
	}
	return e.Call + ": " + text
}

// failure is the error of a call; nil for success.
func failure(call string, code uint32) error {
	if code == 0 {
		return nil
	}
	return &Error{call, code}
}

// remedies of an NVML that does not start, by code.
var remedies = map[uint32]string{
	NoPermission:     "give this user the device files /dev/nvidia* (in a container: start it with --gpus all)",
	DriverNotLoaded:  "load NVIDIA's driver: sudo modprobe nvidia (in a container: start it with --gpus all)",
	FunctionNotFound: "install NVIDIA's driver 396 or later",
	GPULost:          "restart the machine",
	VersionMismatch:  "the driver was updated: restart the machine",
}

// noStart is the error of an NVML that is here and does not start.
func noStart(path string, err error) error {
	remedy := "see whether nvidia-smi works"
	var e *Error
	if errors.As(err, &e) && remedies[e.Code] != "" {
		remedy = remedies[e.Code]
	}
	return fmt.Errorf("%w: %s does not start: %w: %s", ErrNone, path, err, remedy)
}
