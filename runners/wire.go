package runners

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// A request is one message that waits for its answer.
type request struct {
	header
	sentNS   int64
	accept   accept
	progress chan struct{} // of capacity 1: the worker says that it is alive
	done     chan struct{} // closed when err is final
	err      error
}

// accept takes an answer that is no error: its type, its line, and when the
// request was sent and this line received. It runs on the reader's goroutine; an
// error is a breach of the protocol.
type accept func(k kind, line []byte, sentNS, receivedNS int64) error

// send queues the request and writes it. Workers answer in order, so the queue's
// head is whose answer the next line must be. Without accept there is no answer.
func (w *Worker) send(k kind, body func(header) any, accept accept) (*request, error) {
	r := &request{accept: accept, progress: make(chan struct{}, 1), done: make(chan struct{})}
	w.mu.Lock()
	w.lastID++
	r.header = header{k, w.lastID}
	w.mu.Unlock()
	line, err := json.Marshal(body(r.header))
	if err != nil {
		return nil, fmt.Errorf("%w: runner %s: %s cannot be written: %w: please report this fault of the program", ErrFailed, w.launch.Runner, k, err)
	}
	r.sentNS = ClockNS()
	if err := w.enqueue(r); err != nil {
		return nil, err
	}
	return r, w.write(k, append(line, '\n'))
}

func (w *Worker) enqueue(r *request) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil && r.accept != nil {
		w.pending = append(w.pending, r)
	}
	return w.err
}

// write sends one line. A worker that has stopped reading fills the pipe; the
// deadline keeps that from blocking us.
func (w *Worker) write(k kind, line []byte) error {
	_ = w.stdin.SetWriteDeadline(time.Now().Add(w.limits.Write)) // a pipe always takes one
	_, err := w.stdin.Write(line)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return w.fail(w.hung("it stopped reading its stdin for %v at %s", w.limits.Write, k))
	}
	return nil // of a broken pipe the reader knows the reason: the exit
}

// await waits for the answer. Progress extends the limit of prepare alone.
func (w *Worker) await(ctx context.Context, r *request, limit time.Duration) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		select {
		case <-r.done:
			return r.err
		case <-r.progress:
			if r.Type == kindPrepare {
				timer.Reset(limit)
			}
		case <-timer.C:
			if r.Type == kindHello || r.Type == kindDevices { // nothing was computed yet
				return w.fail(fmt.Errorf("%w: runner %s: no answer to %s within %v and was killed: repair or remove what it loads, or name another library with --lib", ErrFailed, w.launch.Runner, r.Type, limit))
			}
			return w.fail(w.hung("no answer to %s within %v", r.Type, limit))
		case <-ctx.Done():
			return w.fail(fmt.Errorf("%w: runner %s: %s stopped: %w", ErrFailed, w.launch.Runner, r.Type, context.Cause(ctx)))
		}
	}
}

// ask sends a request and waits for its answer.
func (w *Worker) ask(ctx context.Context, k kind, limit time.Duration, body func(header) any, accept accept) error {
	r, err := w.send(k, body, accept)
	if err != nil {
		return err
	}
	return w.await(ctx, r, limit)
}

// read takes lines from the worker until its stdout ends or breaks the protocol.
func (w *Worker) read() {
	defer close(w.readDone)
	meter := &idleMeter{r: w.stdout, limit: w.limits.IdleBytes}
	lines := bufio.NewScanner(meter)
	lines.Buffer(make([]byte, 0, min(64<<10, w.limits.LineBytes)), w.limits.LineBytes)
	for lines.Scan() {
		receivedNS := ClockNS()
		answered, err := w.take(lines.Bytes(), receivedNS)
		if err != nil {
			_ = w.fail(err)
			return
		}
		if answered {
			meter.read = 0
		}
	}
	_ = w.fail(w.ending(lines.Err()))
}

// idleMeter fails when more is read than any honest worker says between two answers.
type idleMeter struct {
	r           io.Reader
	read, limit int64
}

var errFlood = errors.New("flood")

func (m *idleMeter) Read(p []byte) (int, error) {
	if m.read > m.limit {
		return 0, errFlood
	}
	n, err := m.r.Read(p)
	m.read += int64(n)
	return n, err
}

