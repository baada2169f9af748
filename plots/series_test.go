package plots

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSeriesLabels(t *testing.T) {
	names := map[string]string{"gpu:0": "Example GPU"}
	cases := []struct {
		name string
		ids  []identity
		want []string
	}{
		{"one", []identity{{model: "m", runner: "cpu"}}, []string{"cpu"}},
		{"runners", []identity{{runner: "cpu", device: "cpu"}, {runner: "onednn", device: "cpu"}}, []string{"cpu", "onednn"}},
		{"named device", []identity{{runner: "cuda", device: "gpu:0"}, {runner: "cpu", device: "cpu"}}, []string{"cuda · Example GPU", "cpu · cpu"}},
		{"bare ids, not needed", []identity{{runner: "cpu", device: "cpu"}, {runner: "opencl", device: "pocl"}}, []string{"cpu", "opencl"}},
		{"bare ids, needed", []identity{{runner: "opencl", device: "a"}, {runner: "opencl", device: "b"}}, []string{"a", "b"}},
		{"machines", []identity{{model: "x", runner: "cpu", run: "1"}, {model: "y", runner: "cpu", run: "2"}}, []string{"x", "y"}},
		{"same machine twice", []identity{{model: "x", runner: "cpu", run: "1"}, {model: "x", runner: "cpu", run: "2"}}, []string{"1", "2"}},
		{"threads", []identity{{runner: "cpu", threads: "1 threads"}, {runner: "cpu", threads: "8 threads"}}, []string{"1 threads", "8 threads"}},
		{"limits", []identity{{runner: "cuda", limit: "300 W limit"}, {runner: "cuda", limit: "700 W limit"}}, []string{"300 W limit", "700 W limit"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, seriesLabels(c.ids, names)) })
	}
}
