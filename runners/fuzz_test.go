package runners

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"joulemark/workloads"
)

// Whatever a runner writes, the conductor takes it or refuses it, and what it
// takes keeps the promises that later code relies on.
func FuzzProtocolLine(f *testing.F) {
	for line := range strings.Lines(block(f, "transcript")) {
		f.Add([]byte(strings.TrimSpace(line[3:])))
	}
	f.Add([]byte(`{"type":"result","id":1,"start_ns":1000,"end_ns":9223372036854775807,"iters":1}`))
	f.Add([]byte(`{"type":"values","values":[null,1e308,-0]}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		h, err := parseHeader(line)
		if err != nil {
			return
		}
		require.NotEmpty(t, h.Type)
		requireHonest(t, line)
		if r, err := parseResult(h.Type, line, 10, 2, 1000, 2000); err == nil {
			require.True(t, 1000 <= r.StartNS && r.StartNS+10 <= r.EndNS && r.EndNS <= 2000 && r.Iters >= 2 && r.Iters <= 1000, "%+v", r)
		}
		if i, err := parsePrepared(h.Type, line); err == nil {
			require.True(t, i.Sets >= 2 && i.ItersHint > 0 && !math.IsInf(i.ItersHint, 0) && i.MemoryBytes >= 0 && i.Threads >= 0, "%+v", i)
			require.True(t, i.Kernel != "" && i.Kernel == printable(i.Kernel))
		}
		if hello, err := parseHello(h.Type, line, 100, 200); err == nil {
			require.Equal(t, Protocol, hello.Protocol)
		}
		if values, err := appendValues(nil, 3, h.Type, line); err == nil {
			require.Len(t, values, 3)
			require.False(t, math.IsInf(values[0], 0))
		}
		if devices, _, err := parseDevices(h.Type, line); err == nil && len(devices) > 0 {
			require.NotEmpty(t, devices[0].ID)
		}
	})
}

func requireHonest(t *testing.T, line []byte) {
	if e, err := parseError(line); err == nil {
		require.NotEmpty(t, e.text)
		require.NotNil(t, e.sentinel)
		require.NotContains(t, e.text, "\n")
	}
}

// Whatever a conductor writes, a worker answers each line with one message, or
// ends on bye.
func FuzzServeLine(f *testing.F) {
	for line := range strings.Lines(block(f, "transcript")) {
		f.Add([]byte(strings.TrimSpace(strings.Replace(line[3:], `"gpu:0"`, `"cpu"`, 1))))
	}
	f.Add([]byte(`{"type":"run","id":-1,"min_ns":-5}`))
	f.Add([]byte(`{"type":"verify","id":1,"points":[-1,9e9]}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		var run runRequest
		if json.Unmarshal(line, &run) == nil && run.MinIters > 1000 {
			return // done as asked, which takes its time
		}
		var out bytes.Buffer
		s := newSession(Entry{Name: "fuzz", Open: func(Setup) (Runner, error) { return fuzzRunner{}, nil }}, Setup{}, &out)
		defer s.close()
		var now int64
		s.now = func() int64 { now += 1e17; return now }
		s.task = &fuzzTask{} // as after prepare
		over := s.handle(line)
		var a header
		if over {
			require.Empty(t, out.Bytes())
			return
		}
		require.Equal(t, 1, bytes.Count(out.Bytes(), []byte("\n")))
		require.NoError(t, json.Unmarshal(out.Bytes(), &a))
		require.NotEmpty(t, a.Type)
	})
}

// fuzzRunner takes every workload and computes none.
type fuzzRunner struct{}

func (fuzzRunner) Devices() ([]Device, error) { return []Device{{ID: "cpu", Kind: "cpu"}}, nil }

func (fuzzRunner) Prepare(Device, workloads.Workload, Options) (Task, error) { return &fuzzTask{}, nil }

type fuzzTask struct{ fakeTask }

func (*fuzzTask) Run(context.Context, int, int) error { return nil }

func (*fuzzTask) Values(points []Point) ([]float64, error) { return make([]float64, len(points)), nil }

func (*fuzzTask) Close() error { return nil }
