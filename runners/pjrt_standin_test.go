//go:build linux

package runners

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"joulemark/runners/internal/pjrt/standin"
	"joulemark/workloads"
)

// A stand-in of every kind of plugin computes, with its kernel and versions named.
func TestPJRTStandIns(t *testing.T) {
	for name, v := range map[string]standin.Variant{"old": standin.Old, "known": standin.Known, "new": standin.New, "neuron": standin.Neuron} {
		w := startPJRT(t, standin.Build(t, v), 0, "STANDIN_PLATFORM=Neuron 2", "STANDIN_MEMORY=1000000000", "STANDIN_DO=print:PJRT_LoadedExecutable_Execute")
		devices, err := w.Devices(t.Context())
		require.NoError(t, err, name)
		require.Equal(t, []Device{{ID: "neuron2:0", Name: "Stand-in One", Kind: "accelerator", MemoryBytes: 1000000000}}, devices)
		require.NoError(t, drive(t.Context(), w, small), name)
		require.Contains(t, w.StderrTail(), "a line that is no message", "what a plugin prints to stdout goes to stderr")
		info, err := w.Prepare(t.Context(), "neuron2:0", small, Options{Threads: 2})
		require.NoError(t, err, name)
		require.Equal(t, "xla stand-in 1: __standin$matmul", info.Kernel)
		require.Equal(t, "stand-in 1", info.Libraries["Neuron 2"])
		require.Zero(t, info.Threads, "of the host's")
		require.NoError(t, w.Close())
	}
}

// What cannot be opened is unavailable, in one sentence with the remedy.
func TestPJRTUnavailable(t *testing.T) {
	for name, c := range map[string]struct {
		lib  string
		env  []string
		want string
	}{
		"no such file":       {"/no/such/plugin.so", nil, "/no/such/plugin.so is not here: name a file with --lib pjrt=PATH"},
		"no library":         {"pjrt_standin_test.go", nil, "pjrt_standin_test.go is no shared library: name the .so file"},
		"no plugin":          {standin.Compile(t, "none.c", "none.so"), nil, "lacks GetPjrtApi: name the plugin's own file"},
		"other major":        {standin.Build(t, standin.Major), nil, "speaks PJRT 1.2 and this program 0.46 and later 0.x: take a newer release of this program"},
		"short table":        {standin.Build(t, standin.Short), nil, "lacks PJRT_Executable_Destroy: update the plugin"},
		"null entry":         {standin.Build(t, standin.Old), []string{"STANDIN_LACKS=PJRT_Client_Compile"}, "lacks PJRT_Client_Compile: update the plugin"},
		"CUDA without GPU":   {standinAt(t, "xla_cuda_plugin.so"), []string{"STANDIN_FAIL=PJRT_Client_Create", "STANDIN_CODE=9", "STANDIN_MESSAGE=No visible GPU devices."}, `gives FAILED_PRECONDITION, "No visible GPU devices": install NVIDIA's driver, see that nvidia-smi lists the GPU, and let CUDA_VISIBLE_DEVICES name it`},
		"libtpu without TPU": {standinAt(t, "libtpu.so"), []string{"STANDIN_FAIL=PJRT_Client_Create", "STANDIN_CODE=5", "STANDIN_MESSAGE=TPU initialization failed: No jellyfish device found."}, `No jellyfish device found": run on a machine with a TPU`},
		"no device":          {standin.Build(t, standin.Old), []string{"STANDIN_DEVICES=0"}, `gives NOT_FOUND, "no device": `},
		"nothing installed":  {"", []string{"PYTHONPATH=/none", "VIRTUAL_ENV=/none", "CONDA_PREFIX=", "HOME=/none", "PATH=/none"}, "no PJRT plugin is installed in a Python environment: pip install"},
	} {
		w := startPJRT(t, c.lib, 0, c.env...)
		_, err := w.Devices(t.Context())
		require.ErrorIs(t, err, ErrUnavailable, name)
		oneSentence(t, err, c.want)
		require.NoError(t, w.Close(), name)
	}
}

// standinAt is a stand-in under the name of a real plugin.
func standinAt(t *testing.T, name string) string {
	t.Helper()
	return standin.Compile(t, "standin.c", name, "-DMINOR=105", "-DEXECUTE_OPTIONS=120", "-DCLIENT_CREATE=88")
}