// ending says why no more lines come.
func (w *Worker) ending(err error) error {
	switch {
	case errors.Is(err, bufio.ErrTooLong):
		return w.broke("a line is longer than %d bytes", w.limits.LineBytes)
	case errors.Is(err, errFlood):
		return w.broke("more than %d bytes came without an answer", w.limits.IdleBytes)
	case !within(w.limits.Exit, w.exited):
		return w.broke("it closed its stdout without ending")
	}
	within(w.limits.Exit, w.tailDone)
	w.mu.Lock()
	during := "between requests"
	if len(w.pending) > 0 {
		during = "during " + string(w.pending[0].Type)
	}
	w.mu.Unlock()
	return fmt.Errorf("%w: runner %s ended %s (%v)%s: see the end of its stderr, or run it by hand",
		ErrFailed, w.launch.Runner, during, w.cmd.ProcessState, w.lastWord())
}

// lastWord is the end of stderr, for a death that leaves nobody to ask.
func (w *Worker) lastWord() string {
	lines := strings.Split(w.StderrTail(), "\n")
	if last := lines[len(lines)-1]; last != "" {
		return fmt.Sprintf(", last saying %.200q", last)
	}
	return ""
}

// take handles one line and reports whether it completed an answer.
func (w *Worker) take(line []byte, receivedNS int64) (answered bool, err error) {
	h, err := parseHeader(line)
	if err != nil {
		return false, w.broke("%w", err)
	}
	w.mu.Lock()
	if len(w.pending) == 0 {
		w.mu.Unlock()
		return false, w.broke("it sent %.40q without being asked", h.Type)
	}
	r := w.pending[0]
	if h.ID == r.ID && h.Type != kindProgress {
		w.pending = w.pending[1:]
	}
	w.mu.Unlock()
	switch {
	case h.ID != r.ID:
		return false, w.broke("it sent %.40q with id %d where %s has id %d", h.Type, h.ID, r.Type, r.ID)
	case h.Type == kindProgress:
		select {
		case r.progress <- struct{}{}:
		default: // one is waiting to be seen
		}
		return false, nil
	}
	return true, w.answer(r, h.Type, line, receivedNS)
}

// answer completes a request. An error is a breach of the protocol and kills the
// worker; an honest error answer is the request's alone.
func (w *Worker) answer(r *request, k kind, line []byte, receivedNS int64) error {
	if k == kindError {
		honest, err := parseError(line)
		if err == nil {
			r.err = fmt.Errorf("%w: runner %s: %s", honest.sentinel, w.launch.Runner, honest.text)
			close(r.done)
			return nil
		}
		return w.reject(r, err)
	}
	if err := r.accept(k, line, r.sentNS, receivedNS); err != nil {
		return w.reject(r, err)
	}
	close(r.done)
	return nil
}

// reject ends a request whose answer was no answer, and says so.
func (w *Worker) reject(r *request, err error) error {
	r.err = w.broke("%s: %w", r.Type, err)
	close(r.done)
	return r.err
}

// broke describes a breach of the protocol.
func (w *Worker) broke(format string, args ...any) error {
	return fmt.Errorf("%w: runner %s: %w: mend the runner (PROTOCOL.md says what it must do)", ErrFailed, w.launch.Runner, fmt.Errorf(format, args...))
}

// hung describes a worker that took too long.
func (w *Worker) hung(format string, args ...any) error {
	return fmt.Errorf("%w: runner %s: %w and was killed: see the end of its stderr, or try a smaller workload", ErrFailed, w.launch.Runner, fmt.Errorf(format, args...))
}

// fail makes the worker dead for that reason, unless it is dead already, kills
// its process group and ends every call that waits. It returns the reason that holds.
func (w *Worker) fail(reason error) error {
	reason = w.retire(reason)
	select {
	case <-w.exited: // supervise has ended the group, and its number may be another's by now
	default:
		killGroup(w.cmd.Process.Pid)
	}
	return reason
}

// retire is fail without the killing.
func (w *Worker) retire(reason error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = reason
	}
	for _, r := range w.pending {
		r.err = w.err
		close(r.done)
	}
	w.pending = nil
	return w.err
}
