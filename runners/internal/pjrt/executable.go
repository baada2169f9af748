package pjrt

import (
	"fmt"
	"runtime"
	"unsafe"
)

// An Executable is a compiled program.
type Executable struct {
	client  *Client
	device  *Device
	loaded  uintptr // PJRT_LoadedExecutable
	inner   uintptr // PJRT_Executable, for what it is and not for running
	Outputs int
}

// Compile compiles StableHLO text for a device, with XLA flags for it alone.
func (c *Client) Compile(source string, device *Device, flags map[string]string) (*Executable, error) {
	code, format, options := []byte(source), []byte("mlir"), compileOptions(device.ID, flags)
	if len(code) == 0 {
		return nil, fmt.Errorf("an empty program cannot be compiled: give its text")
	}
	var pin runtime.Pinner
	defer pin.Unpin()
	pin.Pin(&code[0])
	pin.Pin(&format[0])
	pin.Pin(&options[0])
	p := &programC{head: head{Size: c.sizes[program]}, Code: address(&code[0]), CodeLen: uintptr(len(code)), Format: address(&format[0]), FormatLen: uintptr(len(format))}
	pin.Pin(p)
	args := &clientCompileC{Client: c.address, Program: address(p), Options: address(&options[0]), OptionsLen: uintptr(len(options))}
	if err := c.call(clientCompile, clientCompileArgs, unsafe.Pointer(args)); err != nil {
		return nil, err
	}
	e := &Executable{client: c, device: device, loaded: args.Executable}
	if err := e.describe(); err != nil {
		_ = e.Close() // the first error is told
		return nil, err
	}
	return e, nil
}

func (e *Executable) describe() (err error) {
	c := e.client
	if e.inner, err = c.child(loadedExecutableGetExecutable, loadedExecutableGetExecutableArgs, e.loaded); err != nil {
		return err
	}
	n, err := c.child(executableNumOutputs, executableNumOutputsArgs, e.inner)
	e.Outputs = int(n)
	return err
}

// Close frees the program.
func (e *Executable) Close() error {
	err := e.client.release(executableDestroy, executableDestroyArgs, e.inner)
	if last := e.client.release(loadedExecutableDestroy, loadedExecutableDestroyArgs, e.loaded); err == nil {
		err = last
	}
	e.inner, e.loaded = 0, 0
	return err
}

// TempBytes is the working memory of one launch; 0 where the plugin does not say.
func (e *Executable) TempBytes() int64 {
	args := &executableMemoryC{Executable: e.inner}
	if e.client.call(executableMemoryStats, executableMemoryStatsArgs, unsafe.Pointer(args)) != nil {
		return 0
	}
	return max(args.Temp, 0)
}

// mostProgramBytes bounds the optimized program that is read for its names.
const mostProgramBytes = 64 << 20

// Optimized is the program that the compiler made, in the format that it names
// ("hlo", "hlo_with_config", "mlir"). Nil where the plugin does not give it.
func (e *Executable) Optimized() (code []byte, format string) {
	var pin runtime.Pinner
	defer pin.Unpin()
	c := e.client
	p := &programC{head: head{Size: c.sizes[program]}}
	pin.Pin(p)
	args := &child{Of: e.inner, Value: address(p)}
	if c.call(executableOptimizedProgram, executableOptimizedProgramArgs, unsafe.Pointer(args)) != nil || p.CodeLen == 0 || p.CodeLen > mostProgramBytes {
		return nil, ""
	}
	code = make([]byte, p.CodeLen)
	pin.Pin(&code[0])
	p.Code = address(&code[0])
	if c.call(executableOptimizedProgram, executableOptimizedProgramArgs, unsafe.Pointer(args)) != nil {
		return nil, ""
	}
	return code, oneLine(string(bytesAt(p.Format, p.FormatLen)))
}
