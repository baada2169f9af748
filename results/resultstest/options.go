// Package resultstest makes complete and consistent run folders without a
// machine that measures: a made-up clock, sensors that follow a known law, and
// the same Folder and Derive that a real run uses. It is for tests of whatever
// reads run folders.
package resultstest

import (
	"time"

	"joulemark/results"
	"joulemark/results/joules"
)

// Options say what run to make; the zero value is a finished run of three
// workloads and six trials on a CPU of two packages with RAPL counters.
type Options struct {
	RunID, MachineID, MachineModel string
	Seed                           uint64               // of the noise, and the plan's
	Trials                         int                  // 0 = 6
	WindowS, PollS                 float64              // 0 = 2 s and 0.1 s
	Noise                          float64              // relative standard deviation of speed and power between trials
	Devices                        []results.PlanDevice // nil = CPU()
	Workloads                      []string             // nil = Workloads()
	Sensors                        []Sensor             // nil = TwoPackages(); empty = none
	Estimate                       *results.Estimate
	Simulated                      bool
	Threads                        int
	PowerLimitW                    float64 // 0 = not known

	// Rate is the operations a second of a device; nil = 50e9 for all.
	Rate func(d results.PlanDevice, workload string) float64
	// Outcome is the status and reason of a step; nil = ok for all.
	Outcome func(d results.PlanDevice, workload string, trial int) (status, reason string)

	Rows   int  // stop after so many rows and leave the run unfinished; 0 = all
	Killed bool // and without summary and hashes, as after kill -9
}

// A Sensor is a domain and the watts it sees. Standby and load are those of any
// device at work; a counter counts them, a gauge shows them.
type Sensor struct {
	Domain                 joules.Domain
	IdleW, StandbyW, LoadW float64
}

// CPU is one CPU measured by the runner "cpu".
func CPU() []results.PlanDevice {
	return []results.PlanDevice{{Runner: "cpu", RunnerVersion: "0.1.0", ID: "cpu", Name: "Example 9000", Kind: "cpu", Match: "cpu"}}
}

// Card is an accelerator measured by the runner "cuda", at a PCI address.
func Card() results.PlanDevice {
	return results.PlanDevice{Runner: "cuda", RunnerVersion: "13.0", ID: "cuda:0", Name: "Example GPU", Kind: "accelerator", Match: "0000:0a:00.0"}
}

// Workloads are three that differ in type and kind.
func Workloads() []string {
	return []string{
		"matmul/fp32/m=1024/n=1024/k=1024",
		"matmul/bf16/m=1024/n=1024/k=1024",
		"layer/gpt2-small/decode/fp32/b=1/t=1/c=1024",
	}
}

// Counter is a RAPL-like counter of 61 µJ steps that wraps at 262144 J.
func Counter(name string, scope joules.Scope, device string, idleW, loadW float64) Sensor {
	return Sensor{Domain: joules.Domain{
		Meter: "rapl", Name: name, Kind: joules.Counter, Provenance: joules.Measured, Scope: scope, Device: device,
		WrapJ: 262144, Period: time.Millisecond, PeriodSource: "table", ResolutionJ: 61e-6, SystematicPct: 4, Source: "made up",
	}, IdleW: idleW, StandbyW: idleW * 1.02, LoadW: loadW}
}

// Gauge is an instantaneous power gauge.
func Gauge(meter, name string, scope joules.Scope, device string, idleW, loadW float64) Sensor {
	return Sensor{Domain: joules.Domain{
		Meter: meter, Name: name, Kind: joules.GaugeInstant, Provenance: joules.Measured, Scope: scope, Device: device,
		Period: 100 * time.Millisecond, PeriodSource: "table", ResolutionW: 0.001, SystematicPct: 5, Source: "made up",
	}, IdleW: idleW, StandbyW: idleW * 1.5, LoadW: loadW}
}

// TwoPackages is a server with memory counters and a platform counter that holds
// all of them.
func TwoPackages() []Sensor {
	return []Sensor{
		Counter("package-0", joules.Package, "cpu:0", 30, 150),
		Counter("package-1", joules.Package, "cpu:1", 28, 140),
		Counter("dram-0", joules.DRAM, "cpu:0", 4, 12),
		Counter("dram-1", joules.DRAM, "cpu:1", 4, 11),
		Counter("psys", joules.System, "", 90, 380),
	}
}

// GPUBoard is the board of Card, to be put beside TwoPackages.
func GPUBoard() Sensor { return Gauge("nvml", "0", joules.Board, "00000000:0A:00.0", 70, 650) }

func (o *Options) defaults() {
	set := func(s *string, value string) {
		if *s == "" {
			*s = value
		}
	}
	set(&o.RunID, "20261123T101500Z-example-2s-k3f9")
	set(&o.MachineID, "6f1c0b5e8a2d4793")
	set(&o.MachineModel, "2 x Example 9000, 64 GiB")
	if o.Trials == 0 {
		o.Trials = 6
	}
	if o.WindowS == 0 {
		o.WindowS = 2
	}
	if o.PollS == 0 {
		o.PollS = 0.1
	}
	if o.Devices == nil {
		o.Devices = CPU()
	}
	if o.Workloads == nil {
		o.Workloads = Workloads()
	}
	if o.Sensors == nil {
		o.Sensors = TwoPackages()
	}
	if o.Rate == nil {
		o.Rate = func(results.PlanDevice, string) float64 { return 50e9 }
	}
	if o.Outcome == nil {
		o.Outcome = func(results.PlanDevice, string, int) (string, string) { return results.OK, "" }
	}
}
