package opencl

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"time"
)

//go:embed kernels/*.cl
var kernelFiles embed.FS

const programBuildLog = 0x1183 // CL_PROGRAM_BUILD_LOG

// source joins kernel files in order.
func source(names ...string) (string, error) {
	var b strings.Builder
	for _, n := range names {
		text, err := kernelFiles.ReadFile("kernels/" + n + ".cl")
		if err != nil {
			return "", err
		}
		b.Write(text)
		b.WriteByte('\n')
	}
	return b.String(), nil
}

// A definition is a macro that specialises a kernel when it is compiled.
type definition struct {
	name  string
	value any
}

// options never hold a flag that lets the compiler change the arithmetic.
func options(defs []definition) string {
	parts := []string{"-cl-std=CL1.2"}
	for _, d := range defs {
		parts = append(parts, fmt.Sprintf("-D%s=%v", d.name, d.value))
	}
	return strings.Join(parts, " ")
}

// compile builds the kernel of that name from files with the definitions.
func (c *context) compile(kernel string, defs []definition, files ...string) (uintptr, error) {
	text, err := source(files...)
	if err != nil {
		return 0, err
	}
	if c.denorms {
		defs = append(defs, definition{"DENORMS", 1})
	}
	return c.build(kernel, text, options(defs))
}

func (c *context) build(kernel, text, options string) (uintptr, error) {
	var code int32
	bytes := append([]byte(text), 0)
	first := &bytes[0]
	calls := &c.library.calls
	program := calls.createProgram(c.handle, 1, &first, nil, &code)
	if err := check("clCreateProgramWithSource", code); err != nil {
		return 0, err
	}
	c.later(func() { calls.releaseProgram(program) })
	started := time.Now()
	defer func() { c.compileS += time.Since(started).Seconds() }()
	if code := calls.buildProgram(program, 1, &c.id, options, 0, 0); code != 0 {
		return 0, fmt.Errorf("kernel %s was not compiled by %s (%s): update the driver", kernel, c.Driver, c.complaint(program, code))
	}
	k := calls.createKernel(program, kernel, &code)
	if err := check("clCreateKernel "+kernel, code); err != nil {
		return 0, err
	}
	c.later(func() { calls.releaseKernel(k) })
	return k, nil
}

// complaint is the compiler's first line of error, else its first line, else the
// code alone.
func (c *context) complaint(program uintptr, code int32) string {
	log := query(func(size uintptr, value *byte, needed *uintptr) int32 {
		return c.library.calls.getProgramBuildInfo(program, c.id, programBuildLog, size, value, needed)
	})
	lines := slices.DeleteFunc(strings.Split(strings.TrimRight(string(log), "\x00"), "\n"), func(s string) bool { return strings.TrimSpace(s) == "" })
	at := slices.IndexFunc(lines, func(s string) bool { return strings.Contains(s, "error") })
	if len(lines) == 0 {
		return status(code).Error()
	}
	return fmt.Sprintf("%.200s", strings.TrimSpace(lines[max(at, 0)]))
}