func oneSentence(t *testing.T, err error, want string) {
	t.Helper()
	require.ErrorContains(t, err, want)
	require.NotContains(t, err.Error(), "\n")
	require.False(t, strings.HasSuffix(err.Error(), "."), err.Error())
	require.Contains(t, strings.TrimPrefix(err.Error(), "failed: runner pjrt: "), ": ")
}

// Calls that fail on the way give a failed step with the reason, and the next step
// is worked on in the same process.
func TestPJRTCallsThatFail(t *testing.T) {
	for call, c := range map[string]struct {
		code int
		kind error
		want string
	}{
		"PJRT_Client_Compile":              {12, ErrUnsupported, "choose another type or workload"},
		"PJRT_Client_BufferFromHostBuffer": {8, ErrFailed, "take a smaller workload or end what else uses the device"},
		"PJRT_LoadedExecutable_Execute":    {13, ErrFailed, "see the plugin's own messages"},
		"PJRT_Event_Await:5":               {15, ErrFailed, "gives DATA_LOSS"},
		"PJRT_Buffer_ToHostBuffer":         {13, ErrFailed, "see the plugin's own messages"},
	} {
		w := startPJRT(t, standin.Build(t, standin.Known), 0, "STANDIN_FAIL="+call, fmt.Sprint("STANDIN_CODE=", c.code))
		err := drive(t.Context(), w, small)
		require.ErrorIs(t, err, c.kind, call)
		oneSentence(t, err, c.want)
		require.False(t, w.Dead(), call)
		require.ErrorIs(t, drive(t.Context(), w, small), c.kind, "the next step is worked on, too")
		require.NoError(t, w.Close(), call)
	}
}

// A plugin whose structs have grown beyond what can be foreseen says so, and the
// remedy is a newer program.
func TestPJRTOfTheFuture(t *testing.T) {
	w := startPJRT(t, standin.Build(t, standin.Grown), 0)
	err := drive(t.Context(), w, small)
	require.ErrorIs(t, err, ErrFailed)
	oneSentence(t, err, `"Unexpected PJRT_ExecuteOptions size: expected 1000, got 248`)
	require.ErrorContains(t, err, "take a newer release of it")
	require.NoError(t, w.Close())
}

// Out of memory while the operands are uploaded: the step fails and what it held is
// free again for the next.
func TestPJRTOutOfMemoryAndOn(t *testing.T) {
	w := startPJRT(t, standin.Build(t, standin.Known), 0, "STANDIN_BYTES=100000000", "STANDIN_MEMORY=1000000000")
	err := drive(t.Context(), w, workloads.Matmul{M: 4096, N: 8, K: 4096, Type: workloads.FP32})
	require.ErrorIs(t, err, ErrFailed)
	oneSentence(t, err, `gives RESOURCE_EXHAUSTED, "out of memory": take a smaller workload`)
	require.NoError(t, drive(t.Context(), w, workloads.Matmul{M: 16, N: 16, K: 512, Type: workloads.FP32}))
	require.NoError(t, w.Close())
}

// What does not fit is refused before any operand is made.
func TestPJRTPlansMemory(t *testing.T) {
	w := startPJRT(t, standin.Build(t, standin.Known), 0, "STANDIN_PLATFORM=tpu", fmt.Sprint("STANDIN_MEMORY=", 3<<30), "STANDIN_DO=abort:PJRT_Client_BufferFromHostBuffer")
	_, err := w.Prepare(t.Context(), "tpu:0", workloads.Matmul{M: 16384, N: 16384, K: 16384, Type: workloads.FP32}, Options{})
	require.ErrorIs(t, err, ErrUnsupported)
	require.ErrorContains(t, err, "needs 6 GiB, 2.7 GiB free: ")
	require.NoError(t, w.Close())
}

