package onednn

import (
	"errors"

	"joulemark/runners/internal/dl"
)

// An Engine is a device of the library with a stream of work in order.
type Engine struct {
	*Library
	gpu    bool
	engine handle
	stream handle
	waited []uintptr // arguments of dnnl_stream_wait
}

// CPU opens the CPU engine, GPU the GPU engine of that index.
func (l *Library) CPU() (*Engine, error)          { return l.open(engineCPU, 0) }
func (l *Library) GPU(index int) (*Engine, error) { return l.open(engineGPU, index) }

func (l *Library) open(kind int32, index int) (*Engine, error) {
	e := &Engine{Library: l, gpu: kind == engineGPU}
	if err := l.check(l.engineCreate(&e.engine, kind, uintptr(index)), "an engine"); err != nil {
		return nil, err
	}
	if err := l.check(l.streamCreate(&e.stream, e.engine, streamInOrder), "a stream"); err != nil {
		l.engineDestroy(e.engine)
		return nil, err
	}
	e.waited = []uintptr{uintptr(e.stream)}
	return e, nil
}

// Finish waits for all that was launched.
func (e *Engine) Finish() error {
	return e.check(int32(dl.Call(e.wait, e.waited...)), "waiting for the stream")
}

// Close frees the engine, after everything that was made on it.
func (e *Engine) Close() error {
	return errors.Join(
		e.check(e.streamDestroy(e.stream), "freeing the stream"),
		e.check(e.engineDestroy(e.engine), "freeing the engine"))
}

// A scope is what was made and must be freed, in reverse.
type scope struct{ frees []func() }

func (s *scope) later(free func()) { s.frees = append(s.frees, free) }

func (s *scope) free() {
	for i := len(s.frees) - 1; i >= 0; i-- {
		s.frees[i]()
	}
	s.frees = nil
}
