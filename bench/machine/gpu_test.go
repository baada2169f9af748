package machine

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/bench/internal/nvml"
	"joulemark/bench/internal/nvml/nvmltest"
)

// card is the only card of this machine.
func card(t *testing.T, root string) *Card {
	t.Helper()
	all, closeAll := Cards(root)
	t.Cleanup(closeAll)
	require.Len(t, all, 1)
	return all[0]
}

func TestStateOfAnNVIDIACard(t *testing.T) {
	nvmltest.Use(t, nvmltest.Build(t), "pci=00000000:41:00.0,uuid=GPU-a,temp=71,sm=1755,limit=350,reasons=0x65")
	c := card(t, "")
	require.EqualValues(t, 71, c.TemperatureC())
	require.Equal(t, "0000:41:00.0", c.PCI)
	require.Equal(t, "GPU-a", c.UUID)
	require.Equal(t, CardState{TemperatureC: 71, ClockHz: 1755e6, PowerLimitW: 350, EventsKnown: true, HeldS: 0,
		Events: "gpu_idle+sw_power_cap+sw_thermal_slowdown+hw_thermal_slowdown", Slowdown: "sw_thermal_slowdown+hw_thermal_slowdown"}, c.State())
	finer, closeAll := fine(t)
	defer closeAll()
	require.EqualValues(t, 6, finer.State().HeldS, "the sum of what newer drivers tell apart")
}

// fine is a card of a driver that counts three reasons: 1, 2 and 3 s.
func fine(t *testing.T) (c *Card, closeAll func()) {
	t.Helper()
	nvmltest.Use(t, nvmltest.Build(t), "fine=1")
	all, closeAll := Cards("")
	return all[0], closeAll
}

// What an old driver does not tell is unknown and never zero.
func TestStateOfACardWithAnOldDriver(t *testing.T) {
	nvmltest.Use(t, nvmltest.Build(t, "nvmlDeviceGetTemperature", "nvmlDeviceGetClockInfo", "nvmlDeviceGetEnforcedPowerLimit", "nvmlDeviceGetFieldValues",
		"nvmlDeviceGetCurrentClocksEventReasons", "nvmlDeviceGetCurrentClocksThrottleReasons", "nvmlDeviceGetComputeRunningProcesses_v3"), "temp=1")
	c := card(t, "")
	requireUnknown(t, c.State())
	require.Zero(t, c.Others())
	requireUnknown(t, (*Card)(nil).State())
	require.True(t, math.IsNaN(c.TemperatureC()))
	require.Zero(t, (*Card)(nil).Others())
	require.True(t, math.IsNaN((*Card)(nil).TemperatureC()))
}

func requireUnknown(t *testing.T, s CardState) {
	t.Helper()
	for _, v := range []float64{s.TemperatureC, s.ClockHz, s.PowerLimitW, s.HeldS} {
		require.True(t, math.IsNaN(v), "%+v", s)
	}
	require.False(t, s.EventsKnown)
	require.Empty(t, s.Events+s.Slowdown)
}

// A tree of another machine has nothing to do with this machine's driver.
func TestCardsOfAnotherMachine(t *testing.T) {
	root := tree(t, map[string]string{"sys/class/hwmon/hwmon0/name": "amdgpu\n", "sys/class/hwmon/hwmon0/temp1_input": "52000", "sys/class/hwmon/hwmon0/temp2_input": "61000",
		"sys/class/hwmon/hwmon0/freq1_input": "2100000000", "sys/class/hwmon/hwmon0/power1_cap": "303000000", "sys/class/hwmon/hwmon1/name": "nvme"})
	for _, chip := range []string{"hwmon0", "hwmon1"} {
		require.NoError(t, os.Symlink("../../../0000:03:00.0", filepath.Join(root, "sys/class/hwmon", chip, "device")))
	}
	t.Setenv(nvml.Variable, "")
	c := card(t, root)
	require.EqualValues(t, 61, c.TemperatureC())
	require.Equal(t, "0000:03:00.0", c.PCI)
	s := c.State()
	require.True(t, math.IsNaN(s.HeldS))
	s.HeldS = 0
	require.Equal(t, CardState{TemperatureC: 61, ClockHz: 2.1e9, PowerLimitW: 303}, s)
	require.Zero(t, c.Others())
}

func TestWatchJoinsWhatItSees(t *testing.T) {
	states := []CardState{
		{TemperatureC: 60, ClockHz: 1e9, PowerLimitW: 300, Events: "sw_power_cap", EventsKnown: true, HeldS: 5},
		{TemperatureC: 61, ClockHz: 2e9, PowerLimitW: 300, Events: "sw_thermal_slowdown", EventsKnown: true, Slowdown: "sw_thermal_slowdown", HeldS: 5.5},
		{TemperatureC: 62, ClockHz: 9e9, PowerLimitW: 290, Events: "gpu_idle", EventsKnown: true, HeldS: 6},
	}
	next := 0
	c := &Card{read: func() CardState { next++; return states[next-1] }}
	w := c.Watch()
	w.add(c.State())
	require.Equal(t, CardWindow{StartC: 60, EndC: 62, ClockHz: 1.5e9, PowerLimitW: 290, EventsKnown: true, HeldS: 1,
		Events: "sw_power_cap+sw_thermal_slowdown+gpu_idle", Slowdown: "sw_thermal_slowdown"}, w.Stop())
	unknown := (*Card)(nil).Watch().Stop()
	require.True(t, math.IsNaN(unknown.ClockHz) && math.IsNaN(unknown.StartC) && math.IsNaN(unknown.HeldS))
}

// The worker's own process is no competitor, whatever number the driver gives it.
func TestOthersOnACard(t *testing.T) {
	worker := exec.Command("sleep", "60")
	worker.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	require.NoError(t, worker.Start())
	t.Cleanup(func() { _ = worker.Process.Kill(); _ = worker.Wait() })
	own := worker.Process.Pid
	library := nvmltest.Build(t)
	for pids, want := range map[string]int{"": 0, fmt.Sprint(own): 0, fmt.Sprintf("%d:%d", own, os.Getpid()): 1, "4000001": 0, "4000001:4000002:4000003": 2} {
		nvmltest.Use(t, library, "pids="+pids)
		all, closeAll := Cards("")
		require.Equal(t, want, all[0].Others(own), pids)
		closeAll()
	}
}
