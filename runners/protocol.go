package runners

import (
	"encoding/json"
	"fmt"
	"math"
)

// Protocol is the number of the line protocol that PROTOCOL.md defines. It
// rises with a change that an older worker or conductor cannot ignore; added
// fields do not raise it, because both sides ignore what they do not know.
const Protocol = 1

const (
	// maxLine bounds one line of either side, so that no peer can make the other
	// hold more than this of an unfinished message.
	maxLine = 1 << 20
	// maxPoints bounds one verify request: its line and its answer stay below
	// maxLine, since a point or a value takes at most 26 characters.
	maxPoints = 8192
	// maxSeed is the largest seed on the wire. Half of the uint64 range is given
	// up for languages whose only 64-bit integer is signed.
	maxSeed = math.MaxInt64
)

// kind is the "type" of a message.
type kind string

// Messages of the conductor, then those of the worker that have another name.
const (
	kindHello   kind = "hello"
	kindDevices kind = "devices"
	kindPrepare kind = "prepare"
	kindRun     kind = "run"
	kindVerify  kind = "verify"
	kindBye     kind = "bye"

	kindPrepared kind = "prepared"
	kindResult   kind = "result"
	kindValues   kind = "values"
	kindError    kind = "error"
	kindProgress kind = "progress"
)

// header is what every message begins with. An answer echoes its request's id.
type header struct {
	Type kind  `json:"type"`
	ID   int64 `json:"id"`
}

type helloRequest struct {
	header
	Protocol int `json:"protocol"`
}

type prepareRequest struct {
	header
	Workload json.RawMessage `json:"workload"`
	Device   string          `json:"device"`
	Seed     uint64          `json:"seed"`
	Threads  int             `json:"threads"`
	ISA      string          `json:"isa,omitempty"`
}

type runRequest struct {
	header
	MinNS    int64 `json:"min_ns"`
	MinIters int   `json:"min_iters"`
}

type verifyRequest struct {
	header
	Points []Point `json:"points"`
}

// In answers, pointers tell a field that is missing (or null) from one that is 0.

type helloAnswer struct {
	header
	Protocol *int   `json:"protocol"`
	Runner   string `json:"runner"`
	Version  string `json:"version"`
	ClockNS  *int64 `json:"clock_ns"`
}

type devicesAnswer struct {
	header
	Devices []Device `json:"devices"`
	About   *About   `json:"about,omitempty"`
}

type preparedAnswer struct {
	header
	Info
}

type resultAnswer struct {
	header
	StartNS *int64 `json:"start_ns"`
	EndNS   *int64 `json:"end_ns"`
	Iters   *int   `json:"iters"`
}

type valuesAnswer struct {
	header
	Values []number `json:"values"`
}

type errorAnswer struct {
	header
	Code    string `json:"code"`
	Message string `json:"message"`
	Remedy  string `json:"remedy,omitempty"`
}

type progressAnswer struct {
	header
	Message string `json:"message"`
}

// number is a float64 that JSON can always carry: what is not finite is null,
// and null is read as NaN.
type number float64

// MarshalJSON writes the shortest digits that give the same float64 back.
func (n number) MarshalJSON() ([]byte, error) {
	if v := float64(n); !math.IsNaN(v) && !math.IsInf(v, 0) {
		return json.Marshal(v)
	}
	return []byte("null"), nil
}

// UnmarshalJSON reads a number or null.
func (n *number) UnmarshalJSON(b []byte) error {
	v := math.NaN()
	if string(b) != "null" {
		if err := json.Unmarshal(b, &v); err != nil {
			return fmt.Errorf("%.40q is no finite number", b)
		}
	}
	*n = number(v)
	return nil
}
