package nvml_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/bench/internal/nvml"
	"joulemark/bench/internal/nvml/nvmltest"
)

// A library is driven in a child process: through go-nvml, one process can have one
// library only, and a missing symbol that is not guarded would end it.
func TestMain(m *testing.M) {
	if library := os.Getenv(childLibrary); library != "" {
		tell(nvml.Binding(os.Getenv(childBinding)), library)
		return
	}
	os.Exit(m.Run())
}

const (
	childLibrary = "JOULEMARK_TEST_NVML"
	childBinding = "JOULEMARK_TEST_NVML_BINDING"
)

// A told is everything that a library says, each answer or error as text.
type told struct {
	Error  string
	Driver string
	Cards  []map[string]string
}

// tell prints what a library says.
func tell(b nvml.Binding, path string) {
	var out told
	l, err := nvml.OpenBy(b, path)
	if err != nil {
		out.Error = err.Error()
	} else {
		out.Driver = answer(l.DriverVersion())
		n, err := l.Count()
		out.Error = errText(err)
		for i := range n {
			out.Cards = append(out.Cards, card(l.Device(i)))
		}
		out.Error += errText(l.Close())
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		panic(err)
	}
}

func errText(err error) string {
	if err != nil {
		return err.Error()
	}
	return ""
}

func answer[T any](v T, err error) string {
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(v)
}

func card(d nvml.Device, err error) map[string]string {
	if err != nil {
		return map[string]string{"lost": err.Error()}
	}
	major, minor, err := d.ComputeCapability()
	out := map[string]string{
		"name": answer(d.Name()), "uuid": answer(d.UUID()), "pci": answer(d.PCIAddress()), "cc": answer(fmt.Sprint(major, ".", minor), err),
		"mig": answer(d.MIG()), "virtual": answer(d.Virtual()), "energy": answer(d.TotalEnergyMJ()), "usage": answer(d.PowerUsageMW()),
		"limit": answer(d.PowerLimitMW()), "sm": answer(d.ClockMHz(nvml.SMClock)), "mem": answer(d.ClockMHz(nvml.MemoryClock)),
		"temp": answer(d.TemperatureC()), "events": answer(d.ClockEvents()), "pids": answer(d.ComputeProcesses()),
	}
	fields := []nvml.Field{{ID: nvml.PowerInstant}, {ID: nvml.PowerAverage}, {ID: nvml.PowerInstant, Scope: nvml.ScopeModule},
		{ID: nvml.PowerInstant, Scope: nvml.ScopeMemory}, {ID: nvml.ThermalNS}, {ID: 99999}}
	out["fields"] = errText(d.Fields(fields))
	for i, name := range []string{"instant", "average", "module", "memory", "thermal", "unknown"} {
		out[name] = answer(fields[i].Value, fields[i].Err)
	}
	return out
}

// ask drives a library by both bindings, which must say the same. Without cgo there
// is one.
func ask(t *testing.T, library, options string, cards ...string) told {
	t.Helper()
	nvmltest.Use(t, library, cards...)
	nvmltest.Options(t, options)
	pure, other := child(t, nvml.Purego, library), child(t, nvml.GoNVML, library)
	require.Equal(t, pure, other)
	return pure
}

func child(t *testing.T, b nvml.Binding, library string) (out told) {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	c := exec.Command(exe)
	c.Env = append(os.Environ(), childLibrary+"="+library, childBinding+"="+string(b))
	c.Stderr = os.Stderr
	text, err := c.Output()
	require.NoError(t, err, "the process ended: %s", text)
	require.NoError(t, json.Unmarshal(text, &out), "%s", text)
	return out
}

// Constant laws and a sensor that updates once in 1000 s: both bindings look at one
// moment.
const (
	a100 = "name=NVIDIA A100-SXM4-40GB,pci=00000000:41:00.0,uuid=GPU-aaaaaaaa-0001-0002-0003-000000000001,cc=8.0,law=constant:300,period=1000,seen=250"
	h100 = "name=NVIDIA H100 PCIe,pci=00010000:0A:00.0,uuid=GPU-bbbbbbbb-0001-0002-0003-000000000002,cc=9.0,law=constant:250.5,period=1000,memory=60,fields=3,module=90," +
		"limit=350,sm=1755,mem=1593,temp=71,reasons=0x24,pids=12:345,mig=1,virtual=2"
)

