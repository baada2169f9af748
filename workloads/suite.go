package workloads

import (
	"embed"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Suite is a list of steps and how long each is measured. Times are seconds.
type Suite struct {
	Name                 string
	Description          string  // one line
	Text                 string  // the TOML it came from, whole
	Trials               int     // passes over all steps, each in fresh processes
	WindowS              float64 // shortest window
	WindowUpdates        int     // updates of the slowest headline sensor that a window holds at least
	WarmupMaxS           float64 // warm-up ends here, steady or not
	IdleS                float64 // shortest idle phase
	IdleMaxS             float64 // longest idle phase
	IdleUpdates          int     // sensor updates that an idle phase holds at least, inside IdleMaxS
	IterationLimitS      float64 // a step whose one iteration is predicted longer is unsupported
	MaxCompetingFraction float64 // of all CPUs used by other processes, above which a row is void
	Steps                []SuiteStep
}

// A SuiteStep is one workload and where it is meant to run.
type SuiteStep struct {
	Workload Workload
	For      string   // ForCPU, ForAccelerator or ForBoth
	Runners  []string // names of runners; empty = all
}

// Values of SuiteStep.For.
const (
	ForCPU         = "cpu"
	ForAccelerator = "accelerator"
	ForBoth        = "both"
)

//go:embed suites/*.toml
var embedded embed.FS

// maxSuiteBytes bounds a suite file; the largest of ours has some 3 kB.
const maxSuiteBytes = 1 << 20

// SuiteNames returns the names of the embedded suites, sorted.
func SuiteNames() []string {
	entries, err := embedded.ReadDir("suites")
	if err != nil {
		panic(err) // the directory is part of the program
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".toml"))
	}
	slices.Sort(names)
	return names
}

// LoadSuite returns the embedded suite of that name, else the suite in the file
// at that path. A path holds a separator or ends in .toml.
func LoadSuite(nameOrPath string) (Suite, error) {
	if slices.Contains(SuiteNames(), nameOrPath) {
		text, err := embedded.ReadFile("suites/" + nameOrPath + ".toml")
		if err != nil {
			return Suite{}, err
		}
		return ParseSuite(string(text), nameOrPath)
	}
	if !strings.ContainsRune(nameOrPath, filepath.Separator) && filepath.Ext(nameOrPath) != ".toml" {
		return Suite{}, fmt.Errorf("no suite %q%s (joulemark list suites, or the path of a .toml file)", nameOrPath, DidYouMean(nameOrPath, SuiteNames()))
	}
	text, err := readSuite(nameOrPath)
	if err != nil {
		return Suite{}, fmt.Errorf("suite file cannot be read (%w): give the path of a .toml file, or one of %s", err, strings.Join(SuiteNames(), ", "))
	}
	return ParseSuite(text, strings.TrimSuffix(filepath.Base(nameOrPath), ".toml"))
}

func readSuite(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSuiteBytes+1))
	if err == nil && len(text) > maxSuiteBytes {
		err = fmt.Errorf("%s is longer than 1 MiB", path)
	}
	return string(text), err
}
