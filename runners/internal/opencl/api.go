package opencl

import "unsafe"

// calls are the functions of OpenCL 1.2 that are used, by their names in cl.h of
// the Khronos OpenCL-Headers. Sizes are size_t, handles pointers.
type calls struct {
	getPlatformIDs      func(most uint32, platforms *uintptr, found *uint32) int32
	getPlatformInfo     func(platform uintptr, name uint32, size uintptr, value *byte, needed *uintptr) int32
	getDeviceIDs        func(platform uintptr, kind uint64, most uint32, devices *uintptr, found *uint32) int32
	getDeviceInfo       func(device uintptr, name uint32, size uintptr, value *byte, needed *uintptr) int32
	createContext       func(properties *uintptr, count uint32, devices *uintptr, notify, user uintptr, status *int32) uintptr
	releaseContext      func(context uintptr) int32
	createCommandQueue  func(context, device uintptr, properties uint64, status *int32) uintptr
	releaseCommandQueue func(queue uintptr) int32
	createBuffer        func(context uintptr, flags uint64, size uintptr, host unsafe.Pointer, status *int32) uintptr
	releaseMemObject    func(memory uintptr) int32
	createProgram       func(context uintptr, count uint32, texts **byte, lengths *uintptr, status *int32) uintptr
	buildProgram        func(program uintptr, count uint32, devices *uintptr, options string, notify, user uintptr) int32
	getProgramBuildInfo func(program, device uintptr, name uint32, size uintptr, value *byte, needed *uintptr) int32
	releaseProgram      func(program uintptr) int32
	createKernel        func(program uintptr, name string, status *int32) uintptr
	releaseKernel       func(kernel uintptr) int32
	setKernelArg        func(kernel uintptr, index uint32, size uintptr, value unsafe.Pointer) int32
	enqueueRead         func(queue, memory uintptr, wait uint32, offset, size uintptr, host unsafe.Pointer, waits uint32, list, event *uintptr) int32
	enqueueWrite        func(queue, memory uintptr, wait uint32, offset, size uintptr, host unsafe.Pointer, waits uint32, list, event *uintptr) int32
	enqueueFill         func(queue, memory uintptr, pattern unsafe.Pointer, patternSize, offset, size uintptr, waits uint32, list, event *uintptr) int32
}

// hotCalls are those of the timed loop, called by address with arguments in pinned
// memory, so that a launch makes no garbage.
type hotCalls struct {
	setKernelArg, enqueueKernel, flush, finish, waitForEvents, releaseEvent uintptr
}

// names are the symbols of both tables.
func (l *Library) names() map[string]any {
	c := &l.calls
	return map[string]any{
		"clGetPlatformIDs": &c.getPlatformIDs, "clGetPlatformInfo": &c.getPlatformInfo,
		"clGetDeviceIDs": &c.getDeviceIDs, "clGetDeviceInfo": &c.getDeviceInfo,
		"clCreateContext": &c.createContext, "clReleaseContext": &c.releaseContext,
		"clCreateCommandQueue": &c.createCommandQueue, "clReleaseCommandQueue": &c.releaseCommandQueue,
		"clCreateBuffer": &c.createBuffer, "clReleaseMemObject": &c.releaseMemObject,
		"clCreateProgramWithSource": &c.createProgram, "clBuildProgram": &c.buildProgram,
		"clGetProgramBuildInfo": &c.getProgramBuildInfo, "clReleaseProgram": &c.releaseProgram,
		"clCreateKernel": &c.createKernel, "clReleaseKernel": &c.releaseKernel, "clSetKernelArg": &c.setKernelArg,
		"clEnqueueReadBuffer": &c.enqueueRead, "clEnqueueWriteBuffer": &c.enqueueWrite, "clEnqueueFillBuffer": &c.enqueueFill,
	}
}

func (l *Library) hotNames() map[string]*uintptr {
	h := &l.hot
	return map[string]*uintptr{
		"clSetKernelArg": &h.setKernelArg, "clEnqueueNDRangeKernel": &h.enqueueKernel, "clFlush": &h.flush,
		"clFinish": &h.finish, "clWaitForEvents": &h.waitForEvents, "clReleaseEvent": &h.releaseEvent,
	}
}
