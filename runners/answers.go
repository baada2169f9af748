package runners

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// parse reads a line that must be an answer of the wanted type.
func parse[T any](want, got kind, line []byte) (answer T, err error) {
	if got != want {
		return answer, fmt.Errorf("the answer is %.40q, not %q", got, want)
	}
	if err := json.Unmarshal(line, &answer); err != nil {
		return answer, fmt.Errorf("%s cannot be read: %w", want, err)
	}
	return answer, nil
}

func parseHeader(line []byte) (h header, err error) {
	if err := json.Unmarshal(line, &h); err != nil {
		return h, fmt.Errorf("a line is no message: %.80q (%w)", line, err)
	}
	if h.Type == "" {
		return h, fmt.Errorf("a line has no type: %.80q", line)
	}
	return h, nil
}

// parseHello holds the worker's clock against ours: energy is cut out by the
// worker's stamps, so a clock of another kind would measure another window.
func parseHello(k kind, line []byte, sentNS, receivedNS int64) (Hello, error) {
	a, err := parse[helloAnswer](kindHello, k, line)
	switch {
	case err != nil:
		return Hello{}, err
	case a.Protocol == nil || a.ClockNS == nil || a.Runner == "":
		return Hello{}, errors.New("hello lacks protocol, clock_ns or runner")
	case *a.Protocol != Protocol:
		return Hello{}, fmt.Errorf("it speaks protocol %d and this program %d", *a.Protocol, Protocol)
	case *a.ClockNS < sentNS || *a.ClockNS > receivedNS:
		return Hello{}, fmt.Errorf("its clock_ns %d is not between %d and %d, when hello was sent and answered, so it is not CLOCK_MONOTONIC in nanoseconds",
			*a.ClockNS, sentNS, receivedNS)
	}
	return Hello{word(a.Runner), word(a.Version), *a.Protocol}, nil
}

func parseDevices(k kind, line []byte) ([]Device, About, error) {
	a, err := parse[devicesAnswer](kindDevices, k, line)
	seen := map[string]bool{}
	for i, d := range a.Devices {
		switch {
		case d.ID == "" || d.ID != word(d.ID):
			return nil, About{}, fmt.Errorf("device %d has the id %.40q", i, d.ID)
		case seen[d.ID]:
			return nil, About{}, fmt.Errorf("two devices have the id %.40q", d.ID)
		case d.Kind != "cpu" && d.Kind != "accelerator":
			return nil, About{}, fmt.Errorf("device %.40q is of kind %.40q, neither cpu nor accelerator", d.ID, d.Kind)
		case d.MemoryBytes < 0:
			return nil, About{}, fmt.Errorf("device %.40q has %d bytes of memory", d.ID, d.MemoryBytes)
		}
		seen[d.ID] = true
		a.Devices[i].Name = word(d.Name)
		a.Devices[i].Match = word(d.Match)
	}
	return a.Devices, a.About.words(), err
}

// words is what a runner says of its stack, cut and cleaned like all its texts.
func (a *About) words() About {
	if a == nil {
		return About{}
	}
	out := About{Path: word(a.Path), Version: word(a.Version), Kernel: word(a.Kernel)}
	for _, n := range a.Notes[:min(len(a.Notes), mostNotes)] {
		out.Notes = append(out.Notes, word(n))
	}
	return out
}

// mostNotes bounds how much a runner may say before a run.
const mostNotes = 20

// parsePrepared wants two operand sets at least. With one, a worker that claims
// iterations it did not do would still leave the right values.
func parsePrepared(k kind, line []byte) (Info, error) {
	a, err := parse[preparedAnswer](kindPrepared, k, line)
	info := a.Info
	info.Kernel = word(info.Kernel)
	switch {
	case err != nil:
		return Info{}, err
	case info.Kernel == "":
		return Info{}, errors.New("prepared names no kernel")
	case !positive(info.ItersHint):
		return Info{}, fmt.Errorf("iters_hint is %v, not a positive number of iterations", info.ItersHint)
	case info.Sets < 2:
		return Info{}, fmt.Errorf("sets is %d, and operands must rotate over two sets at least", info.Sets)
	case info.MemoryBytes < 0 || info.Threads < 0:
		return Info{}, fmt.Errorf("memory_bytes %d or threads %d is negative", info.MemoryBytes, info.Threads)
	case info.CompileS < 0:
		return Info{}, fmt.Errorf("compile_s is %v, below zero", info.CompileS)
	}
	libraries := map[string]string{}
	for name, version := range info.Libraries {
		libraries[word(name)] = word(version)
	}
	info.Libraries = libraries
	return info, nil
}

// parseResult holds a window against what was asked and against our own clock:
// after afterNS (it was sent, and the window before it had ended) and before
// beforeNS (its line had arrived).
func parseResult(k kind, line []byte, minNS int64, minIters int, afterNS, beforeNS int64) (Result, error) {
	a, err := parse[resultAnswer](kindResult, k, line)
	if err != nil {
		return Result{}, err
	}
	if a.StartNS == nil || a.EndNS == nil || a.Iters == nil {
		return Result{}, errors.New("result lacks start_ns, end_ns or iters")
	}
	r := Result{*a.StartNS, *a.EndNS, *a.Iters}
	lasted := r.EndNS - r.StartNS
	switch {
	case r.StartNS < afterNS || r.EndNS > beforeNS:
		return Result{}, fmt.Errorf("the window %d…%d ns is not inside %d…%d, when it could run", r.StartNS, r.EndNS, afterNS, beforeNS)
	case lasted <= 0 || lasted < minNS:
		return Result{}, fmt.Errorf("the window lasted %d ns and %d were asked", lasted, minNS)
	case r.Iters <= 0 || r.Iters < minIters:
		return Result{}, fmt.Errorf("%d iterations were done and %d asked", r.Iters, max(1, minIters))
	case int64(r.Iters) > lasted:
		return Result{}, fmt.Errorf("%d iterations in %d ns cannot be: no iteration takes less than 1 ns", r.Iters, lasted)
	}
	return r, nil
}

// honest is an error that a worker reports by the rules.
type honest struct {
	sentinel error
	text     string
}

var sentinels = map[string]error{
	ErrUnavailable.Error(): ErrUnavailable,
	ErrUnsupported.Error(): ErrUnsupported,
	ErrFailed.Error():      ErrFailed,
}

func parseError(line []byte) (honest, error) {
	a, err := parse[errorAnswer](kindError, kindError, line)
	if err != nil {
		return honest{}, err
	}
	sentinel, known := sentinels[a.Code]
	text := strings.TrimRight(word(a.Message), ":. ")
	if !known || text == "" {
		return honest{}, fmt.Errorf("error has the code %.40q and the message %.80q", a.Code, a.Message)
	}
	if remedy := word(a.Remedy); remedy != "" {
		text += ": " + remedy
	}
	return honest{sentinel, text}, nil
}
