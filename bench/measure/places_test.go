package measure

import (
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/results"
	"joulemark/runners"
)

func TestStoredTextsHoldNoPathOfTheUser(t *testing.T) {
	for text, want := range map[string]string{
		"also installed is /home/me/venv/x.so, /srv/y.so: choose":          "also installed is …/x.so, …/y.so: choose",
		`File "/home/me/a.py", line 3`:                                     `File "…/a.py", line 3`,
		"sudo chmod a+r /sys/class/powercap/*/energy_uj":                   "sudo chmod a+r /sys/class/powercap/*/energy_uj",
		"also found /usr/lib/libblis.so.4: choose":                         "also found /usr/lib/libblis.so.4: choose",
		"matmul/fp32/m=2/n=3/k=4 at 3 GFLOP/s from https://a.example/home": "matmul/fp32/m=2/n=3/k=4 at 3 GFLOP/s from https://a.example/home",
	} {
		require.Equal(t, want, withoutPlaces(text))
	}
	all := []found{{name: "pjrt", devices: []runners.Device{{ID: "cpu"}}, about: runners.About{Path: "/home/me/x.so", Notes: []string{"see /home/me/y.so"}}}}
	require.Equal(t, results.Stack{File: "x.so", Notes: []string{"see …/y.so"}}, stacks(all)["pjrt"])
}

// Trials of two libraries are not repetitions of one measurement.
func TestARunGoesOnWithTheLibraryItBeganWith(t *testing.T) {
	was := results.Stack{File: "libdnnl.so.3", Version: "3.2.0"}
	require.NoError(t, sameStack("onednn", was, was))
	require.EqualError(t, sameStack("onednn", was, results.Stack{File: "libdnnl.so.2", Version: "2.6.3"}),
		"runner onednn had libdnnl.so.3 3.2.0 and would go on with libdnnl.so.2 2.6.3: name the one of the run with --lib onednn=PATH, or start a new run")
}
