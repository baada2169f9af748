package power

import (
	"fmt"
	"runtime"
	"time"
)

// flushing hands points to the sink once a second, so that a killed run loses
// at most that.
func (r *Recorder) flushing() {
	defer r.running.Done()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	ticker := time.NewTicker(flushInterval)
	defer ticker.Stop()
	for {
		select {
		case <-r.stop:
			return
		case <-ticker.C:
			r.flush()
			if ns, ok := threadCPUNS(); ok {
				r.flushNS.Store(ns)
			}
		}
	}
}

// flush hands everything pending to the sink. Two buffers change places, so that
// a slow disk does not hold up a reading.
func (r *Recorder) flush() {
	r.sinkMu.Lock()
	defer r.sinkMu.Unlock()
	r.mu.Lock()
	batch := r.pending
	r.pending = r.spare[:0]
	r.mu.Unlock()
	r.spare = batch
	if len(batch) == 0 || r.err != nil || r.options.Sink == nil {
		return
	}
	if err := r.options.Sink(batch); err != nil {
		r.err = fmt.Errorf("recording stopped: %w", err)
		r.halt()
	}
}
