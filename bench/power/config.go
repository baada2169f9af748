package power

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"joulemark/results/joules"
)

// A Config is where sources look and what time it is. The zero value is this
// machine.
type Config struct {
	Root      string                          // stands for "/"; "" = "/". Any other makes every domain Simulated
	Addresses map[string]string               // meter name -> address, e.g. replay -> path of a trace
	Now       func() int64                    // CLOCK_MONOTONIC in ns; nil = ClockNS
	OpenFile  func(path string) (File, error) // opens a sensor's file for repeated reading; nil = os.Open
}

// A File is an open sensor file, read again from its start at each look.
type File interface {
	io.ReaderAt
	io.Closer
}

// path is the place of an absolute path under the root.
func (c Config) path(parts ...string) string {
	return filepath.Join(append([]string{"/", c.Root}, parts...)...)
}

// Simulated reports whether sensors are read below a root that is not this machine's.
func (c Config) Simulated() bool { return c.Root != "" && filepath.Clean(c.Root) != "/" }

func (c Config) now() int64 {
	if c.Now == nil {
		return ClockNS()
	}
	return c.Now()
}

func (c Config) open(path string) (File, error) {
	if c.OpenFile != nil {
		return c.OpenFile(path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err // not f: a nil *os.File in an interface is not nil
	}
	return f, nil
}

// text is a small file's content without surrounding space; "" where it is
// missing or unreadable, as sysfs attributes may be.
func (c Config) text(parts ...string) string {
	b, err := os.ReadFile(c.path(parts...))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

// seal completes the domains of one meter.
func (c Config) seal(meter string, domains []joules.Domain) {
	for i := range domains {
		domains[i].Meter = meter
		domains[i].Simulated = domains[i].Simulated || c.Simulated()
		if domains[i].PeriodSource == "" {
			domains[i].PeriodSource = "table"
		}
	}
}
