// Package measure is the loop: it plans a run, keeps one worker alive at a time,
// records power meanwhile and writes a row for every step. It is the only package
// that sees runners and power together.
package measure

import (
	"slices"
	"strings"
	"time"

	"joulemark/results"
	"joulemark/runners"
	"joulemark/workloads"
)

// A Job is what a user asked to be measured.
type Job struct {
	Suite      workloads.Suite
	Runners    []string            // by name; empty = every device once by its first runner; "all"
	External   map[string][]string // external runners: name -> program and arguments
	Libs       map[string]string   // libraries that were named: runner -> path
	Devices    []string            // ids or globs; empty = all
	Workloads  []string            // globs on the suite's names, or whole names; empty = the suite
	Meters     []string            // names, globs or NAME=ADDRESS; empty = all; "none"
	Trials     int                 // 0 = the suite's
	Threads    int                 // 0 = what affinity and cgroup give
	Together   bool                // all accelerators of a runner in one common window
	ISA        string              // instruction set to force; empty = best
	Seed       uint64
	Labels     map[string]string
	Dir        string // the run folder
	SensorRoot string // stands for "/": tests
	Flags      []string
	Software   string                       // version of this program
	Self       func(runner string) []string // command that starts our own worker
	Limits     runners.Limits

	ShareMachine bool // run although another run holds the machine; rows become void
	RetryFailed  bool // on resume: measure failed steps again
}

// addressed reports whether a meter was named with its address: one that is then
// not there is a mistake, where others may be missing.
func (j *Job) addressed(meter string) bool {
	return slices.ContainsFunc(j.Meters, func(m string) bool { return strings.HasPrefix(m, meter+"=") })
}

// An Observer is told how a run goes on. It is called between windows only: a
// live display would burn power inside the package that is measured.
type Observer interface {
	Note(text string)    // something the user should know
	Step(event Progress) // before and after each step
}

// Progress is one step about to begin (Sample nil) or just ended.
type Progress struct {
	Done, Total int // steps with a row, steps planned
	Step        results.PlanStep
	Workload    workloads.Workload
	Sample      *results.Sample
	Left        time.Duration // expected until the end of the run
}

// An Outcome is what a run came to.
type Outcome struct {
	Dir         string
	Rows        int // written in this session
	Failed      int // rows with status failed, of the whole run
	Measured    int // rows with status ok or void, of the whole run
	Interrupted bool
	RecorderCPU float64 // fraction of the CPUs; NaN without meters or where not known
	NothingToDo bool    // resume of a complete run
}
