package runners

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"joulemark/workloads"
)

// talk gives a worker these lines and returns its answers. A bye ends it, so that
// the end of input, which would stop it in mid-work, never comes first.
func talk(t *testing.T, behaviour string, lines ...string) []map[string]any {
	t.Helper()
	var out bytes.Buffer
	in := io.MultiReader(strings.NewReader(strings.Join(append(lines, `{"type":"bye","id":99}`), "\n")+"\n"), never{})
	require.NoError(t, newSession(fakeEntry(behaviour), Setup{}, &out).serve(in, func() {}))
	var answers []map[string]any
	for line := range strings.Lines(out.String()) {
		var m map[string]any
		d := json.NewDecoder(strings.NewReader(line))
		d.UseNumber()
		require.NoError(t, d.Decode(&m), line)
		answers = append(answers, m)
	}
	return answers
}

// never is an open input that says nothing.
type never struct{}

func (never) Read([]byte) (int, error) { select {} }

func prepareLine(t *testing.T, wl workloads.Workload) string {
	t.Helper()
	encoded, err := workloads.Encode(wl)
	require.NoError(t, err)
	line, err := json.Marshal(prepareRequest{header{kindPrepare, 2}, encoded, "cpu", 42, 1, ""})
	require.NoError(t, err)
	return string(line)
}

func TestSession(t *testing.T) {
	prepare := prepareLine(t, small)
	answers := talk(t, "honest",
		`{"type":"hello","id":1,"protocol":1,"colour":"red"}`,
		prepare, prepare,
		`{"type":"run","id":3,"min_ns":0,"min_iters":5}`,
		`{"type":"verify","id":4,"points":[0,47]}`,
		`{"type":"dance","id":5}`,
		`{"type":"devices","id":6}`)
	types := []any{"hello", "prepared", "prepared", "result", "values", "error", "devices"}
	require.Len(t, answers, len(types))
	for i, want := range types {
		require.Equal(t, want, answers[i]["type"], answers[i])
	}
	require.Equal(t, json.Number("4"), answers[4]["id"])
	require.Len(t, answers[4]["values"], 2)
	require.Equal(t, `no request is called "dance": PROTOCOL.md lists them`, answers[5]["message"])
}

func TestSessionRefuses(t *testing.T) {
	prepare := prepareLine(t, small)
	run := `{"type":"run","id":3,"min_ns":0,"min_iters":1}`
	many := strings.Repeat("0,", maxPoints) + "0"
	test := func(code, message string, lines ...string) {
		t.Helper()
		answers := talk(t, "honest", lines...)
		last := answers[len(answers)-1]
		require.Equal(t, "error", last["type"], last)
		require.Equal(t, code, last["code"], last)
		require.Contains(t, last["message"], message)
	}
	test("failed", "a request is no message", `hello`)
	test("failed", "a request is no message", ``)
	test("failed", "the request cannot be read", `{"type":"run","id":1,"min_ns":1e3}`)
	test("failed", "the request cannot be read", `{"type":"prepare","id":1,"seed":-1}`)
	test("unsupported", "speaks protocol 1 and was asked for 2", `{"type":"hello","id":1,"protocol":2}`)
	test("unsupported", "workload kind", `{"type":"prepare","id":1,"device":"cpu","workload":{"kind":"poem","version":1}}`)
	test("unavailable", `no device "gpu"`, strings.Replace(prepare, `"device":"cpu"`, `"device":"gpu"`, 1))
	test("failed", "min_ns -1", prepare, `{"type":"run","id":3,"min_ns":-1,"min_iters":1}`)
	test("failed", "8193 points in one request", prepare, run, `{"type":"verify","id":4,"points":[`+many+`]}`)
	test("failed", "nothing has run yet", prepare, run, prepare, `{"type":"verify","id":4,"points":[0]}`)
}

func TestSessionEndsWithInput(t *testing.T) {
	var out bytes.Buffer
	ended := make(chan bool, 1)
	require.NoError(t, newSession(fakeEntry("honest"), Setup{}, &out).serve(strings.NewReader(""), func() { ended <- true }))
	require.Len(t, ended, 1)
}

func TestSessionLineTooLong(t *testing.T) {
	var out bytes.Buffer
	err := newSession(fakeEntry("honest"), Setup{}, &out).serve(strings.NewReader(strings.Repeat("x", maxLine+1)), func() {})
	require.ErrorIs(t, err, ErrFailed)
	require.ErrorContains(t, err, "token too long")
}

// A conductor that no longer reads ends the worker, which has nobody to work for.
func TestSessionWithoutReader(t *testing.T) {
	in := io.MultiReader(strings.NewReader("{\"type\":\"devices\",\"id\":1}\n"), never{})
	err := newSession(fakeEntry("honest"), Setup{}, brokenPipe{}).serve(in, func() {})
	require.ErrorIs(t, err, errBroken)
}

var errBroken = errors.New("broken pipe")

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errBroken }

// An answer that JSON cannot carry is a failure of that request alone.
func TestSessionOddInfo(t *testing.T) {
	var out bytes.Buffer
	s := newSession(Entry{Name: "odd"}, Setup{}, &out)
	require.ErrorContains(t, s.write(preparedAnswer{Info: Info{ItersHint: inf}}), "the answer cannot be written")
	require.ErrorContains(t, s.write(errorAnswer{Message: strings.Repeat("x", maxLine)}), "the answer has")
	require.Empty(t, out.String())
}
