package power

import (
	"fmt"
	"math"
	"runtime"
	"sync/atomic"
	"time"

	"joulemark/results/joules"
)

// A line records one meter.
type line struct {
	r        *Recorder
	meter    Meter
	base     int // index of its first domain
	late     []int64
	readings []joules.Reading
	asked    chan chan<- struct{}
	remote   bool
	cpuNS    atomic.Int64
}

func newLine(r *Recorder, m Meter, base int) *line {
	domains := m.Domains()
	l := &line{r: r, meter: m, base: base, remote: isRemote(m), asked: make(chan chan<- struct{}, 1)}
	l.readings = make([]joules.Reading, len(domains))
	for _, d := range domains {
		l.late = append(l.late, lateNS(d))
	}
	return l
}

// lateNS is how long a reading may take: the value belongs somewhere between
// before and after, and past a tenth of the update period that is too vague
// .
func lateNS(d joules.Domain) int64 {
	return max(int64(time.Millisecond), int64(d.Period)/10)
}

// ask requests one reading now; false where nobody waits for it: a meter over a
// network, or one still busy with the last request.
func (l *line) ask(answer chan<- struct{}) bool {
	if l.remote {
		return false
	}
	select {
	case l.asked <- answer:
		return true
	default:
		return false
	}
}

// record reads on absolute ticks of the schedule until the recorder stops.
// A tick that a slow meter missed is left out, not caught up.
func (l *line) record() {
	defer l.r.running.Done()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer l.close()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-l.r.stop:
			return
		case <-timer.C:
			l.tick()
			timer.Reset(l.r.untilNextTick())
		case answer := <-l.asked:
			l.tick()
			answer <- struct{}{}
		}
	}
}

// untilNextTick keeps ticks at whole intervals after the start.
func (r *Recorder) untilNextTick() time.Duration {
	since := r.options.Now() - r.startNS
	interval := int64(r.options.Interval)
	return time.Duration(interval - since%interval)
}

// tick takes one reading of every domain and stores it. It does not allocate.
func (l *line) tick() {
	l.read()
	r := l.r
	r.mu.Lock()
	for i, reading := range l.readings {
		p := r.point(reading, l.late[i])
		r.points[l.base+i] = append(r.points[l.base+i], p)
		r.pending = append(r.pending, Record{Domain: l.base + i, Point: p})
	}
	r.mu.Unlock()
	if ns, ok := threadCPUNS(); ok {
		l.cpuNS.Store(ns)
	}
}

// read reads the meter; a panic in it becomes an error of every domain, because
// a broken driver library must cost its numbers and not the run.
func (l *line) read() {
	before := l.r.options.Now()
	defer func() {
		if p := recover(); p != nil {
			after := l.r.options.Now()
			for i := range l.readings {
				l.readings[i] = joules.Reading{BeforeNS: before, AfterNS: after,
					Value: math.NaN(), Err: fmt.Errorf("the meter panicked: %v", p)}
			}
		}
	}()
	l.meter.Read(l.readings)
}

// point is a reading as stored.
func (r *Recorder) point(g joules.Reading, late int64) joules.Point {
	p := joules.Point{
		TimeS:   float64(g.BeforeNS+(g.AfterNS-g.BeforeNS)/2-r.options.OriginNS) / 1e9,
		ReadS:   float64(g.AfterNS-g.BeforeNS) / 1e9,
		Value:   g.Value,
		Status:  joules.StatusOK,
		Session: r.options.Session,
	}
	switch {
	case g.Err != nil || math.IsNaN(g.Value) || math.IsInf(g.Value, 0):
		p.Status, p.Value = joules.StatusError, math.NaN()
	case g.AfterNS-g.BeforeNS > late:
		p.Status = joules.StatusLate
	}
	return p
}

func (l *line) close() {
	defer func() { _ = recover() }() // a meter that panics in Close is as closed as it gets
	_ = l.meter.Close()              // nothing is lost with a read-only file
}