func TestBothBindingsTellTheSame(t *testing.T) {
	got := ask(t, nvmltest.BuildAgainstHeader(t), "driver=570.1", a100, h100)
	require.Empty(t, got.Error)
	require.Equal(t, "570.1", got.Driver)
	require.Len(t, got.Cards, 2)
	a, h := got.Cards[0], got.Cards[1]
	require.NotEmpty(t, a["energy"])
	require.NotContains(t, a["energy"], "nvml")
	delete(a, "energy")
	delete(h, "energy")
	const unsupported = "nvmlDeviceGetFieldValues, field %d: not supported"
	require.Equal(t, map[string]string{
		"name": "NVIDIA A100-SXM4-40GB", "uuid": "GPU-aaaaaaaa-0001-0002-0003-000000000001", "pci": "0000:41:00.0", "cc": "8.0",
		"mig": "nvmlDeviceGetMigMode: not supported", "virtual": "false", "usage": "300000", "limit": "400000", "sm": "1410", "mem": "1593",
		"temp": "61", "events": "", "pids": "[]", "fields": "", "instant": "300000", "average": fmt.Sprintf(unsupported, 185),
		"module": fmt.Sprintf(unsupported, 186), "memory": "0", "thermal": "0", "unknown": fmt.Sprintf(unsupported, 99999),
	}, a)
	require.Equal(t, map[string]string{
		"name": "NVIDIA H100 PCIe", "uuid": "GPU-bbbbbbbb-0001-0002-0003-000000000002", "pci": "10000:0a:00.0", "cc": "9.0",
		"mig": "true", "virtual": "true", "usage": "250500", "limit": "350000", "sm": "1755", "mem": "1593",
		"temp": "71", "events": "sw_power_cap+sw_thermal_slowdown", "pids": "[12 345]", "fields": "", "instant": "250500", "average": "250500",
		"module": "340500", "memory": "60000", "thermal": "0", "unknown": fmt.Sprintf(unsupported, 99999),
	}, h)
}

// functions are those that this program calls; each may be missing in some driver.
var functions = map[string][]string{
	"nvmlDeviceGetName": {"name"}, "nvmlDeviceGetUUID": {"uuid"}, "nvmlDeviceGetPciInfo_v3": {"pci"}, "nvmlDeviceGetCudaComputeCapability": {"cc"},
	"nvmlDeviceGetMigMode": {"mig"}, "nvmlDeviceGetVirtualizationMode": {"virtual"}, "nvmlDeviceGetTotalEnergyConsumption": {"energy"},
	"nvmlDeviceGetPowerUsage": {"usage"}, "nvmlDeviceGetEnforcedPowerLimit": {"limit"}, "nvmlDeviceGetClockInfo": {"sm", "mem"},
	"nvmlDeviceGetTemperature": {"temp"}, "nvmlDeviceGetComputeRunningProcesses_v3": {"pids"},
	"nvmlDeviceGetFieldValues": {"fields", "instant", "average", "module", "memory", "thermal", "unknown"},
}

// A function that a driver lacks is an error of that call; all others go on.
func TestAMissingSymbolIsAnError(t *testing.T) {
	var all []string
	for name := range functions {
		all = append(all, name)
	}
	got := ask(t, nvmltest.Build(t, append(all, "nvmlSystemGetDriverVersion")...), "", a100)
	require.Equal(t, "nvmlSystemGetDriverVersion: this driver does not have it", got.Driver)
	for name, keys := range functions {
		for _, key := range keys {
			require.Equal(t, name+": this driver does not have it", got.Cards[0][key])
		}
	}
	require.Empty(t, got.Error)
}

func TestThrottleReasonsHaveTwoNames(t *testing.T) {
	hot := a100 + ",reasons=0x48"
	const renamed, old = "nvmlDeviceGetCurrentClocksEventReasons", "nvmlDeviceGetCurrentClocksThrottleReasons"
	require.Equal(t, "hw_slowdown+hw_thermal_slowdown", ask(t, nvmltest.Build(t, renamed), "", hot).Cards[0]["events"])
	require.Equal(t, "hw_slowdown+hw_thermal_slowdown", ask(t, nvmltest.Build(t, old), "", hot).Cards[0]["events"])
	require.Equal(t, renamed+": this driver does not have it", ask(t, nvmltest.Build(t, old, renamed), "", hot).Cards[0]["events"])
}

