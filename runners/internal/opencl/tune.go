package opencl

import (
	"cmp"
	"fmt"
	"math"
	"time"

	"joulemark/workloads"
)

// Limits of tuning: what one variant may take, and all of them together.
const (
	tuneOne = 15 * time.Millisecond
	tuneAll = 3 * time.Second
)

// A choice is what tuning found.
type choice struct {
	variant variant
	opsS    float64       // operations a second
	compile time.Duration // of its kernel, until its first run had ended
}

// tuneShape is a product like s that a few milliseconds are enough for.
func (d *Device) tuneShape(s shape) shape {
	most := 2048
	if d.CPU {
		most = 512
	}
	return shape{min(s.rows, most), min(s.columns, 2*most), min(s.depth, most)}
}

// tune times the variants that fit a product of the type and keeps the fastest. A
// variant that the device cannot run after all is passed over; the error is that
// of the first of them.
func (c *context) tune(t workloads.DType, full shape) (choice, error) {
	s := c.tuneShape(full)
	if known, ok := c.tuned[tuning{t, s}]; ok {
		return known, nil
	}
	start := time.Now()
	var best choice
	var failure error // the first
	for _, v := range candidates(c.Device, t, s.rows) {
		one, err := c.try(t, v, s)
		if err != nil {
			failure = cmp.Or(failure, err)
		} else if one.opsS > best.opsS {
			best = one
		}
		if best.opsS > 0 && time.Since(start) > tuneAll {
			break
		}
	}
	if best.opsS == 0 {
		return best, fmt.Errorf("no kernel runs on %s: %w", c.Name, failure)
	}
	c.tuned[tuning{t, s}] = best
	return best, nil
}

// A tuning is what a choice depends on, on one device.
type tuning struct {
	dtype workloads.DType
	shape shape
}

// try compiles a variant and times it on operands of zeros.
func (c *context) try(t workloads.DType, v variant, s shape) (choice, error) {
	defer c.closeTo(c.mark())
	start := time.Now()
	l, err := c.trial(t, v, s)
	if err != nil {
		return choice{}, err
	}
	f := newFlow(c)
	seconds, err := timeLaunches(func() error { return f.launch(l, 0) }, f.finish)
	return choice{v, s.ops() / seconds, time.Since(start)}, err
}

func (c *context) trial(t workloads.DType, v variant, s shape) (*launch, error) {
	a, b, scale := matmulOperands(workloads.Matmul{M: s.rows, N: s.columns, K: s.depth, Type: t}, v)
	for _, o := range []*operand{a, b, scale} {
		if err := o.zero(c); err != nil {
			return nil, err
		}
	}
	out, err := c.buffer(int64(s.rows) * int64(s.columns) * int64(sumBytes(t)))
	if err != nil {
		return nil, err
	}
	return c.product(t, v, s, a, b, memory(out), epilogue{scale: scale})
}

// zero allocates one set of zeros, of an operand that there is.
func (o *operand) zero(c *context) error {
	if o == nil {
		return nil
	}
	b, err := c.buffer(o.setBytes())
	if err != nil {
		return err
	}
	o.perBuffer, o.buffers = 1, []uintptr{b}
	return c.fill(b, o.setBytes())
}

// timeLaunches is the seconds of one launch, after a first one that is not counted:
// the best of three rows that last tuneOne.
func timeLaunches(one, finish func() error) (float64, error) {
	n, best := 1, math.Inf(1)
	if _, err := timeRow(1, one, finish); err != nil {
		return 0, err
	}
	for rows := 0; rows < 3; {
		d, err := timeRow(n, one, finish)
		if err != nil {
			return 0, err
		}
		if d < tuneOne && n < 1<<16 {
			n *= 2
			continue
		}
		best = min(best, d.Seconds()/float64(n))
		if rows++; d > 10*tuneOne {
			break
		}
	}
	return best, nil
}

func timeRow(n int, one, finish func() error) (time.Duration, error) {
	start := time.Now()
	for range n {
		if err := one(); err != nil {
			return 0, err
		}
	}
	err := finish()
	return time.Since(start), err
}
