package runners

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

const (
	// windowNS is long enough for a gap to be seen and short enough to be waited for.
	windowNS = 100e6
	// gapMax is how long the load may pause between queued windows before a run calls
	// its row void.
	gapMax = 250 * time.Millisecond
	// leakPrepares and leakBytes: what stays after so many prepares, above what the
	// task itself holds, is not freed.
	leakPrepares = 8
	leakBytes    = 128 << 20
)

// windows looks at times and counts. Each thing is looked at in a task of its own, so
// that one fault gives one line.
func (c *checker) windows() {
	const untilBoth = "run until min_ns have passed and min_iters are done"
	c.judge(3, "a window lasts min_ns at least", c.window(windowNS, 1), untilBoth)
	c.judge(3, "a window has min_iters at least", c.window(0, 7), untilBoth)
	c.judge(5, "each run counts its iterations from 0", c.counts(), "begin each run at iteration 0, which is set 0, and count what is done")
	c.judge(3, "queued windows are answered in order and without a gap", c.queued(), "read requests on a thread of its own and begin the next run at once")
	c.judge(3, "a second prepare frees what the first one made", c.frees(), "free the last task before making the next")
}

func (c *checker) window(minNS int64, minIters int) error {
	if _, err := c.prepare(c.able, checkSeed); err != nil {
		return err
	}
	_, err := c.run(minNS, minIters)
	return err
}

// counts runs windows of different lengths: one that goes on counting from the window
// before it ends on another set.
func (c *checker) counts() error {
	info, err := c.prepare(c.able, checkSeed)
	for _, iters := range []int{1, 2, 1, 3} {
		if err == nil {
			err = c.verified(c.able, checkSeed, info, iters)
		}
	}
	return err
}

// queued submits three windows before it waits for the first.
func (c *checker) queued() error {
	if _, err := c.prepare(c.able, checkSeed); err != nil {
		return err
	}
	var all []*Pending
	for range 3 {
		p, err := c.w.Submit(windowNS, 1)
		if err != nil {
			return err
		}
		all = append(all, p)
	}
	var last int64
	for i, p := range all {
		r, err := p.Wait(c.ctx, 0)
		if err != nil {
			return err
		}
		if gap := time.Duration(r.StartNS - last); i > 0 && gap > gapMax {
			return fmt.Errorf("%v passed between two of them", gap.Round(time.Millisecond))
		}
		last = r.EndNS
	}
	return nil
}

// frees prepares again and again and watches the process's memory.
func (c *checker) frees() error {
	info, err := c.prepare(c.able, checkSeed)
	if err != nil {
		return err
	}
	before, known := residentBytes(c.w)
	for range leakPrepares {
		if info, err = c.prepare(c.able, checkSeed); err != nil {
			return err
		}
	}
	after, _ := residentBytes(c.w)
	if grown := after - before; known && grown > leakBytes+info.MemoryBytes {
		return fmt.Errorf("its memory grew by %d MiB over %d prepares of one workload", grown>>20, leakPrepares)
	}
	return nil
}

// residentBytes is the memory of the worker's first process; unknown on systems
// without /proc.
func residentBytes(w *Worker) (int64, bool) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", w.Group()))
	fields := strings.Fields(string(b))
	if err != nil || len(fields) < 2 {
		return 0, false
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize()), err == nil
}

// endings looks at how the process ends and begins anew.
func (c *checker) endings() {
	w, err := c.worker()
	if err == nil {
		if err = w.Close(); err == nil {
			err = c.cleanExit(w)
		}
	}
	c.judge(3, "it ends after bye, with status 0", err, "free everything and end; do not wait for more")
	info, err := c.prepare(c.able, checkSeed)
	if err == nil {
		err = c.verified(c.able, checkSeed, info, 1)
	}
	if c.judge(5, "a fresh process computes the same", err, "keep nothing from one process for the next") {
		c.judge(1, "it ends when stdin does, in mid-window too", c.midWindow(), "read stdin on a thread of its own and end the process at its end")
	}
}

// cleanExit holds the end of a closed worker against what an honest one does.
func (c *checker) cleanExit(w *Worker) error {
	within(w.limits.Exit, w.exited, w.readDone)
	if runtime.GOOS != "windows" && w.cmd.ProcessState != nil && !w.cmd.ProcessState.Success() {
		return fmt.Errorf("it ended with %v", w.cmd.ProcessState)
	}
	return nil
}

// midWindow closes stdin in a window of an hour.
func (c *checker) midWindow() error {
	if _, err := c.w.Submit(int64(time.Hour), 1); err != nil {
		return err
	}
	time.Sleep(windowNS) // the window begins
	if err := c.w.stdin.Close(); err != nil {
		return err
	}
	if !within(c.w.limits.Exit, c.w.exited) {
		return errors.New("it went on")
	}
	return nil
}
