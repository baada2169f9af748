package pjrt

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"joulemark/runners/internal/dl"
	"joulemark/runners/internal/pjrt/standin"
	"joulemark/workloads"
)

// product is a program of one matmul, as short as the text can be.
func product(m workloads.Matmul) string {
	return strings.NewReplacer("M", strconv.Itoa(m.M), "N", strconv.Itoa(m.N), "K", strconv.Itoa(m.K)).Replace(
		`func.func @main(%a: tensor<MxKxf32>, %b: tensor<KxNxf32>) -> tensor<MxNxf32> {
	%c = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<MxKxf32>, tensor<KxNxf32>) -> tensor<MxNxf32>
	return %c : tensor<MxNxf32> }`)
}

const seed = 7

// compute takes a workload through everything that a runner does with it, and gives
// the error of the first step that has one.
func compute(p *Plugin, m workloads.Matmul, inFlight int) error {
	c, err := p.NewClient()
	if err != nil {
		return err
	}
	e, err := c.Compile(product(m), c.Devices[0], nil)
	if err != nil {
		return err
	}
	task, err := NewTask(Job{Executable: e, Inputs: workloads.Tensors(m), Output: m.Type.Out(), OutputLen: m.M * m.N, Seed: seed, Sets: 3, InFlight: inFlight})
	if err != nil {
		return err
	}
	return errors.Join(verify(task, m), task.Close())
}

// verify launches more than the ring holds, twice, and checks the values after each.
func verify(task *Task, m workloads.Matmul) error {
	for _, iters := range []int{1, 2*len(task.ring) + 2} {
		for i := range iters {
			if err := task.Launch(i % task.Sets); err != nil {
				return err
			}
		}
		if err := task.Finish(); err != nil {
			return err
		}
		if err := check(task, m, (iters-1)%task.Sets); err != nil {
			return err
		}
	}
	return nil
}

func check(task *Task, w workloads.Workload, set int) error {
	c := workloads.NewChecker(seed)
	points := c.Points(w, 3)
	values, err := task.Values(points)
	if err != nil {
		return err
	}
	ratio, err := c.Ratio(w, set, points, values)
	if err == nil && ratio > 1 {
		return errors.New("wrong values")
	}
	return err
}

var small = workloads.Matmul{M: 5, N: 4, K: 9, Type: workloads.FP32}

func TestStandInsOfOtherVersions(t *testing.T) {
	for name, c := range map[string]struct {
		variant standin.Variant
		want    string
	}{
		"older minor":                    {standin.Old, ""},
		"newest known":                   {standin.Known, ""},
		"newer minor with grown structs": {standin.New, ""},
		"sizes must be equal":            {standin.Neuron, ""},
		"grown beyond what is spared":    {standin.Grown, "Unexpected PJRT_ExecuteOptions size: expected 1000, got 248"},
		"table too short":                {standin.Short, "lacks PJRT_Executable_Destroy: update the plugin"},
		"another major":                  {standin.Major, "take a newer release of this program"},
		"older than what is known":       {standin.Ancient, "0.46 or later: update the plugin"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := Open(standin.Build(t, c.variant))
			if err == nil {
				err = compute(p, small, 4)
			}
			if c.want != "" {
				require.ErrorContains(t, err, c.want)
				return
			}
			require.NoError(t, err)
		})
	}
}

// counters asks the stand-in what it has seen.
func counters(t *testing.T, path string) (live, mostInFlight, options uintptr) {
	t.Helper()
	l, err := dl.Open(path)
	require.NoError(t, err)
	var got [3]uintptr
	for i, name := range []string{"standin_live", "standin_most_in_flight", "standin_options"} {
		f, err := l.Symbol(name)
		require.NoError(t, err)
		got[i] = dl.Call(f)
	}
	return got[0], got[1], got[2]
}

// As many launches are on their way as the ring has places, and everything that the
// plugin gave is given back.
func TestRingAndLeaks(t *testing.T) {
	for _, depth := range []int{1, 3, 8} {
		path := standin.Build(t, standin.Known)
		p, err := Open(path)
		require.NoError(t, err)
		require.NoError(t, compute(p, small, depth))
		live, most, _ := counters(t, path)
		require.Equal(t, []uintptr{0, uintptr(depth)}, []uintptr{live, most}, depth)
	}
}

