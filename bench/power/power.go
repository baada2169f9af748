// Package power reads the machine's power and energy sensors: meters, one file
// a source, and the recorder that reads them all on one clock.
package power

import (
	"errors"

	"joulemark/results/joules"
)

// ErrUnavailable: this meter has nothing here. The message says what was looked
// for, why it cannot be used, and the command or part that would give it.
var ErrUnavailable = errors.New("unavailable")

// ErrRefused: the sensor is here but may not be read; wraps ErrUnavailable so
// that a run goes on without it. The message names the file and the remedy.
var ErrRefused = errors.New("refused")

// A Meter is one open source of readings. It is used by one goroutine.
type Meter interface {
	Domains() []joules.Domain
	Read([]joules.Reading) // one a domain, in order; each with its own error
	Close() error
}
