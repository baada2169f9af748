package runners

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"joulemark/workloads"
)

// python finds the interpreter that the external runners of the tests need.
func python(t *testing.T) string {
	t.Helper()
	path := interpreter()
	if path == "" {
		require.NotEqual(t, "1", os.Getenv("JOULEMARK_CI"), "continuous integration installs python3")
		t.Skip("python3 is not here: install it to test external runners")
	}
	return path
}

// interpreter asks python3 what it really is: version managers put a script in
// its place, which is slow to start.
var interpreter = sync.OnceValue(func() string {
	path, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(path))
})

var errWrong = errors.New("the values are wrong")

// drive takes a runner through a whole step, as the measuring loop does.
func drive(ctx context.Context, w *Worker, wl workloads.Workload) error {
	const seed = 42
	devices, err := w.Devices(ctx)
	if err != nil {
		return err
	}
	info, err := w.Prepare(ctx, devices[0].ID, wl, Options{Seed: seed})
	if err != nil {
		return err
	}
	last, err := twoWindows(ctx, w)
	if err != nil {
		return err
	}
	c := workloads.NewChecker(seed)
	points := c.Points(wl, 7)
	values, err := w.Verify(ctx, points)
	if err != nil {
		return err
	}
	ratio, err := c.Ratio(wl, (last.Iters-1)%info.Sets, points, values)
	if err == nil && !(ratio <= 1) {
		err = fmt.Errorf("%w: error ratio %v", errWrong, ratio)
	}
	return err
}

func twoWindows(ctx context.Context, w *Worker) (last Result, err error) {
	first, err := w.Submit(2, 2)
	if err != nil {
		return last, err
	}
	second, err := w.Submit(2, 2)
	if err != nil {
		return last, err
	}
	if _, err := first.Wait(ctx, 0); err != nil {
		return last, err
	}
	return second.Wait(ctx, 0)
}

// wicked drives one fault and returns what was said of it. Whatever happened,
// nothing of the worker's process group may be left.
func wicked(t *testing.T, mode string, limits Limits) (w *Worker, err error) {
	t.Helper()
	set(&limits.Exit, patient)
	w = newWorker(Launch{Runner: "wicked", Argv: []string{python(t), "-B", "testdata/wicked.py", mode}, Limits: limits})
	require.NoError(t, w.spawn())
	if err = w.greet(t.Context()); err == nil {
		err = drive(t.Context(), w, workloads.Matmul{M: 6, N: 4, K: 64, Type: workloads.FP32})
	}
	if closing := w.Close(); err == nil {
		err = closing
	}
	requireGone(t, w.Group())
	return w, err
}

// patient is for what must not fail on a slow machine and takes no time on a
// quick one.
const patient = time.Minute

// soon limits one thing; the others keep the protocol's limits, so that a slow
// machine makes no test fail.
const soon = 300 * time.Millisecond

