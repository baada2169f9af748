package runners

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

// Serve is the worker side: it answers the conductor's requests on stdin and
// stdout for one runner and returns after bye. At the end of stdin it ends the
// process at once, in mid-window too, because then the conductor is gone.
//
// Whatever the runner or its libraries print goes to stderr, and nothing they
// start inherits the wire.
//
// Before anything else the process becomes what the entry needs: with its
// variables set and on its CPUs, or another program altogether.
func Serve(e Entry, setup Setup) error {
	if err := e.become(setup); err != nil {
		return fmt.Errorf("%w: worker %s: %w", ErrFailed, e.Name, err)
	}
	in, out, err := claimWire()
	if err != nil {
		return fmt.Errorf("%w: worker %s: %w", ErrFailed, e.Name, err)
	}
	s := newSession(e, setup, out)
	return s.serve(in, func() { os.Exit(0) })
}

// serve reads requests on a goroutine of its own, so that the end of input is
// seen while the runner works, and answers them in order.
func (s *session) serve(in io.Reader, atEOF func()) error {
	requests := make(chan []byte, 256)
	readErr := make(chan error, 1)
	go func() {
		defer close(requests)
		lines := bufio.NewScanner(in)
		lines.Buffer(nil, maxLine)
		for lines.Scan() {
			select {
			case requests <- append([]byte(nil), lines.Bytes()...):
			case <-s.ctx.Done():
				return
			}
		}
		readErr <- lines.Err()
		s.cancel()
		if lines.Err() == nil {
			atEOF()
		}
	}()
	defer s.close()
	for line := range requests {
		if s.handle(line) {
			return s.writeErr
		}
	}
	if err := <-readErr; err != nil {
		return fmt.Errorf("%w: worker %s: stdin: %w", ErrFailed, s.entry.Name, err)
	}
	return s.writeErr
}

// version is the entry's own, or that of the module this program was built from.
func (e Entry) version() string {
	if e.Version != "" {
		return e.Version
	}
	if b, ok := debug.ReadBuildInfo(); ok && b.Main.Version != "" {
		return b.Main.Version
	}
	return "unknown"
}
