package results

import "encoding/json"

// A Plan is plan.json: what was to be done, written before anything is measured.
// It names runners and never commands or libraries: a folder from a stranger
// must not be able to start anything when resumed.
type Plan struct {
	SchemaVersion string            `json:"schema_version"`
	RunID         string            `json:"run_id"`
	Software      string            `json:"software"` // version that planned
	CreatedAt     string            `json:"created_at"`
	Suite         string            `json:"suite"`      // its name
	SuiteText     string            `json:"suite_text"` // its TOML, whole
	Flags         []string          `json:"flags"`      // of the command line, user-info of URLs removed
	Labels        map[string]string `json:"labels,omitempty"`
	Seed          uint64            `json:"seed"`
	Trials        int               `json:"trials"`
	ISA           string            `json:"isa,omitempty"`      // instruction set forced by --isa
	Threads       int               `json:"threads"`            // 0 = what the machine gives
	Together      bool              `json:"together,omitempty"` // accelerators of a runner in one common window
	Devices       []PlanDevice      `json:"devices"`
	Steps         []PlanStep        `json:"steps"` // of all trials, in the order they run
}

// A PlanDevice is one device that the plan measures.
type PlanDevice struct {
	Runner        string `json:"runner"`
	RunnerVersion string `json:"runner_version"`
	ID            string `json:"id"`
	Name          string `json:"name"`
	Kind          string `json:"kind"`
	Match         string `json:"match"`
}

// A PlanStep is one step of one trial; (Trial, Order) is its key everywhere.
type PlanStep struct {
	Trial    int             `json:"trial"`
	Order    int             `json:"order"`
	Runner   string          `json:"runner"`
	DeviceID string          `json:"device_id"`
	Workload json.RawMessage `json:"workload"` // workloads.Encode
	// Group is shared by the steps of a trial that run in one common window
	// (--together), which stand one after the other. "" = alone.
	Group string `json:"group,omitempty"`
}
