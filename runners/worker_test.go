package runners

import (
	"context"
	"fmt"
	"math"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"joulemark/workloads"
)

var small = workloads.Matmul{M: 8, N: 6, K: 64, Type: workloads.FP32}

// startFake starts this test binary as a worker of the fake runner.
func startFake(t *testing.T, behaviour string, limits Limits) *Worker {
	t.Helper()
	set(&limits.Exit, patient)
	w, err := Start(t.Context(), Launch{Runner: "fake", Argv: []string{os.Args[0]}, Env: []string{fakeWorker + "=" + behaviour}, Limits: limits})
	require.NoError(t, err)
	t.Cleanup(w.Kill)
	return w
}

func prepared(t *testing.T, w *Worker, wl workloads.Workload, seed uint64) Info {
	t.Helper()
	info, err := w.Prepare(t.Context(), "cpu", wl, Options{Seed: seed, Threads: 2})
	require.NoError(t, err)
	return info
}

func TestWorkerOfOurOwn(t *testing.T) {
	w := startFake(t, "honest", Limits{})
	require.Equal(t, Hello{Runner: "fake", Version: "0.0.1", Protocol: 1}, w.Hello())
	devices, err := w.Devices(t.Context())
	require.NoError(t, err)
	require.Equal(t, []Device{{ID: "cpu", Name: "Fake", Kind: "cpu", Match: "cpu"}}, devices)
	info := prepared(t, w, small, math.MaxInt64)
	require.Equal(t, Info{Kernel: "float64 by definition", Libraries: map[string]string{"fake": "1"}, ItersHint: 1000, Sets: 3, Threads: 2}, info)

	results := windows(t, w, 3, 5e6, 7)
	for i, r := range results {
		require.GreaterOrEqual(t, r.EndNS-r.StartNS, int64(5e6))
		require.GreaterOrEqual(t, r.Iters, 7)
		if i > 0 {
			require.GreaterOrEqual(t, r.StartNS, results[i-1].EndNS)
		}
	}
	require.LessOrEqual(t, ratio(t, w, small, math.MaxInt64, (results[2].Iters-1)%3), 1.0)
	require.Greater(t, ratio(t, w, small, math.MaxInt64, results[2].Iters%3), 1.0, "the next set's values are other values")
	require.Contains(t, w.StderrTail(), "working", "what is printed to stdout goes to stderr")
	require.False(t, w.Dead())
	require.NoError(t, w.Close())
	require.True(t, w.Dead())
	require.NoError(t, w.Close(), "closing twice is no error")
}

// windows submits all windows before it waits for the first.
func windows(t *testing.T, w *Worker, n int, minNS int64, minIters int) (results []Result) {
	t.Helper()
	var pending []*Pending
	for range n {
		p, err := w.Submit(minNS, minIters)
		require.NoError(t, err)
		pending = append(pending, p)
	}
	for _, p := range pending {
		r, err := p.Wait(t.Context(), time.Minute)
		require.NoError(t, err)
		results = append(results, r)
	}
	return results
}

// ratio asks for values and holds them against the reference of that set.
func ratio(t *testing.T, w *Worker, wl workloads.Workload, seed uint64, set int) float64 {
	t.Helper()
	c := workloads.NewChecker(seed)
	points := c.Points(wl, 1)
	values, err := w.Verify(t.Context(), points)
	require.NoError(t, err)
	r, err := c.Ratio(wl, set, points, values)
	require.NoError(t, err)
	return r
}

// A window cannot have begun before it was asked for, however early the window
// before it ended.
func TestWindowsBeginAfterTheirRequest(t *testing.T) {
	var w Worker
	w.runEndNS = 500
	var got []error
	for _, startNS := range []int64{999, 1000} {
		p := &Pending{worker: &w}
		line := fmt.Appendf(nil, `{"type":"result","id":1,"start_ns":%d,"end_ns":1900,"iters":1}`, startNS)
		got = append(got, p.accept(1, 1)(kindResult, line, 1000, 2000))
		w.runEndNS = 500
	}
	require.ErrorContains(t, got[0], "when it could run")
	require.NoError(t, got[1])
}

func TestVerifyInParts(t *testing.T) {
	w := startFake(t, "honest", Limits{})
	prepared(t, w, small, 1)
	windows(t, w, 1, 1, 1)
	points := make([]Point, 2*maxPoints+5)
	for i := range points {
		points[i] = Point(i % (small.M * small.N))
	}
	values, err := w.Verify(t.Context(), points)
	require.NoError(t, err)
	require.Len(t, values, len(points))
	for i, v := range values {
		require.Equal(t, values[i%(small.M*small.N)], v)
	}
}

