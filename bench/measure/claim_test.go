package measure

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/runners"
)

// standIn is a runner in Python that lists the devices given as JSON and computes
// nothing: what finding needs of one.
const standIn = `
import json, os, sys, time
for line in sys.stdin:
    m = json.loads(line)
    if m["type"] == "hello":
        out = {"type": "hello", "id": m["id"], "protocol": 1, "runner": "stand-in", "version": "1", "clock_ns": time.monotonic_ns()}
    elif m["type"] == "devices" and sys.argv[1] == "none":
        out = {"type": "error", "id": m["id"], "code": "unavailable", "message": "not installed", "remedy": "install it"}
    elif m["type"] == "devices":
        out = {"type": "devices", "id": m["id"], "devices": json.loads(sys.argv[1]), "about": {"path": "/lib/x", "notes": json.loads(sys.argv[2])}}
    else:
        break
    print(json.dumps(out), flush=True)
`

// standIns are runners under the names of real ones.
func standIns(t *testing.T, devices map[string]string) *Job {
	t.Helper()
	if _, err := exec.LookPath("python3"); err != nil {
		t.Fatal("python3 is needed")
	}
	script := filepath.Join(t.TempDir(), "standin.py")
	require.NoError(t, os.WriteFile(script, []byte(standIn), 0o600))
	j := &Job{External: map[string][]string{}, Self: func(string) []string { return []string{"python3", script, "none", "[]"} }}
	for name, list := range devices {
		j.External[name] = []string{"python3", script, list, `["a note of ` + name + `: do something"]`}
	}
	return j
}

func card(id, name, match string) string {
	return fmt.Sprintf(`{"id":%q,"name":%q,"kind":"accelerator","match":%q}`, id, name, match)
}

const cpuDevice = `{"id":"cpu","name":"A CPU","kind":"cpu","match":"cpu"}`

// On a machine with a GPU and any of these installed a plain run measures the GPU,
// by the first in the order, and the CPU by cpu.
func TestTheDefaultChoiceHoldsTheOrder(t *testing.T) {
	gpu := "[" + card("cuda:0", "Example X100", "0000:41:00.0") + "," + cpuDevice + "]"
	order := []string{"cuda", "hip", "pjrt", "torch", "onednn", "opencl"}
	for from := range order {
		devices := map[string]string{"cpu": "[" + cpuDevice + "]"}
		for _, name := range order[:from] { // installed, and without a card
			devices[name] = "[" + cpuDevice + "]"
		}
		for _, name := range order[from:] {
			devices[name] = gpu
		}
		j := standIns(t, devices)
		plan, err := j.planDevices(j.find(context.Background(), func(string) {}))
		require.NoError(t, err)
		var got []string
		for _, d := range plan {
			got = append(got, d.Runner+" "+d.ID)
		}
		require.Equal(t, []string{order[from] + " cuda:0", "cpu cpu"}, got)
	}
}

func TestNamedRunnersKeepAllTheirDevices(t *testing.T) {
	gpu := "[" + card("cuda:0", "Example X100", "0000:41:00.0") + "," + cpuDevice + "]"
	j := standIns(t, map[string]string{"pjrt": gpu, "torch": gpu})
	j.Runners = []string{"pjrt", "torch"}
	plan, err := j.planDevices(j.find(context.Background(), func(string) {}))
	require.NoError(t, err)
	require.Len(t, plan, 4)
}

func TestProgramsOfTheUsersOwnAreMeasuredBesideTheDefault(t *testing.T) {
	gpu := "[" + card("x:0", "Example X100", "0000:41:00.0") + "]"
	j := standIns(t, map[string]string{"pjrt": gpu, "cpu": "[" + cpuDevice + "]", "mine": gpu})
	all := j.find(context.Background(), func(string) {})
	plan, err := j.planDevices(all)
	require.NoError(t, err)
	require.Len(t, plan, 3)
	require.Contains(t, notes(all), "pjrt: a note of pjrt: do something")
}

func TestEachAcceleratorIsLeftToTheFirstRunnerThatHasIt(t *testing.T) {
	dev := func(id, name, match string) runners.Device {
		return runners.Device{ID: id, Name: name, Kind: "accelerator", Match: match}
	}
	ids := func(devices []runners.Device) (out []string) {
		for _, d := range devices {
			out = append(out, d.ID)
		}
		return out
	}
	one := dev("a", "X100", "0000:17:00.0")
	for _, c := range []struct {
		what       string
		own, taken []runners.Device
		want       []string
	}{
		{"same address", []runners.Device{dev("0", "X", "00000000:17:00.0"), dev("1", "X", "0000:18:00.0")}, []runners.Device{one}, []string{"1"}},
		{"other spelling of the name, same address", []runners.Device{dev("0", "Y", "17:00.0")}, []runners.Device{one}, nil},
		{"no address: counted by name", []runners.Device{dev("0", "X100", ""), dev("1", "X100", "")}, []runners.Device{one}, []string{"1"}},
		{"a UUID and an address: counted by name", []runners.Device{dev("0", "X100", "GPU-1234"), dev("1", "Y", "GPU-5")}, []runners.Device{one}, []string{"1"}},
		{"two of a name, both taken", []runners.Device{dev("0", "X100", ""), dev("1", "X100", "")}, []runners.Device{one, dev("b", "X100", "0000:18:00.0")}, nil},
		{"nothing taken", []runners.Device{one}, nil, []string{"a"}},
		{"a CPU is for cpu", []runners.Device{{ID: "cpu", Kind: "cpu"}}, nil, nil},
	} {
		require.Equal(t, c.want, ids(unclaimed(c.own, c.taken)), c.what)
	}
}

// A runner that hangs while it loads its stack is given up, and told.
func TestARunnerThatBreaksWhileItIsAskedIsTold(t *testing.T) {
	j := standIns(t, map[string]string{"cpu": "[" + cpuDevice + "]"})
	j.External["pjrt"] = []string{"python3", "-c", "import sys; sys.exit('the driver is upset')"}
	all := j.find(context.Background(), func(string) {})
	require.Len(t, notes(all), 2)
	require.Contains(t, notes(all)[0], "pjrt: not used: ")
	require.Contains(t, notes(all)[0], "the driver is upset")
}

func TestANamedLibraryThatDoesNotServeIsAMistake(t *testing.T) {
	j := &Job{Libs: map[string]string{"pjrt": "/nowhere/x.so"}}
	err := j.misnamed([]found{{name: "pjrt", err: fmt.Errorf("%w: /nowhere/x.so is not there: look again", runners.ErrUnavailable)}, {name: "cpu"}})
	require.EqualError(t, err, "--lib pjrt: /nowhere/x.so is not there: look again")
	require.NoError(t, (&Job{}).misnamed([]found{{name: "pjrt", err: runners.ErrUnavailable}}))
}
