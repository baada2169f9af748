package machine

import (
	"math"
	"strings"
	"sync"

	"github.com/prometheus/procfs"
)

// A Card is an accelerator whose state can be read. Its names are as the system and
// the driver write them; "" is unknown.
type Card struct {
	PCI, UUID string

	mu   sync.Mutex // one reading at a time
	read func() CardState
	heat func() float64 // temperature alone, in °C
	pids func() []int   // of the processes that compute on it; nil = not known
}

// A CardState is a card at a moment. NaN and "" are unknown.
type CardState struct {
	TemperatureC float64
	ClockHz      float64 // of the compute units
	PowerLimitW  float64 // in force
	Events       string  // what holds the clocks back, names joined by "+"
	EventsKnown  bool
	Slowdown     string  // those of them that spoil a measurement: heat and supply; the power limit does not
	HeldS        float64 // how long they have done so since the driver was loaded
}

func unknownCard() CardState {
	nan := math.NaN()
	return CardState{TemperatureC: nan, ClockHz: nan, PowerLimitW: nan, HeldS: nan}
}

// Cards are the accelerators of this machine: NVIDIA's by their driver's library,
// others by hwmon under root. close gives back what they hold.
func Cards(root string) (cards []*Card, close func()) {
	if root == "" {
		root = "/"
	}
	nvidia, close := nvmlCards(root)
	return append(nvidia, hwmonCards(root)...), close
}

// State reads the card; of no card (nil) all is unknown.
func (c *Card) State() CardState {
	if c == nil {
		return unknownCard()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.read()
}

// TemperatureC is the card's temperature; NaN where it is not known.
func (c *Card) TemperatureC() float64 {
	if c == nil {
		return math.NaN()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.heat()
}

// Others counts the processes that compute on the card and are in none of the process
// groups. In a container the driver may number processes as the host does; then one of
// them is taken to be ours.
func (c *Card) Others(groups ...int) int {
	if c == nil || c.pids == nil {
		return 0
	}
	c.mu.Lock()
	pids := c.pids()
	c.mu.Unlock()
	own := 0
	for _, pid := range pids {
		if inGroups(pid, groups) {
			own++
		}
	}
	return max(0, len(pids)-max(own, 1))
}

func inGroups(pid int, groups []int) bool {
	p, err := procfs.NewProc(pid)
	if err != nil {
		return false
	}
	st, err := p.Stat()
	if err != nil {
		return false
	}
	for _, g := range groups {
		if st.PGRP == g {
			return true
		}
	}
	return false
}

// joinNames adds the names of b that a lacks; both are joined by "+".
func joinNames(a, b string) string {
	for name := range strings.SplitSeq(b, "+") {
		if name != "" && !strings.Contains("+"+a+"+", "+"+name+"+") {
			a = strings.TrimPrefix(a+"+"+name, "+")
		}
	}
	return a
}
