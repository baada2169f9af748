package power

import (
	"fmt"
	"path"
	"strings"

	"joulemark/results/joules"
)

// A Noter is a meter that can say what it left out, and why: zones that show a
// counter already shown, channels that are switched off.
type Noter interface{ Notes() []string }

// Notes are a meter's notes; none for one that has none.
func Notes(m Meter) []string {
	if n, ok := m.(Noter); ok {
		return n.Notes()
	}
	return nil
}

// A Loser is a meter that can say what it should have read and could not.
type Loser interface{ Losses() []string }

// Losses are what a meter should have read and could not.
func Losses(m Meter) []string {
	if l, ok := m.(Loser); ok {
		return l.Losses()
	}
	return nil
}

// A Remote meter answers over a network: the recorder does not make a phase
// boundary wait for it.
type Remote interface{ Remote() bool }

func isRemote(m Meter) bool {
	r, ok := m.(Remote)
	return ok && r.Remote()
}

// A chosen meter shows some domains of another.
type chosen struct {
	Meter
	domains []joules.Domain
	keep    []int
	all     []joules.Reading
}

// choose keeps the domains that match one of the globs; all where there are none.
func choose(name string, m Meter, globs []string) (Meter, error) {
	if len(globs) == 0 {
		return m, nil
	}
	c := &chosen{Meter: m}
	var names []string
	for i, d := range m.Domains() {
		names = append(names, d.Name)
		if matchesAny(globs, d.Name) {
			c.domains, c.keep = append(c.domains, d), append(c.keep, i)
		}
	}
	if len(c.keep) == 0 {
		m.Close()
		return nil, fmt.Errorf("%w: %s has no domain %s: choose from %s", ErrUnavailable,
			name, strings.Join(globs, " or "), strings.Join(names, " "))
	}
	c.all = make([]joules.Reading, len(names))
	return c, nil
}

func matchesAny(globs []string, name string) bool {
	for _, g := range globs {
		if ok, err := path.Match(g, name); ok && err == nil {
			return true
		}
	}
	return false
}

func (c *chosen) Domains() []joules.Domain { return c.domains }

func (c *chosen) Read(readings []joules.Reading) {
	c.Meter.Read(c.all)
	for i, k := range c.keep {
		readings[i] = c.all[k]
	}
}

func (c *chosen) Losses() []string { return Losses(c.Meter) }

func (c *chosen) Notes() []string { return Notes(c.Meter) }

func (c *chosen) Remote() bool { return isRemote(c.Meter) }
