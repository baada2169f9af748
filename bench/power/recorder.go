package power

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"joulemark/results/joules"
)

// Times of the recorder. Ten readings a second see every sensor of this program
// at its own rate or slower, at a cost far below 0.1 % of the CPUs.
const (
	defaultInterval = 100 * time.Millisecond
	flushInterval   = time.Second
	boundaryWait    = 500 * time.Millisecond // longest that Boundary waits for a sensor that hangs
	stopWait        = 2 * time.Second        // the same for Stop
	firstPoints     = 1 << 13                // points kept a domain before memory grows: 14 min at 10 Hz
)

// A Record is one point of one domain, as handed to the sink.
type Record struct {
	Domain int // index into Recorder.Domains()
	Point  joules.Point
}

// Options are how a recorder records. The zero value reads every 100 ms and
// keeps the points in memory alone.
type Options struct {
	Interval time.Duration // between readings; 0 = 100 ms
	OriginNS int64         // CLOCK_MONOTONIC at zero of the run's clock
	Session  int           // written into every point
	Now      func() int64  // CLOCK_MONOTONIC in ns; nil = ClockNS
	// Sink is given whole batches, one call at a time; it must not keep the
	// slice. Its first error stops the recording. May be nil.
	Sink func([]Record) error
}

// A Recorder reads every meter at a fixed rate on one clock, each in a goroutine
// locked to a thread of its own, so that a slow meter delays nobody. It owns the
// meters: they are closed as it stops.
type Recorder struct {
	options Options
	domains []joules.Domain
	lines   []*line
	startNS int64

	mu      sync.Mutex // guards points and pending
	points  [][]joules.Point
	pending []Record

	sinkMu sync.Mutex // guards spare and err; held while the sink writes
	spare  []Record
	err    error

	stop     chan struct{}
	stopOnce sync.Once
	running  sync.WaitGroup
	done     chan struct{} // closed when every goroutine has ended
	flushNS  atomic.Int64  // CPU time of the goroutine that flushes
	endNS    atomic.Int64  // when recording stopped; 0 while it runs
}

// Start begins to record. The first readings are taken at once.
func Start(meters []Meter, o Options) *Recorder {
	if o.Interval <= 0 {
		o.Interval = defaultInterval
	}
	if o.Now == nil {
		o.Now = ClockNS
	}
	r := &Recorder{options: o, startNS: o.Now(), stop: make(chan struct{}), done: make(chan struct{})}
	for _, m := range meters {
		r.lines = append(r.lines, newLine(r, m, len(r.domains)))
		r.domains = append(r.domains, m.Domains()...)
	}
	for range r.domains {
		r.points = append(r.points, make([]joules.Point, 0, firstPoints))
	}
	r.pending = make([]Record, 0, 64*len(r.domains))
	r.spare = make([]Record, 0, 64*len(r.domains))
	r.running.Add(len(r.lines) + 1)
	for _, l := range r.lines {
		go l.record()
	}
	go r.flushing()
	go func() { r.running.Wait(); close(r.done) }()
	return r
}

// Domains are those of all meters, in the order of Start's meters.
func (r *Recorder) Domains() []joules.Domain { return r.domains }

// Boundary reads every local meter once, now, and returns when they have been
// read; after 500 ms it waits no longer for one that hangs.
func (r *Recorder) Boundary() {
	answers := make(chan struct{}, len(r.lines))
	asked := 0
	for _, l := range r.lines {
		if l.ask(answers) {
			asked++
		}
	}
	timer := time.NewTimer(boundaryWait)
	defer timer.Stop()
	for range asked {
		select {
		case <-answers:
		case <-timer.C:
			return
		case <-r.done:
			return
		}
	}
}

// Points are those of one domain so far, in time order. The caller may keep them
// and must not write. What is returned has been handed to the sink before, so
// that no row derived from it can outlive its readings.
func (r *Recorder) Points(domain int) []joules.Point {
	r.mu.Lock()
	p := r.points[domain]
	r.mu.Unlock()
	r.flush()
	return p[:len(p):len(p)]
}

// CPUFraction is the CPU time of the recorder's threads over elapsed time x
// CPUs; NaN where the OS cannot say.
func (r *Recorder) CPUFraction() float64 {
	if _, ok := threadCPUNS(); !ok {
		return math.NaN()
	}
	cpu := r.flushNS.Load()
	for _, l := range r.lines {
		cpu += l.cpuNS.Load()
	}
	end := r.endNS.Load()
	if end == 0 {
		end = r.options.Now()
	}
	return float64(cpu) / (float64(end-r.startNS) * float64(runtime.NumCPU()))
}

// Err is the sink's first error: recording has stopped.
func (r *Recorder) Err() error {
	r.sinkMu.Lock()
	defer r.sinkMu.Unlock()
	return r.err
}

// Stop ends the recording, hands the last points to the sink, closes the meters
// and returns Err. A meter that hangs is left behind after 2 s.
func (r *Recorder) Stop() error {
	r.halt()
	select {
	case <-r.done:
	case <-time.After(stopWait):
	}
	r.flush()
	return r.Err()
}

func (r *Recorder) halt() {
	r.stopOnce.Do(func() {
		r.endNS.Store(r.options.Now())
		close(r.stop)
	})
}
