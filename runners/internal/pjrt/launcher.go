package pjrt

import (
	"runtime"
	"slices"
	"unsafe"
)

// A launcher holds everything that one launch needs in pinned memory, so that a
// launch is one call and makes no garbage. It launches one executable on operand
// sets that all have the same number of arguments.
type launcher struct {
	client *Client
	pin    runtime.Pinner
	c      *launchC
	args   []uintptr // of all sets, one after the other
	outs   []uintptr // of the last launch
	width  int       // arguments of one set
}

// launchC is what C sees of it.
type launchC struct {
	execute executeC
	options executeOptionsC
	one     one // for what is awaited and destroyed
	sets    [1]uintptr
	outputs [1]uintptr
	events  [1]uintptr
}

// newLauncher prepares launches on sets of width arguments; donated are the places
// of those that the program may overwrite.
func newLauncher(e *Executable, sets, width int, donated []int) *launcher {
	l := &launcher{client: e.client, c: &launchC{}, width: width, args: make([]uintptr, sets*width), outs: make([]uintptr, max(e.Outputs, 1))}
	keep := notDonated(width, donated)
	l.pin.Pin(l.c)
	l.pin.Pin(unsafe.SliceData(l.args))
	l.pin.Pin(unsafe.SliceData(l.outs))
	l.pin.Pin(unsafe.SliceData(keep))
	c, sizes := l.c, &e.client.sizes
	c.outputs[0] = address(unsafe.SliceData(l.outs))
	c.options = executeOptionsC{head: head{Size: sizes[executeOptions]}, NotDonated: address(unsafe.SliceData(keep)), NotDonatedSize: uintptr(width - len(donated))}
	c.execute = executeC{head: head{Size: sizes[loadedExecutableExecuteArgs]}, Executable: e.loaded, Options: address(&c.options), Arguments: address(&c.sets),
		DeviceCount: 1, ArgumentCount: uintptr(width), Outputs: address(&c.outputs), Events: address(&c.events)}
	return l
}

// notDonated lists the arguments that stay as they are.
func notDonated(width int, donated []int) []int64 {
	keep := make([]int64, 0, width+1) // never without memory, since its address is taken
	for i := range width {
		if !slices.Contains(donated, i) {
			keep = append(keep, int64(i))
		}
	}
	return keep
}

// set is the arguments of a set.
func (l *launcher) set(i int) []uintptr { return l.args[i*l.width : (i+1)*l.width] }

// launch enqueues one execution. Its outputs are then in outs, and the event says
// when it has ended.
func (l *launcher) launch(set int) (event uintptr, err error) {
	c := l.c
	c.sets[0] = address(&l.args[set*l.width])
	c.events[0] = 0
	clear(l.outs)
	err = l.client.callPinned(loadedExecutableExecute, address(&c.execute))
	return c.events[0], err
}

// await waits for an event and destroys it.
func (l *launcher) await(event uintptr) error {
	if event == 0 {
		return nil
	}
	err := l.with(eventAwait, eventAwaitArgs, event)
	if e := l.with(eventDestroy, eventDestroyArgs, event); err == nil {
		err = e
	}
	return err
}

// free destroys a buffer. A launch that still reads it keeps its memory.
func (l *launcher) free(buffer uintptr) error {
	if buffer == 0 {
		return nil
	}
	return l.with(bufferDestroy, bufferDestroyArgs, buffer)
}

func (l *launcher) with(f function, s structure, what uintptr) error {
	l.c.one.Size, l.c.one.X = l.client.sizes[s], what
	return l.client.callPinned(f, address(&l.c.one))
}
