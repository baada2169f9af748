package results

import "joulemark/results/joules"

// A Machine is machine.json: what was measured, on what, in what state.
type Machine struct {
	SchemaVersion    string              `json:"schema_version"`
	RunID            string              `json:"run_id"`
	MachineID        string              `json:"machine_id"`    // hash of the product UUID, else of /etc/machine-id
	MachineModel     string              `json:"machine_model"` // CPU, sockets, memory, cards; never the host's name
	Software         string              `json:"software"`
	MonotonicOriginS float64             `json:"monotonic_origin_s"` // CLOCK_MONOTONIC at zero of the run's clock, first session
	StartedAt        string              `json:"started_at"`         // wall time there
	Sessions         []Session           `json:"sessions"`
	CPU              CPU                 `json:"cpu"`
	MemoryBytes      int64               `json:"memory_bytes"`
	OS               string              `json:"os"`
	Arch             string              `json:"arch"`
	Kernel           string              `json:"kernel"`
	Hypervisor       bool                `json:"hypervisor"` // CPUID's flag, read from the sensor root
	Settings         map[string]string   `json:"settings"`   // governor, smt, boost, thp, … as the kernel writes them
	Firmware         map[string]string   `json:"firmware,omitempty"`
	Devices          []PlanDevice        `json:"devices"`          // what computed; the plan's, kept beside the domains they are matched with
	Stacks           map[string]Stack    `json:"stacks,omitempty"` // runner -> the libraries it drove
	Domains          []joules.Domain     `json:"domains"`
	MetersMissing    map[string]string   `json:"meters_missing,omitempty"`  // meter -> why and remedy
	MetersLeftOut    map[string][]string `json:"meters_left_out,omitempty"` // meter -> zones and channels not read, and why
	Estimate         *Estimate           `json:"estimate,omitempty"`
	Simulated        bool                `json:"simulated"`
	Finished         bool                `json:"finished"` // every planned step has its row
}

// A Stack is what a runner drove: a library, by its own word. The file is named
// without its folder, which may hold a user's name.
type Stack struct {
	File      string            `json:"file,omitempty"`
	Version   string            `json:"version,omitempty"`
	Kernel    string            `json:"kernel,omitempty"` // which kernels it chose for this machine
	Notes     []string          `json:"notes,omitempty"`
	Libraries map[string]string `json:"libraries,omitempty"` // name -> version, told at the first prepare
}

// A CPU is the processor as the machine shows it.
type CPU struct {
	Vendor    string   `json:"vendor"`
	Model     string   `json:"model"`
	March     string   `json:"microarchitecture"` // "Zen 4"; "" unknown
	Family    int      `json:"family"`
	ModelID   int      `json:"model_id"`
	Stepping  int      `json:"stepping"`
	Sockets   int      `json:"sockets"`
	Cores     int      `json:"cores"`   // physical, usable by this process
	Threads   int      `json:"threads"` // logical, usable by this process (affinity and cgroup)
	ISA       []string `json:"isa"`
	L1DBytes  int      `json:"l1d_bytes"`
	L2Bytes   int      `json:"l2_bytes"`
	L3Bytes   int      `json:"l3_bytes"` // all of them together; 0 unknown
	Microcode string   `json:"microcode,omitempty"`
}

// A Session is one life of the conductor within a run. Its readings have
// StartS <= t_s (until the next session's StartS), and t_s = CLOCK_MONOTONIC - OriginS.
type Session struct {
	BootID    string  `json:"boot_id"`
	OriginS   float64 `json:"monotonic_origin_s"`
	StartS    float64 `json:"start_s"`
	StartedAt string  `json:"started_at"`
	Software  string  `json:"software"`
	// RecorderCPU is the CPU time of the recorder's threads over elapsed time x CPUs; null while it runs.
	RecorderCPU *float64 `json:"recorder_cpu_fraction"`
}

// An Estimate is the range of watts of the CPU from published figures, used only
// where nothing measured covers it.
type Estimate struct {
	LowW   float64 `json:"low_w"` // of the whole CPU under load
	HighW  float64 `json:"high_w"`
	Basis  string  `json:"basis"` // "2 cores x 3.8…20 W, x 0.4…2.2"
	Source string  `json:"source"`
}