func TestALibraryThatDoesNotStartSaysWhatToDo(t *testing.T) {
	library := nvmltest.Build(t)
	for options, want := range map[string]string{
		"init=9":   "nvmlInit_v2: the driver is not loaded: load NVIDIA's driver: sudo modprobe nvidia (in a container: start it with --gpus all)",
		"init=18":  "nvmlInit_v2: library and driver have different versions: the driver was updated: restart the machine",
		"init=4":   "nvmlInit_v2: no permission: give this user the device files /dev/nvidia* (in a container: start it with --gpus all)",
		"init=999": "nvmlInit_v2: an error inside the driver: see whether nvidia-smi works",
		"init=77":  "nvmlInit_v2: error 77: see whether nvidia-smi works",
	} {
		require.Equal(t, "no NVML: "+library+" does not start: "+want, ask(t, library, options).Error)
	}
	require.Contains(t, ask(t, nvmltest.Build(t, "nvmlInit_v2"), "").Error, "nvmlInit_v2: this driver does not have it: install NVIDIA's driver 396 or later")
	require.Contains(t, ask(t, nvmltest.Build(t, "nvmlDeviceGetCount_v2"), "").Error, "nvmlDeviceGetCount_v2: this driver does not have it")
}

// A card that has fallen off the bus hides no other.
func TestALostCardHidesNoOther(t *testing.T) {
	got := ask(t, nvmltest.Build(t), "", "lost=1", a100)
	require.Equal(t, "nvmlDeviceGetHandleByIndex_v2: the card is lost", got.Cards[0]["lost"])
	require.Equal(t, "300000", got.Cards[1]["instant"])
}

func TestNoLibrary(t *testing.T) {
	_, err := nvml.OpenBy(nvml.Preferred, "libnvidia-ml-none.so.1", "/no/such/libnvidia-ml.so.1")
	require.ErrorIs(t, err, nvml.ErrNone)
	require.ErrorContains(t, err, "no NVML here (libnvidia-ml.so.1): install NVIDIA's driver (in a container: start it with --gpus all)")
	t.Setenv(nvml.Variable, "/no/such/lib.so")
	_, err = nvml.Open()
	require.ErrorContains(t, err, "/no/such/lib.so does not exist: name a libnvidia-ml.so.1")
	require.True(t, nvml.Simulated())
	broken := t.TempDir() + "/lib.so"
	require.NoError(t, os.WriteFile(broken, []byte("no library\n"), 0o644))
	t.Setenv(nvml.Variable, broken)
	_, err = nvml.Open()
	require.ErrorIs(t, err, nvml.ErrNone)
	require.ErrorContains(t, err, "cannot be loaded: ")
	require.ErrorContains(t, err, ": install the NVIDIA driver made for this machine")
}

// In one process go-nvml stays with its first library; the second is called itself.
// Both are open at a time, and each knows its own card.
func TestASecondLibraryOfOneProcessIsNotTheFirst(t *testing.T) {
	var cards []nvml.Device
	capabilities := []string{"8.0", "9.0"}
	for _, cc := range capabilities {
		nvmltest.Use(t, nvmltest.Build(t), "cc="+cc)
		l, err := nvml.Open()
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, l.Close()) })
		d, err := l.Device(0)
		require.NoError(t, err)
		cards = append(cards, d)
	}
	for i, d := range cards {
		major, minor, err := d.ComputeCapability()
		require.NoError(t, err)
		require.Equal(t, capabilities[i], fmt.Sprint(major, ".", minor))
	}
}

// The same library may be open twice, by the meter and by those who read the state.
func TestALibraryIsOpenUntilItsLastUserCloses(t *testing.T) {
	nvmltest.Use(t, nvmltest.Build(t), "temp=44")
	one, err := nvml.Open()
	require.NoError(t, err)
	two, err := nvml.Open()
	require.NoError(t, err)
	d, err := two.Device(0)
	require.NoError(t, err)
	require.NoError(t, one.Close())
	v, err := d.TemperatureC()
	require.NoError(t, err)
	require.EqualValues(t, 44, v)
	require.NoError(t, two.Close())
	_, err = d.TemperatureC()
	require.Error(t, err)
}
