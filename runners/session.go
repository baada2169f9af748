package runners

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"joulemark/workloads"
)

// A session is the worker's state between requests.
type session struct {
	entry Entry
	setup Setup
	out   io.Writer
	now   func() int64 // ClockNS; tests have their own

	ctx    context.Context // ends with the input
	cancel context.CancelFunc

	runner   Runner  // opened by the first request that needs it
	task     Task    // nil until prepared
	iterNS   float64 // estimate of the time of one iteration; 0 = none
	most     int     // iterations that the next batch may have
	ran      bool    // the task has an output
	hush     hush
	writeErr error // the conductor no longer reads; nothing more can be done
}

func newSession(e Entry, setup Setup, out io.Writer) *session {
	s := &session{entry: e, setup: setup, out: out, now: ClockNS}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s
}

// handle answers one request and reports whether the session is over.
func (s *session) handle(line []byte) (over bool) {
	var h header
	if err := json.Unmarshal(line, &h); err != nil {
		s.answerError(h, fmt.Errorf("a request is no message: %w", err))
		return s.writeErr != nil
	}
	if h.Type == kindBye {
		return true
	}
	if h.Type != kindRun {
		s.hush.end()
	}
	answer, err := s.dispatch(h, line)
	if err == nil {
		err = s.write(answer)
	}
	if err != nil {
		s.answerError(h, err)
	}
	return s.writeErr != nil
}

// dispatch does what is asked; a panic of the runner becomes an error.
func (s *session) dispatch(h header, line []byte) (answer any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %s panicked: %v: please report it", ErrFailed, h.Type, p)
		}
	}()
	switch h.Type {
	case kindHello:
		return s.helloTo(h, line)
	case kindDevices:
		return s.devices(h)
	case kindPrepare:
		return decoded(line, func(r prepareRequest) (any, error) { return s.prepare(r) })
	case kindRun:
		return decoded(line, func(r runRequest) (any, error) { return s.run(r) })
	case kindVerify:
		return decoded(line, func(r verifyRequest) (any, error) { return s.verify(r) })
	}
	return nil, fmt.Errorf("%w: no request is called %.40q: PROTOCOL.md lists them", ErrFailed, h.Type)
}

func decoded[T any](line []byte, do func(T) (any, error)) (any, error) {
	var request T
	if err := json.Unmarshal(line, &request); err != nil {
		return nil, fmt.Errorf("%w: the request cannot be read: %w", ErrFailed, err)
	}
	return do(request)
}

func (s *session) helloTo(h header, line []byte) (any, error) {
	return decoded(line, func(r helloRequest) (any, error) {
		if r.Protocol != Protocol {
			return nil, fmt.Errorf("%w: this worker speaks protocol %d and was asked for %d: use programs of one version", ErrUnsupported, Protocol, r.Protocol)
		}
		protocol, now := Protocol, s.now()
		return helloAnswer{header{kindHello, h.ID}, &protocol, s.entry.Name, s.entry.version(), &now}, nil
	})
}

// open loads the stack once.
func (s *session) open() error {
	if s.runner != nil {
		return nil
	}
	r, err := s.entry.Open(s.setup)
	if err != nil {
		return err
	}
	s.runner = r
	return nil
}

func (s *session) devices(h header) (any, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	d, err := s.runner.Devices()
	answer := devicesAnswer{header: header{kindDevices, h.ID}, Devices: d}
	if r, ok := s.runner.(Describer); ok && err == nil {
		about := r.About()
		answer.About = &about
	}
	return answer, err
}

// prepare frees the last task first: two may not fit into memory.
func (s *session) prepare(r prepareRequest) (any, error) {
	if err := s.release(); err != nil {
		return nil, err
	}
	w, err := workloads.DecodeJSON(r.Workload)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	device, err := s.device(r.Device)
	if err != nil {
		return nil, err
	}
	task, err := s.runner.Prepare(device, w, Options{Seed: r.Seed, Threads: r.Threads, ISA: r.ISA})
	if err != nil {
		return nil, err
	}
	info := task.Info()
	s.task, s.most = task, 1
	if positive(info.ItersHint) {
		s.iterNS = hintNS / info.ItersHint
	}
	return preparedAnswer{header{kindPrepared, r.ID}, info}, nil
}

func (s *session) device(id string) (Device, error) {
	if err := s.open(); err != nil {
		return Device{}, err
	}
	all, err := s.runner.Devices()
	if err != nil {
		return Device{}, err
	}
	var ids []string
	for _, d := range all {
		if d.ID == id {
			return d, nil
		}
		ids = append(ids, d.ID)
	}
	return Device{}, fmt.Errorf("%w: no device %q: choose one of %s", ErrUnavailable, id, strings.Join(ids, ", "))
}

func (s *session) verify(r verifyRequest) (any, error) {
	if !s.ran {
		return nil, fmt.Errorf("%w: nothing has run yet: send run before verify", ErrFailed)
	}
	if len(r.Points) > maxPoints {
		return nil, fmt.Errorf("%w: %d points in one request: send at most %d", ErrFailed, len(r.Points), maxPoints)
	}
	values, err := s.task.Values(r.Points)
	if err != nil {
		return nil, err
	}
	numbers := make([]number, len(values))
	for i, v := range values {
		numbers[i] = number(v)
	}
	return valuesAnswer{header{kindValues, r.ID}, numbers}, nil
}

// release closes the task, if there is one.
func (s *session) release() error {
	if s.task == nil {
		return nil
	}
	task := s.task
	s.task, s.ran, s.iterNS, s.most = nil, false, 0, 1
	return task.Close()
}

func (s *session) close() {
	s.hush.end()
	s.cancel()
	_ = s.release() // the process ends and takes everything with it
}

// write sends one answer; an error is of the answer, not of the wire.
func (s *session) write(answer any) error {
	line, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("%w: the answer cannot be written: %w", ErrFailed, err)
	}
	if len(line) >= maxLine {
		return fmt.Errorf("%w: the answer has %d bytes and may have %d", ErrFailed, len(line), maxLine)
	}
	if _, err := s.out.Write(append(line, '\n')); err != nil && s.writeErr == nil {
		s.writeErr = fmt.Errorf("%w: worker %s: stdout: %w", ErrFailed, s.entry.Name, err)
	}
	return nil
}

// answerError tells the conductor which of the three errors it was.
func (s *session) answerError(h header, err error) {
	code := ErrFailed
	for _, sentinel := range sentinels {
		if errors.Is(err, sentinel) {
			code = sentinel
		}
	}
	text := strings.TrimPrefix(err.Error(), code.Error()+": ")
	_ = s.write(errorAnswer{header: header{kindError, h.ID}, Code: code.Error(), Message: text}) // strings always marshal
}