func TestTheThreeErrors(t *testing.T) {
	layer := workloads.Layer{Model: "gpt2-small", Phase: workloads.Decode, Context: 8, Type: workloads.FP32}
	test := func(behaviour string, step func(*Worker) error, sentinel error, text string) {
		t.Helper()
		w := startFake(t, behaviour, Limits{})
		err := step(w)
		require.ErrorIs(t, err, sentinel)
		require.EqualError(t, err, text)
		require.False(t, w.Dead(), "an honest error leaves the worker alive")
		_, err = w.Prepare(t.Context(), "cpu", layer, Options{})
		require.Error(t, err)
		require.False(t, w.Dead())
	}
	devices := func(w *Worker) error { _, err := w.Devices(t.Context()); return err }
	prepare := func(device string, wl workloads.Workload, o Options) func(*Worker) error {
		return func(w *Worker) error { _, err := w.Prepare(t.Context(), device, wl, o); return err }
	}
	run := func(w *Worker) error {
		p, err := w.Submit(1, 1)
		require.NoError(t, err)
		_, err = p.Wait(t.Context(), time.Minute)
		return err
	}
	prepareAndRun := func(w *Worker) error { prepared(t, w, small, 1); return run(w) }
	verify := func(w *Worker) error { _, err := w.Verify(t.Context(), []Point{0}); return err }
	test("missing", devices, ErrUnavailable, "unavailable: runner fake: libfake.so.1 is not here: install the package fake")
	test("honest", prepare("cpu", layer, Options{}), ErrUnsupported, "unsupported: runner fake: "+layer.Name()+": choose a matmul")
	test("honest", prepare("gpu", small, Options{}), ErrUnavailable, `unavailable: runner fake: no device "gpu": choose one of cpu`)
	test("honest", prepare("cpu", small, Options{Seed: 1 << 63}), ErrUnsupported, "unsupported: seed 9223372036854775808 does not fit the protocol: choose one below 2^63")
	test("panic in prepare", prepare("cpu", small, Options{}), ErrFailed, "failed: runner fake: prepare panicked: no more ideas: please report it")
	test("panic in run", prepareAndRun, ErrFailed, "failed: runner fake: run panicked: no more ideas: please report it")
	test("failing run", prepareAndRun, ErrFailed, "failed: runner fake: the device fell off the bus: restart the machine")
	test("honest", run, ErrFailed, "failed: runner fake: nothing is prepared: send prepare before run")
	test("honest", verify, ErrFailed, "failed: runner fake: nothing has run yet: send run before verify")
}

func TestCancelKills(t *testing.T) {
	w := startFake(t, "stuck run", Limits{})
	prepared(t, w, small, 1)
	p, err := w.Submit(1, 1)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = p.Wait(ctx, time.Hour)
	require.ErrorIs(t, err, ErrFailed)
	require.ErrorIs(t, err, context.Canceled)
	require.True(t, w.Dead())
	requireGone(t, w.cmd.Process.Pid)
	_, err = w.Submit(1, 1)
	require.ErrorIs(t, err, context.Canceled, "the reason stays")
}

func TestStdinEndsInMidWindow(t *testing.T) {
	w := startFake(t, "stuck run", Limits{})
	prepared(t, w, small, 1)
	_, err := w.Submit(1, 1)
	require.NoError(t, err)
	require.NoError(t, w.stdin.Close())
	require.True(t, within(patient, w.exited), "the worker ends by itself")
	require.True(t, w.cmd.ProcessState.Success())
}

func TestStartErrors(t *testing.T) {
	test := func(argv []string, sentinel error, text string) {
		t.Helper()
		_, err := Start(t.Context(), Launch{Runner: "x", Argv: argv, Limits: Limits{Exit: patient}})
		require.ErrorIs(t, err, sentinel)
		require.ErrorContains(t, err, text)
	}
	test([]string{"/does/not/exist"}, ErrUnavailable, "see that the program exists")
	test([]string{"no-such-program-anywhere"}, ErrUnavailable, "executable file not found")
	test([]string{"true"}, ErrFailed, "(exit status 0)")
	test([]string{"sh", "-c", "echo no libmarvel >&2; exit 5"}, ErrFailed, "(exit status 5)")
	test([]string{"cat"}, ErrFailed, "hello lacks protocol, clock_ns or runner")
	test([]string{"echo", "hello world"}, ErrFailed, "a line is no message")
}
