package nvml

import "strings"

// Events are the reasons why clocks are lower than they could be
// (nvmlClocksEventReason*, before driver 535 nvmlClocksThrottleReason*).
type Events uint64

// The reasons.
const (
	GPUIdle           Events = 0x001
	ApplicationClocks Events = 0x002 // set by the user
	SwPowerCap        Events = 0x004 // the power limit: how a loaded card normally runs
	HwSlowdown        Events = 0x008 // clocks halved or lower: heat, power brake or too much current
	SyncBoost         Events = 0x010
	SwThermalSlowdown Events = 0x020
	HwThermalSlowdown Events = 0x040
	HwPowerBrake      Events = 0x080 // from outside the card
	DisplayClock      Events = 0x100
	BoardLimit        Events = 0x200
	Reliability       Events = 0x400
)

// Slowdowns are the reasons for which a measurement may not be used: the card was
// held back by heat or by its supply. The power limit is none of them.
const Slowdowns = HwSlowdown | SwThermalSlowdown | HwThermalSlowdown | HwPowerBrake

// eventNames in the order of their bits, as nvidia-smi writes them.
var eventNames = []string{"gpu_idle", "applications_clocks_setting", "sw_power_cap", "hw_slowdown", "sync_boost",
	"sw_thermal_slowdown", "hw_thermal_slowdown", "hw_power_brake_slowdown", "display_clock_setting", "board_limit", "reliability"}

// String joins the names by "+"; "" for none. Bits without a name are left out.
func (e Events) String() string {
	var names []string
	for bit, name := range eventNames {
		if e&(1<<bit) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, "+")
}
