package onednn

import "fmt"

// Unsupported is an error of what the library cannot do, here or at all: a sentence
// that ends with the remedy.
type Unsupported string

func (u Unsupported) Error() string { return string(u) }

func unsupported(format string, arguments ...any) error {
	return Unsupported(fmt.Sprintf(format, arguments...))
}

// Statuses of the library (dnnl_status_t).
const (
	statusOutOfMemory      = 1
	statusInvalidArguments = 2
	statusUnimplemented    = 3
)

var statuses = map[int32]string{
	statusOutOfMemory: "out of memory", statusInvalidArguments: "invalid arguments", statusUnimplemented: "unimplemented",
	4: "no further implementation", 5: "runtime error", 6: "not required",
}

// check makes an error of a status: what was done and which library it was.
func (l *Library) check(status int32, what string) error {
	switch status {
	case 0:
		return nil
	case statusUnimplemented:
		return unsupported("oneDNN %s has no %s on this device (status 3, unimplemented): choose another type or runner", l.Version, what)
	case statusOutOfMemory:
		return fmt.Errorf("oneDNN %s ran out of memory in %s: take a smaller workload", l.Version, what)
	}
	return fmt.Errorf("oneDNN %s refused %s (status %d, %s): please report it", l.Version, what, status, statuses[status])
}