// A plugin that ends its process or never answers costs its own step alone.
func TestPJRTPluginsThatEndTheProcess(t *testing.T) {
	for what, want := range map[string]string{"abort": "ended during devices", "exit": "ended during devices (exit status 3)", "hang": "no answer to devices within 2s"} {
		w, err := Start(t.Context(), Launch{Runner: "pjrt", Argv: []string{"/proc/self/exe"}, Limits: Limits{Exit: patient, Devices: 2 * time.Second},
			Env: []string{fakeWorker + "=pjrt", fakeLib + "=" + standin.Build(t, standin.Known), "STANDIN_DO=" + what + ":PJRT_Client_Create"}})
		require.NoError(t, err)
		_, err = w.Devices(t.Context())
		require.ErrorIs(t, err, ErrFailed, what)
		require.ErrorContains(t, err, want)
		require.True(t, w.Dead(), what)
	}
}

// Devices are matched to what a card is called by the driver, whatever its order, and
// by what the plugin itself says first.
func TestPJRTMatchesDevicesByDriver(t *testing.T) {
	cuda := filepath.Dir(standin.Compile(t, "driver.c", "libcuda.so.1"))
	hip := filepath.Dir(standin.Compile(t, "driver.c", "libamdhip64.so.6", "-DHIP"))
	for name, c := range map[string]struct {
		env  []string
		want map[string]string
	}{
		"CUDA's own order":  {[]string{"STANDIN_PLATFORM=cuda", "LD_LIBRARY_PATH=" + cuda, "STANDIN_DEVICES=3"}, map[string]string{"cuda:0": "0000:c1:00.0", "cuda:1": "0000:01:00.0", "cuda:2": "0000:41:00.0"}},
		"CUDA as permuted":  {[]string{"STANDIN_PLATFORM=cuda", "LD_LIBRARY_PATH=" + cuda, "STANDIN_DEVICES=2", "CUDA_VISIBLE_DEVICES=2,0"}, map[string]string{"cuda:0": "0000:41:00.0", "cuda:1": "0000:c1:00.0"}},
		"ROCm as permuted":  {[]string{"STANDIN_PLATFORM=rocm", "LD_LIBRARY_PATH=" + hip, "STANDIN_DEVICES=2", "HIP_VISIBLE_DEVICES=1,2"}, map[string]string{"rocm:0": "0000:01:00.0", "rocm:1": "0000:41:00.0"}},
		"the plugin's word": {[]string{"STANDIN_PLATFORM=cuda", "LD_LIBRARY_PATH=" + cuda, "STANDIN_ATTRIBUTE=00000000:0A:00.0"}, map[string]string{"cuda:0": "00000000:0a:00.0"}},
		"nobody's word":     {[]string{"STANDIN_PLATFORM=tpu", "LD_LIBRARY_PATH=" + cuda}, map[string]string{"tpu:0": ""}},
		"no driver":         {[]string{"STANDIN_PLATFORM=cuda"}, map[string]string{"cuda:0": ""}},
	} {
		w := startPJRT(t, standin.Build(t, standin.Known), 0, c.env...)
		devices, err := w.Devices(t.Context())
		require.NoError(t, err, name)
		got := map[string]string{}
		for _, d := range devices {
			got[d.ID] = d.Match
		}
		require.Equal(t, c.want, got, name)
		require.NoError(t, w.Close())
	}
}

// A CPU plugin's further devices are the same processors again.
func TestPJRTHasOneCPU(t *testing.T) {
	w := startPJRT(t, standin.Build(t, standin.Known), 0, "STANDIN_DEVICES=4")
	devices, err := w.Devices(t.Context())
	require.NoError(t, err)
	require.Len(t, devices, 1)
	require.Equal(t, []string{"cpu", "cpu", "cpu", cpuName()}, []string{devices[0].ID, devices[0].Kind, devices[0].Match, devices[0].Name})
	require.NoError(t, w.Close())
}

// A plugin that takes no options is used all the same, and the user is told.
func TestPJRTRefusedOptionsAreTold(t *testing.T) {
	w := startPJRT(t, standinAt(t, "xla_cuda_plugin.so"), 0, "STANDIN_PLATFORM=cuda", "STANDIN_REFUSE_OPTIONS=1")
	_, err := w.Devices(t.Context())
	require.NoError(t, err)
	require.Contains(t, strings.Join(w.About().Notes, "\n"), "refuses its options (Unexpected option name passed to PJRT_Client_Create: preallocate) and may hold most of the device's memory: ")
	require.NoError(t, w.Close())
}
