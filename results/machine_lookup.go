package results

import "time"

// device is what the plan says of a runner's device. A folder that does not say
// has at most the CPU.
func (m *Machine) device(runner, id string) PlanDevice {
	for _, d := range m.Devices {
		if d.Runner == runner && d.ID == id {
			return d
		}
	}
	if id == KindCPU {
		return PlanDevice{Runner: runner, ID: id, Kind: KindCPU, Match: KindCPU}
	}
	return PlanDevice{Runner: runner, ID: id, Kind: KindAccelerator, Match: id}
}

// session numbers the life of the conductor that a time of the run's clock lies in.
func (m *Machine) session(timeS float64) int {
	for i := len(m.Sessions) - 1; i > 0; i-- {
		if timeS >= m.Sessions[i].StartS {
			return i
		}
	}
	return 0
}

// wallTime of a moment of the run's clock, RFC 3339 UTC to the millisecond: the
// wall time at its session's start plus the monotonic time since, so that a
// clock set meanwhile moves nothing. Empty where machine.json does not say.
func (m *Machine) wallTime(timeS float64) string {
	origin, at := m.StartedAt, 0.0
	if len(m.Sessions) > 0 {
		s := m.Sessions[m.session(timeS)]
		origin, at = s.StartedAt, s.StartS
	}
	began, err := time.Parse(time.RFC3339Nano, origin)
	if err != nil {
		return ""
	}
	return began.UTC().Add(time.Duration((timeS - at) * 1e9)).Format("2006-01-02T15:04:05.000Z")
}
