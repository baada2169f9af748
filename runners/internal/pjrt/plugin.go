// Package pjrt drives any PJRT plugin, the C interface to XLA compilers and the
// devices behind them (CUDA, ROCm, TPU, Neuron, Tenstorrent, CPU), without cgo. It is
// written against xla/pjrt/c/pjrt_c_api.h of openxla: a table of functions that each
// take one struct, whose size tells both sides which fields the other knows.
//
// Everything here is used by one goroutine at a time. What a plugin gives is freed,
// but the plugin and its client live until the process ends: several plugins do not
// survive being taken down.
package pjrt

import (
	"fmt"
	"runtime"
	"unsafe"

	"joulemark/runners/internal/dl"
)

// A Plugin is a loaded and initialised plugin.
type Plugin struct {
	Path string
	*table
}

// Open loads the plugin of that path, agrees with it on the version of the
// interface and initialises it.
func Open(path string) (*Plugin, error) {
	library, err := dl.Open(path)
	if err != nil {
		return nil, err
	}
	entry, err := library.Symbol("GetPjrtApi")
	if err != nil {
		return nil, fmt.Errorf("%s is no PJRT plugin, since it lacks GetPjrtApi: name the plugin's own file", path)
	}
	t, err := negotiateAt(dl.Call(entry))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	p := &Plugin{Path: path, table: t}
	var args struct {
		head
		_ spare
	}
	if err := p.call(pluginInitialize, pluginInitializeArgs, unsafe.Pointer(&args)); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}

// API is the version of the interface that the plugin was built with.
func (p *Plugin) API() string { return fmt.Sprintf("0.%d", p.minor) }

// call fills in struct_size and calls f with args, which must be one of the structs
// of this package with room to spare and is pinned while C has it. Memory that args
// points to must be pinned by the caller.
func (p *Plugin) call(f function, s structure, args unsafe.Pointer) error {
	var pin runtime.Pinner
	pin.Pin(args)
	defer pin.Unpin()
	*(*uintptr)(args) = p.sizes[s]
	return p.callPinned(f, uintptr(args))
}

// callPinned calls f with an argument struct that is pinned and knows its size.
func (p *Plugin) callPinned(f function, args uintptr) error {
	if p.addresses[f] == 0 {
		return &Error{Call: functions[f].name, Code: Unimplemented, Message: "the plugin does not have it"}
	}
	if e := dl.Call(p.addresses[f], args); e != 0 {
		return p.explain(f, e)
	}
	return nil
}

// release destroys, by f, what C has given.
func (p *Plugin) release(f function, s structure, what uintptr) error {
	if what == 0 {
		return nil
	}
	return p.call(f, s, unsafe.Pointer(&one{X: what}))
}

// await waits for an event and destroys it. An event of 0 has happened.
func (p *Plugin) await(event uintptr) error {
	if event == 0 {
		return nil
	}
	err := p.call(eventAwait, eventAwaitArgs, unsafe.Pointer(&one{X: event}))
	if e := p.release(eventDestroy, eventDestroyArgs, event); err == nil {
		err = e
	}
	return err
}

// text asks of for a string.
func (p *Plugin) text(f function, s structure, of uintptr) (string, error) {
	args := &text{Of: of}
	if err := p.call(f, s, unsafe.Pointer(args)); err != nil {
		return "", err
	}
	return oneLine(string(bytesAt(args.Data, args.Len))), nil
}

// child asks of for a pointer or a count.
func (p *Plugin) child(f function, s structure, of uintptr) (uintptr, error) {
	args := &child{Of: of}
	err := p.call(f, s, unsafe.Pointer(args))
	return args.Value, err
}

// number asks of for an int.
func (p *Plugin) number(f function, s structure, of uintptr) (int, error) {
	args := &number{Of: of}
	err := p.call(f, s, unsafe.Pointer(args))
	return int(args.Value), err
}
