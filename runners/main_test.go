package runners

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"joulemark/workloads"
)

// The test binary is also the worker: with this variable set it serves a fake
// runner, whose behaviour the variable names.
const fakeWorker = "JOULEMARK_TEST_FAKE_WORKER"

// fakeLib and fakeThreadCount stand for the worker verb's --lib and --threads.
const (
	fakeLib         = "JOULEMARK_TEST_FAKE_LIB"
	fakeThreadCount = "JOULEMARK_TEST_FAKE_THREADS"
)

func fakeThreads() int {
	n, _ := strconv.Atoi(os.Getenv(fakeThreadCount))
	return n
}

func TestMain(m *testing.M) {
	behaviour, worker := os.LookupEnv(fakeWorker)
	if !worker {
		os.Exit(m.Run())
	}
	if err := Serve(fakeEntry(behaviour), Setup{Lib: os.Getenv(fakeLib), Threads: fakeThreads()}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func fakeEntry(behaviour string) Entry {
	if e, ok := Lookup(behaviour); ok {
		return e // a runner of this build, in a process of its own
	}
	return Entry{Name: "fake", DeviceKind: "cpu", Version: "0.0.1", Open: func(Setup) (Runner, error) {
		if behaviour == "missing" {
			return nil, fmt.Errorf("%w: libfake.so.1 is not here: install the package fake", ErrUnavailable)
		}
		r := &fakeRunner{behaviour: behaviour}
		r.print("libfake: hello from a library that prints")
		return r, nil
	}}
}

// fakeRunner multiplies by the definition, in float64 whatever the type.
type fakeRunner struct {
	behaviour string
	open      int // tasks not closed
}

// print writes to fd 1, which must not reach the wire, in a process of its own.
func (r *fakeRunner) print(text string) {
	if os.Getenv(fakeWorker) != "" {
		fmt.Println(text)
	}
}

func (r *fakeRunner) Devices() ([]Device, error) {
	return []Device{{ID: "cpu", Name: "Fake", Kind: "cpu", Match: "cpu"}}, nil
}

func (r *fakeRunner) Prepare(_ Device, w workloads.Workload, o Options) (Task, error) {
	m, ok := w.(workloads.Matmul)
	if !ok {
		return nil, fmt.Errorf("%w: %s: choose a matmul", ErrUnsupported, w.Name())
	}
	if r.open != 0 {
		return nil, fmt.Errorf("%w: %d tasks were not closed", ErrFailed, r.open)
	}
	if r.behaviour == "panic in prepare" {
		panic("no more ideas")
	}
	r.open++
	return &fakeTask{runner: r, m: m, seed: o.Seed, threads: o.Threads}, nil
}

type fakeTask struct {
	runner  *fakeRunner
	m       workloads.Matmul
	seed    uint64
	threads int
	last    int
	calls   []int // iterations of each Run
}

const fakeSets = 3

func (t *fakeTask) Run(ctx context.Context, first, iters int) error {
	t.runner.print("working")
	switch t.runner.behaviour {
	case "panic in run":
		panic("no more ideas")
	case "failing run":
		return fmt.Errorf("%w: the device fell off the bus: restart the machine", ErrFailed)
	case "stuck run":
		select {} // as a library does that knows no context
	}
	t.last = first + iters - 1
	t.calls = append(t.calls, iters)
	time.Sleep(time.Duration(iters) * 50 * time.Microsecond)
	return ctx.Err()
}

func (t *fakeTask) Values(points []Point) ([]float64, error) {
	values := make([]float64, len(points))
	for i, p := range points {
		values[i] = t.value(int(p)/t.m.N, int(p)%t.m.N)
	}
	return values, nil
}

func (t *fakeTask) value(row, column int) float64 {
	tensors, set, sum := workloads.Tensors(t.m), t.last%fakeSets, 0.0
	for k := range t.m.K {
		sum += tensors[0].At(t.seed, set, uint64(row*t.m.K+k)) * tensors[1].At(t.seed, set, uint64(k*t.m.N+column))
	}
	return workloads.Round(t.m.Type.Out(), sum)
}

func (t *fakeTask) Info() Info {
	return Info{Kernel: "float64 by definition", Libraries: map[string]string{"fake": "1"}, ItersHint: 1000, Sets: fakeSets, Threads: t.threads}
}

func (t *fakeTask) Close() error { t.runner.open--; return nil }
