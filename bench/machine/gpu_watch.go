package machine

import (
	"math"
	"time"
)

// watchInterval is the time between two looks at a card. What holds its clocks back
// lasts longer.
const watchInterval = 500 * time.Millisecond

// A Watch looks at a card while it works.
type Watch struct {
	card   *Card
	seen   CardWindow
	heldS  float64   // at the start
	clocks []float64 // Hz
	stop   chan struct{}
	done   chan struct{}
}

// A CardWindow is what a watch has seen. NaN and "" are unknown.
type CardWindow struct {
	StartC, EndC float64 // temperature
	ClockHz      float64 // mean, of the compute units
	PowerLimitW  float64 // at the end
	Events       string  // all that held the clocks back, but an idle card
	EventsKnown  bool
	Slowdown     string  // those that spoil a measurement
	HeldS        float64 // how long they did so
}

// Watch looks at the card now and then until Stop. Of no card (nil) it sees nothing.
func (c *Card) Watch() *Watch {
	first := c.State()
	w := &Watch{card: c, heldS: first.HeldS, stop: make(chan struct{}), done: make(chan struct{})}
	w.seen.StartC = first.TemperatureC
	w.add(first)
	go w.look()
	return w
}

func (w *Watch) look() {
	defer close(w.done)
	ticker := time.NewTicker(watchInterval)
	defer ticker.Stop()
	for {
		select {
		case <-w.stop:
			return
		case <-ticker.C:
			w.add(w.card.State())
		}
	}
}

// add joins a state to what was seen.
func (w *Watch) add(s CardState) {
	w.seen.Events, w.seen.Slowdown = joinNames(w.seen.Events, s.Events), joinNames(w.seen.Slowdown, s.Slowdown)
	w.seen.EventsKnown = w.seen.EventsKnown || s.EventsKnown
	w.seen.EndC, w.seen.PowerLimitW, w.seen.HeldS = s.TemperatureC, s.PowerLimitW, s.HeldS-w.heldS
	w.clocks = append(w.clocks, s.ClockHz)
}

// Stop ends the watch with a last look. Its clock does not count: the load may have
// ended before it.
func (w *Watch) Stop() CardWindow {
	close(w.stop)
	<-w.done
	w.seen.ClockHz = mean(w.clocks)
	w.add(w.card.State())
	return w.seen
}

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / math.Max(1, float64(len(v)))
}
