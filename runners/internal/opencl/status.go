package opencl

import "fmt"

// A status is an error code of cl.h.
type status int32

// statusNames are the codes that a user can meet, with what helps. The others
// would be mistakes of this package.
var statusNames = map[status]string{
	-2:    "CL_DEVICE_NOT_AVAILABLE: see the driver's log",
	-3:    "CL_COMPILER_NOT_AVAILABLE: install a driver with a compiler",
	-4:    "CL_MEM_OBJECT_ALLOCATION_FAILURE, out of device memory: take a smaller workload or end what else uses the device",
	-5:    "CL_OUT_OF_RESOURCES: take a smaller workload, or see the driver's log",
	-6:    "CL_OUT_OF_HOST_MEMORY: take a smaller workload",
	-11:   "CL_BUILD_PROGRAM_FAILURE: see the driver's log",
	-14:   "CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, a kernel before it failed: see the driver's log",
	-36:   "CL_INVALID_COMMAND_QUEUE, the device was lost: see the driver's log",
	-54:   "CL_INVALID_WORK_GROUP_SIZE: report it with the device's name",
	-61:   "CL_INVALID_BUFFER_SIZE: take a smaller workload",
	-1001: "CL_PLATFORM_NOT_FOUND_KHR: install a driver",
}

func (s status) Error() string {
	if name, ok := statusNames[s]; ok {
		return name
	}
	return fmt.Sprintf("OpenCL error %d: look it up in cl.h and report it", int32(s))
}

// check is nil for CL_SUCCESS, else names the function that failed.
func check(function string, code int32) error {
	if code == 0 {
		return nil
	}
	return fmt.Errorf("%s: %w", function, status(code))
}
