package pjrt

import (
	"fmt"
	"runtime"
	"strings"
	"unsafe"

	"joulemark/runners/internal/dl"
)

// Codes of errors that callers tell apart; all are listed at codeNames.
const (
	InvalidArgument   = 3
	ResourceExhausted = 8
	Unimplemented     = 12
)

// codeNames are PJRT_Error_Code, which are those of absl::StatusCode.
var codeNames = []string{"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
	"RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"}

// An Error is what a plugin answers in place of a result.
type Error struct {
	Call    string // "PJRT_Client_Create"
	Code    int
	Message string // one line without a full stop
}

// Error is one sentence without a remedy, which depends on what was tried.
func (e *Error) Error() string {
	name := fmt.Sprintf("code %d", e.Code)
	if e.Code >= 0 && e.Code < len(codeNames) {
		name = codeNames[e.Code]
	}
	return fmt.Sprintf("%s gives %s, %q", e.Call, name, e.Message)
}

// explain reads and frees a PJRT_Error. A plugin whose error functions fail gives
// an error without words.
func (p *Plugin) explain(f function, e uintptr) error {
	var pin runtime.Pinner
	defer pin.Unpin()
	message := &text{head: head{Size: p.sizes[errorMessageArgs]}, Of: e}
	code := &number{head: head{Size: p.sizes[errorGetCodeArgs]}, Of: e}
	end := &one{head: head{Size: p.sizes[errorDestroyArgs]}, X: e}
	pin.Pin(message)
	pin.Pin(code)
	pin.Pin(end)
	dl.Call(p.addresses[errorMessage], uintptr(unsafe.Pointer(message)))
	dl.Call(p.addresses[errorGetCode], uintptr(unsafe.Pointer(code)))
	out := &Error{Call: functions[f].name, Code: int(code.Value), Message: oneLine(string(bytesAt(message.Data, message.Len)))}
	dl.Call(p.addresses[errorDestroy], uintptr(unsafe.Pointer(end)))
	return out
}

// mostText bounds what is kept of a plugin's words.
const mostText = 300

// oneLine is the first line of a plugin's words, short and without a full stop:
// what follows are stack traces and compiler dumps.
func oneLine(s string) string {
	for line := range strings.Lines(s) {
		line = strings.TrimRight(strings.Join(strings.Fields(line), " "), ".: ")
		if line == "" {
			continue
		}
		if len(line) > mostText {
			line = strings.ToValidUTF8(line[:mostText], "") + "…"
		}
		return strings.ToValidUTF8(line, "?")
	}
	return ""
}
