package runners

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"joulemark/runners/internal/parts"
)

// checked are the lines of a check.
func checked(t *testing.T, l Launch) (right bool, lines []string) {
	t.Helper()
	set(&l.Limits.Exit, patient)
	right = Check(t.Context(), l, func(line CheckLine) { lines = append(lines, line.String()) })
	return right, lines
}

func requireRight(t *testing.T, l Launch) {
	t.Helper()
	right, lines := checked(t, l)
	require.True(t, right, strings.Join(lines, "\n"))
	require.NotContains(t, strings.Join(lines, "\n"), "FAIL")
	require.Greater(t, len(lines), 20)
}

func TestCheckOfHonestRunners(t *testing.T) {
	t.Run("skeleton", func(t *testing.T) {
		requireRight(t, Launch{Runner: "skeleton", Argv: []string{python(t), "-B", "external/skeleton.py"}})
	})
	t.Run("python", func(t *testing.T) {
		requireRight(t, Launch{Runner: "python", Argv: []string{python(t), "-B", "testdata/runner.py"}})
	})
	t.Run("cpu", func(t *testing.T) {
		requireRight(t, Launch{Runner: "cpu", Argv: []string{os.Args[0]}, Env: []string{fakeWorker + "=cpu"}})
	})
	t.Run("torch", func(t *testing.T) {
		requireRight(t, Launch{Runner: "torch", Argv: []string{os.Args[0]}, Env: []string{fakeWorker + "=torch", fakeLib + "=" + parts.Python(t),
			fakeThreadCount + "=1", "CUDA_VISIBLE_DEVICES=", "XDG_CACHE_HOME=" + t.TempDir()}})
	})
}

// The skeleton is what a newcomer copies: short, and in the standard library.
func TestSkeletonIsShort(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("external", "skeleton.py"))
	require.NoError(t, err)
	code := 0
	for line := range strings.Lines(string(b)) {
		if strings.TrimSpace(line) != "" {
			code++
		}
	}
	require.LessOrEqual(t, code, 70)
}

// Each fault gives the line that says what is wrong, where PROTOCOL.md says what is
// right, and what to do.
func TestCheckOfWickedRunners(t *testing.T) {
	python(t)
	test := func(mode string, limits Limits, wants ...string) {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			right, lines := checked(t, Launch{Runner: "wicked", Argv: []string{python(t), "-B", "testdata/wicked.py", mode}, Limits: limits})
			require.False(t, right)
			failed := ""
			for _, l := range lines {
				if strings.HasPrefix(l, "FAIL") {
					failed += l + "\n"
					require.Regexp(t, `: .+ \(PROTOCOL.md section \d+\)$`, l)
				}
			}
			for _, want := range wants {
				require.Contains(t, failed, want)
			}
		})
	}
	none := Limits{}
	const values = "the values of operand set 1 are wrong"
	test("wrong_values", none, values)
	test("half_work", none, values)
	test("stale_work", none, "two iterations on two of 3 sets")
	test("truncated_type", none, "matmul in fp32: two iterations")
	test("double_iters", none, "are wrong")
	test("wrong_seed", none, values)
	test("double_seed", none, values)
	test("zero_set", none, values)
	test("transposed", none, values)
	test("continued", none, "each run counts its iterations from 0")
	test("sorted_points", none, "verify answers its points in their order")
	test("short_digits", none, "keep their digits: the longest fp64 value has 9 digits")
	test("null_values", none, "a value is null")
	test("nan_token", none, "a line is no message")
	test("few_values", none, "values came for")
	test("wall_clock", none, "so it is not CLOCK_MONOTONIC")
	test("backwards", none, "the window lasted -")
	test("short", none, "a window lasts min_ns at least: run: the window lasted 99999999 ns and 100000000 were asked", "lasted -1 ns and 0 were asked")
	test("few_iters", none, "1 iterations were done and 2 asked")
	test("gap", none, "passed between two of them")
	test("leak", none, "its memory grew by")
	test("strict", none, "fields that it does not know are ignored")
	test("anything", none, "an unknown kind of workload is unsupported: it prepared it", "an unknown sparsity is unsupported: it prepared it")
	test("odd_error", none, `error has the code "oops"`)
	test("many_threads", none, "one thread was asked for and it says that it uses 64")
	test("one_set", none, "rotate over two sets at least")
	test("wrong_id", none, "with id")
	test("rubbish", none, `"Using device 0:`)
	test("prints", none, "a line is no message")
	test("no_devices", none, "devices: at least one")
	test("changing_devices", none, "asked twice, it answered two things")
	test("kill_run", none, "ended during run (signal: killed)")
	test("exit_hello", none, "ended during hello (exit status 1)")
	test("deaf", Limits{Exit: soon}, "it ends after bye", "it ends when stdin does, in mid-window too: it went on")
	test("stays", Limits{Exit: soon}, "it ends after bye")
	test("hang_prepare", Limits{Prepare: soon}, "no answer to prepare within 300ms")
	test("refuses", none, "it supports no workload at all")
}

func TestCheckOfWhatIsNotThere(t *testing.T) {
	right, lines := checked(t, Launch{Runner: "x", Argv: []string{"/does/not/exist"}})
	require.False(t, right)
	require.Len(t, lines, 1)
	require.Contains(t, lines[0], "FAIL  hello")
	require.Contains(t, lines[0], "/does/not/exist")
}

func TestCheckStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.False(t, Check(ctx, Launch{Runner: "python", Argv: []string{python(t), "-B", "testdata/runner.py"}}, func(CheckLine) {}))
}
