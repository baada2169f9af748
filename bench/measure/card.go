package measure

import (
	"fmt"
	"math"
	"sync"

	"joulemark/bench/machine"
	"joulemark/results"
)

// cards are the accelerators whose state this run reads, found when first asked for:
// a run of CPUs alone opens no driver.
type cards struct {
	once  sync.Once
	all   []*machine.Card
	close func()
}

// card is the one that a device is, by address or UUID; nil where none is known to
// be it, for then everything about it is unknown.
func (r *run) card(d results.PlanDevice) *machine.Card {
	if d.Kind != results.KindAccelerator || d.Match == "" {
		return nil
	}
	r.cards.once.Do(func() { r.cards.all, r.cards.close = machine.Cards(r.job.SensorRoot) })
	for _, c := range r.cards.all {
		for _, name := range []string{c.PCI, c.UUID} {
			if same, _ := results.SameCard(d.Match, name); same {
				return c
			}
		}
	}
	return nil
}

func (c *cards) done() {
	if c.close != nil {
		c.close()
	}
}

// watchCard begins to look at the step's card, if it has one.
func (s *step) watchCard() {
	if s.device.Kind == results.KindAccelerator {
		s.watch = s.card(s.device).Watch()
	}
}

// endWatch ends that, whatever the step came to.
func (s *step) endWatch() {
	if s.watch != nil {
		s.seen, s.watch = s.watch.Stop(), nil
	}
}

// temperatureC of what is measured; NaN where it is not known.
func (s *step) temperatureC() float64 {
	if s.device.Kind == results.KindAccelerator {
		return s.card(s.device).TemperatureC()
	}
	return machine.TemperatureC(s.job.SensorRoot)
}

// powerLimitW of what is measured, now.
func (s *step) powerLimitW() float64 {
	if s.device.Kind == results.KindAccelerator {
		return s.card(s.device).State().PowerLimitW
	}
	return machine.PowerLimitW(s.job.SensorRoot)
}

// state fills the cells on what state the device was in during the window.
func (s *step) state(row *results.Sample) {
	if s.device.Kind != results.KindAccelerator {
		row.Throttled = throttled(s.before, s.after)
		row.TemperatureStartC, row.TemperatureEndC = s.before.TemperatureC, s.after.TemperatureC
		return
	}
	row.TemperatureStartC, row.TemperatureEndC = s.seen.StartC, s.seen.EndC
	row.ClockHz, row.ClockEvents = s.seen.ClockHz, s.seen.Events
	if s.seen.EventsKnown || !math.IsNaN(s.seen.HeldS) {
		row.Throttled = truth(heldBack(s.seen, s.elapsedS) != "")
	}
	if n := s.card(s.device).Others(s.crew.groups(s)...); n > 0 && row.Status == results.OK {
		row.AddReason(fmt.Sprintf("%d other processes hold a context on %s", n, s.device.ID))
	}
}

// heldShare is how much of a window heat may have held the clocks back for a moment.
const heldShare = 0.01

// heldBack says by what a card's clocks were held back in a window so that it may not
// be used, or "". The power limit is how a loaded card normally runs: it is recorded
// and voids nothing.
func heldBack(w machine.CardWindow, seconds float64) string {
	switch {
	case w.Slowdown != "":
		return fmt.Sprintf("throttled: %s of the card in the window: cool it, or lower its power limit", w.Slowdown)
	case w.HeldS > heldShare*seconds:
		return fmt.Sprintf("throttled: heat or the power brake held the card's clocks back for %.3g s of %.3g s: cool it, or lower its power limit", w.HeldS, seconds)
	}
	return ""
}
