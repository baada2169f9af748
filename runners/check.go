package runners

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"joulemark/workloads"
)

// A CheckLine is one thing that an implementation of the protocol gets right or
// wrong.
type CheckLine struct {
	OK   bool
	What string // what was looked at, or what is wrong with it
	Do   string // what to do about it; "" where nothing is to be done
}

// String is the line as `joulemark list runners --check` prints it.
func (l CheckLine) String() string {
	if l.OK {
		return "ok    " + l.What
	}
	return "FAIL  " + l.What + ": " + l.Do
}

// checkSeed is beyond what a double holds, so that a runner which reads it as one is
// found out.
const checkSeed = 9007199254740993

// Check drives an implementation through the whole protocol and reports line by line
// what it gets right and wrong. It reports whether all was right. What is honestly
// unsupported is right. A runner that dies or breaks the protocol is started afresh
// for the next thing.
func Check(ctx context.Context, l Launch, report func(CheckLine)) bool {
	c := &checker{ctx: ctx, launch: l, report: report, right: true}
	defer c.end()
	if !c.begin() {
		return false
	}
	c.strangers()
	c.types()
	if c.able == nil {
		c.wrong(6, "it supports no workload at all", "support one matmul, such as fp32")
		return false
	}
	c.operands()
	c.answers()
	c.windows()
	c.endings()
	return c.right
}

// A checker is one check under way.
type checker struct {
	ctx    context.Context
	launch Launch
	report func(CheckLine)
	right  bool

	w      *Worker // nil or dead: the next step starts another
	device Device
	able   workloads.Workload // the first that it prepared
}

func (c *checker) ok(format string, args ...any) {
	c.report(CheckLine{OK: true, What: fmt.Sprintf(format, args...)})
}

// wrong reports a fault, with the section of PROTOCOL.md that says what is right.
func (c *checker) wrong(section int, what, do string) {
	c.right = false
	c.report(CheckLine{What: what, Do: fmt.Sprintf("%s (PROTOCOL.md section %d)", do, section)})
}

// judge reports one thing as right, or as wrong for that reason.
func (c *checker) judge(section int, what string, err error, do string) bool {
	if err == nil {
		c.ok("%s", what)
		return true
	}
	c.wrong(section, what+": "+c.reason(err), do)
	return false
}

// reason is an error without what every line would repeat.
func (c *checker) reason(err error) string {
	text := err.Error()
	for _, s := range []error{ErrFailed, ErrUnavailable, ErrUnsupported} {
		text = strings.TrimPrefix(text, s.Error()+": ")
	}
	text = strings.TrimPrefix(text, "runner "+c.launch.Runner+": ")
	text = strings.TrimSuffix(text, ": mend the runner (PROTOCOL.md says what it must do)")
	return strings.TrimSuffix(text, ": see the end of its stderr, or run it by hand")
}

// begin starts the runner and asks for its devices.
func (c *checker) begin() bool {
	w, err := Start(c.ctx, c.launch)
	if !c.judge(3, "hello: protocol 1, the clock, a name", err, "answer hello at once with protocol, runner, version and clock_ns from the clock of section 4") {
		return false
	}
	c.w = w
	devices, err := w.Devices(c.ctx)
	if !c.judge(3, "devices: at least one, each with an id of its own", err, "list what can compute here, or install what is missing") {
		return false
	}
	c.device = devices[0]
	again, err := w.Devices(c.ctx)
	if err == nil && (len(again) != len(devices) || again[0].ID != devices[0].ID) {
		err = errors.New("asked twice, it answered two things")
	}
	return c.judge(3, "devices: the same when asked again", err, "give ids that never change")
}

// worker is a live worker.
func (c *checker) worker() (*Worker, error) {
	if c.w != nil && !c.w.Dead() {
		return c.w, nil
	}
	var err error
	c.w, err = Start(c.ctx, c.launch)
	return c.w, err
}

// end leaves nothing running.
func (c *checker) end() {
	if c.w != nil {
		c.w.Kill()
	}
}

// prepare makes a workload ready on the device that is checked.
func (c *checker) prepare(w workloads.Workload, seed uint64) (Info, error) {
	worker, err := c.worker()
	if err != nil {
		return Info{}, err
	}
	return worker.Prepare(c.ctx, c.device.ID, w, Options{Seed: seed, Threads: 1})
}

// run is one window.
func (c *checker) run(minNS int64, minIters int) (Result, error) {
	p, err := c.w.Submit(minNS, minIters)
	if err != nil {
		return Result{}, err
	}
	return p.Wait(c.ctx, 0)
}

// verified runs so many iterations at least and holds the output against float64.
func (c *checker) verified(w workloads.Workload, seed uint64, info Info, minIters int) error {
	r, err := c.run(0, minIters)
	if err != nil {
		return err
	}
	return c.right64(w, seed, (r.Iters-1)%info.Sets)
}

// right64 holds the output left behind against float64. What there is no reference
// for cannot be wrong.
func (c *checker) right64(w workloads.Workload, seed uint64, set int) error {
	if workloads.Computable(w) != nil {
		return nil
	}
	k := workloads.NewChecker(seed)
	points := k.Points(w, 7)
	values, err := c.w.Verify(c.ctx, points)
	if err != nil {
		return err
	}
	ratio, err := k.Ratio(w, set, points, values)
	if err == nil && !(ratio <= 1) {
		err = fmt.Errorf("the values of operand set %d are wrong, their error is %.3g times what may be", set, ratio)
	}
	return err
}