// Every call that can fail, in turn: one sentence, no crash, and nothing is left
// behind by what was made before.
func TestEveryCallThatFails(t *testing.T) {
	optional := map[function]bool{descriptionAttributes: true, deviceLocalHardwareID: true, deviceMemoryStats: true, executableOptimizedProgram: true, executableMemoryStats: true}
	cannotFail := map[function]bool{errorDestroy: true, errorMessage: true, errorGetCode: true}
	for i, f := range functions {
		if cannotFail[function(i)] {
			continue
		}
		for _, call := range []string{"", ":2"} { // the first call and a later one
			t.Run(f.name+call, func(t *testing.T) {
				t.Setenv("STANDIN_FAIL", f.name+call)
				path := standin.Build(t, standin.Known)
				p, err := Open(path)
				if err == nil {
					err = compute(p, small, 2)
				}
				if optional[function(i)] || call != "" && !repeated[function(i)] {
					require.NoError(t, err)
					return
				}
				require.ErrorContains(t, err, f.name+` gives INTERNAL, "the stand-in was told to fail"`)
				if !destroys[function(i)] {
					live, _, _ := counters(t, path)
					require.Zero(t, live, "left behind")
				}
			})
		}
	}
}

// repeated are called more than once on the way, destroys leave something behind
// where they fail: an event that cannot be awaited cannot be destroyed either.
var (
	repeated = map[function]bool{eventDestroy: true, eventAwait: true, clientBufferFromHostBuffer: true, loadedExecutableExecute: true, bufferDestroy: true, bufferToHostBuffer: true}
	destroys = map[function]bool{eventDestroy: true, eventAwait: true, bufferDestroy: true, executableDestroy: true, loadedExecutableDestroy: true}
)

func TestOptions(t *testing.T) {
	path := standin.Build(t, standin.Known)
	p, err := Open(path)
	require.NoError(t, err)
	c, err := p.NewClient(Option{"preallocate", false}, Option{"cpu_device_count", int64(1)})
	require.NoError(t, err)
	require.Empty(t, c.Refused)
	_, _, options := counters(t, path)
	require.EqualValues(t, 2, options)

	t.Setenv("STANDIN_REFUSE_OPTIONS", "1")
	c, err = p.NewClient(Option{"preallocate", false})
	require.NoError(t, err, "asked again without")
	require.Equal(t, "Unexpected option name passed to PJRT_Client_Create: preallocate", c.Refused)
	_, _, options = counters(t, path)
	require.Zero(t, options)
}

func TestDevicesOfAClient(t *testing.T) {
	t.Setenv("STANDIN_DEVICES", "3")
	t.Setenv("STANDIN_MEMORY", "1000")
	t.Setenv("STANDIN_ATTRIBUTE", "0000:41:00.0")
	p, err := Open(standin.Build(t, standin.Known))
	require.NoError(t, err)
	c, err := p.NewClient()
	require.NoError(t, err)
	require.Equal(t, []string{"cpu", "stand-in 1"}, []string{c.Platform, c.Version})
	for i, d := range c.Devices {
		require.Equal(t, Device{ID: 100 + i, Ordinal: i, Kind: "Stand-in One", Said: []string{"0000:41:00.0"}, client: c, address: d.address}, *d)
		limit, used := d.Memory()
		require.Equal(t, []int64{1000, 0}, []int64{limit, used})
	}
	require.Len(t, c.Devices, 3)
	t.Setenv("STANDIN_DEVICES", "0")
	_, err = p.NewClient()
	require.ErrorContains(t, err, "no device")
}

func TestKernelOfAStandIn(t *testing.T) {
	p, err := Open(standin.Build(t, standin.Known))
	require.NoError(t, err)
	c, err := p.NewClient()
	require.NoError(t, err)
	e, err := c.Compile(product(small), c.Devices[0], nil)
	require.NoError(t, err)
	require.Equal(t, "__standin$matmul", Kernels(e.Optimized()))
	_, err = c.Compile("module { }", c.Devices[0], nil)
	var refused *Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, Unimplemented, refused.Code)
	_, err = c.Compile("", c.Devices[0], nil)
	require.ErrorContains(t, err, "empty program")
}

func TestWhatIsNoPlugin(t *testing.T) {
	none := standin.Compile(t, "none.c", "none.so")
	_, err := Open(none)
	require.ErrorContains(t, err, "none.so is no PJRT plugin, since it lacks GetPjrtApi: name the plugin's own file")
	_, err = Open(none + ".missing")
	require.ErrorIs(t, err, dl.ErrNotFound)
}

// A task that no launch has reached has no values to give.
func TestValuesNeedALaunch(t *testing.T) {
	p, err := Open(standin.Build(t, standin.Known))
	require.NoError(t, err)
	c, err := p.NewClient()
	require.NoError(t, err)
	e, err := c.Compile(product(small), c.Devices[0], nil)
	require.NoError(t, err)
	task, err := NewTask(Job{Executable: e, Inputs: workloads.Tensors(small), Output: workloads.FP32, OutputLen: 20, Sets: 2, InFlight: 2})
	require.NoError(t, err)
	_, err = task.Values([]int64{0})
	require.ErrorContains(t, err, "nothing has run")
	t.Setenv("STANDIN_FAIL", "PJRT_LoadedExecutable_Execute")
	require.Error(t, task.Launch(0))
	_, err = task.Values([]int64{0})
	require.ErrorContains(t, err, "nothing has run")
	require.NoError(t, task.Close())
}