func TestWickedRunners(t *testing.T) {
	python(t)
	test := func(mode string, limits Limits, sentinel error, text string) {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			_, err := wicked(t, mode, limits)
			require.ErrorIs(t, err, sentinel)
			require.ErrorContains(t, err, text)
			require.NotContains(t, err.Error(), "\n")
			require.NotContains(t, err.Error(), "\x1b")
		})
	}
	none := Limits{}

	test("wrong_values", none, errWrong, "error ratio")
	test("half_work", none, errWrong, "error ratio")
	test("stale_work", none, errWrong, "error ratio")
	test("truncated_type", none, errWrong, "error ratio")
	test("double_iters", none, errWrong, "error ratio")
	test("wrong_seed", none, errWrong, "error ratio")
	test("transposed", none, errWrong, "error ratio")

	test("null_values", none, errWrong, "error ratio +Inf")
	test("nan_token", none, ErrFailed, "a line is no message")
	test("infinity_token", none, ErrFailed, "a line is no message")
	test("infinity_overflow", none, ErrFailed, `"1e999" is no finite number`)
	test("text_values", none, ErrFailed, "is no finite number")
	test("few_values", none, ErrFailed, "23 values came for 24 points")
	test("many_values", none, ErrFailed, "25 values came for 24 points")

	test("wall_clock", none, ErrFailed, "it is not CLOCK_MONOTONIC")
	test("no_clock", none, ErrFailed, "hello lacks")
	test("backwards", none, ErrFailed, "ns and 2 were asked")
	test("no_time", none, ErrFailed, "lasted 0 ns")
	test("early", none, ErrFailed, "when it could run")
	test("negative", none, ErrFailed, "when it could run")
	test("late", none, ErrFailed, "when it could run")
	test("overlap", none, ErrFailed, "when it could run")
	test("short", none, ErrFailed, "lasted 1 ns and 2 were asked")
	test("few_iters", none, ErrFailed, "1 iterations were done and 2 asked")
	test("huge_iters", none, ErrFailed, "no iteration takes less than 1 ns")
	test("beyond_iters", none, ErrFailed, "result cannot be read")
	test("half_iters", none, ErrFailed, "result cannot be read")
	test("text_iters", none, ErrFailed, "result cannot be read")
	test("no_iters", none, ErrFailed, "result lacks")
	test("null_stamp", none, ErrFailed, "result lacks")

	test("protocol_two", none, ErrFailed, "it speaks protocol 2 and this program 1")
	test("nameless", none, ErrFailed, "hello lacks")
	test("no_devices", none, ErrUnavailable, "sees no device")
	test("twin_devices", none, ErrFailed, `two devices have the id "cpu"`)
	test("odd_device", none, ErrFailed, `of kind "toaster"`)
	test("nameless_device", none, ErrFailed, `device 0 has the id ""`)
	test("one_set", none, ErrFailed, "rotate over two sets at least")
	test("no_hint", none, ErrFailed, "iters_hint is 0")
	test("zero_hint", none, ErrFailed, "iters_hint is 0")
	test("no_kernel", none, ErrFailed, "prepared names no kernel")

	test("wrong_id", none, ErrFailed, "where run has id")
	test("old_id", none, ErrFailed, `it sent "result" with id 1 where run has id 4`)
	test("swapped", none, ErrFailed, `it sent "result" with id 5 where run has id 4`)
	test("unasked", none, ErrFailed, `it sent "prepared"`)
	test("unknown_type", none, ErrFailed, `the answer is "success", not "result"`)
	test("wrong_type", none, ErrFailed, `the answer is "values", not "result"`)
	test("no_type", none, ErrFailed, "a line has no type")
	test("odd_error", none, ErrFailed, `error has the code "oops"`)
	test("empty_error", none, ErrFailed, `the message ""`)
	test("rubbish", none, ErrFailed, `a line is no message: "Using device 0: \x1b[31mToaster"`)
	test("array", none, ErrFailed, "a line is no message")
	test("half_line", none, ErrFailed, "a line is no message")

	test("flood_line", none, ErrFailed, "a line is longer than 1048576 bytes")
	test("flood_blank", none, ErrFailed, `a line is no message: ""`)
	test("flood_progress", none, ErrFailed, "more than 16777216 bytes came without an answer")

	test("hang_hello", Limits{Hello: soon}, ErrFailed, "no answer to hello within 300ms and was killed")
	test("hang_devices", Limits{Devices: soon}, ErrFailed, "no answer to devices within 300ms")
	test("hang_prepare", Limits{Prepare: soon}, ErrFailed, "no answer to prepare within 300ms")
	test("hang_run", Limits{RunSlack: soon}, ErrFailed, "no answer to run within 300ms")
	test("hang_verify", Limits{Verify: soon}, ErrFailed, "no answer to verify within 300ms")
	test("mute", Limits{Exit: soon}, ErrFailed, "it closed its stdout without ending")
	test("deaf", Limits{Exit: soon}, ErrFailed, "it did not end within 300ms of bye and was killed")

	test("exit_hello", none, ErrFailed, "ended during hello (exit status 1)")
	test("exit_devices", none, ErrFailed, "ended during devices (exit status 3)")
	test("kill_prepare", none, ErrFailed, "ended during prepare (signal: killed)")
	test("kill_run", none, ErrFailed, "ended during run (signal: killed)")
	test("abort_verify", none, ErrFailed, "ended during verify (signal: aborted)")
	test("orphan", Limits{Exit: soon}, ErrFailed, "ended during run (signal: killed)")
	test("hang_with_child", Limits{RunSlack: soon}, ErrFailed, "no answer to run within 300ms")
}

// Faults that break nothing: the step succeeds and the group still ends.
func TestTolerated(t *testing.T) {
	for _, mode := range []string{"none", "flood_stderr", "leave_child"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			w, err := wicked(t, mode, Limits{})
			require.NoError(t, err)
			if mode == "flood_stderr" {
				lines := strings.Split(w.StderrTail(), "\n")
				require.Len(t, lines, tailLines)
				require.True(t, strings.HasPrefix(lines[tailLines-1], "line 19999 "), lines[tailLines-1])
			}
		})
	}
}

// A worker that dies in hello leaves nobody to ask for its stderr.
func TestLastWords(t *testing.T) {
	_, err := wicked(t, "exit_hello", Limits{})
	require.ErrorContains(t, err, `last saying "no such library: libmarvel.so.3"`)
}
