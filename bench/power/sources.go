package power

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// A Source is a kind of meter that this program can read. A new one is one new
// file that registers itself; `list` and the README's table come from here.
type Source struct {
	Name    string // of the meter, lower case: "rapl"
	Summary string // one line: what it reads
	Needs   string // one line: what must be there, and how to get it
	Default bool   // opened without being named
	// Open looks for the sensors. Its errors wrap ErrUnavailable or ErrRefused
	// and end with the remedy.
	Open func(Config) (Meter, error)
}

var sources = map[string]Source{}

// Register adds a source; called from init. A second one of a name is a mistake
// in this program.
func Register(s Source) {
	if _, taken := sources[s.Name]; taken {
		panic("power: two sources named " + s.Name)
	}
	sources[s.Name] = s
}

// Sources lists what is registered, by name.
func Sources() []Source {
	names := slices.Sorted(maps.Keys(sources))
	list := make([]Source, len(names))
	for i, name := range names {
		list[i] = sources[name]
	}
	return list
}

// Found is what became of one source: an open meter, or why there is none.
type Found struct {
	Name  string
	Meter Meter // nil if Err is not
	Err   error
}

// OpenAll opens the sources that the selectors name, every default one without
// selectors. A selector is a name or glob of a meter ("rapl", "h*"), of its
// domains ("rapl:package-*"), NAME=ADDRESS, or "none" alone. The error is a
// mistake in the selectors; a sensor that is missing stands in Found.
func OpenAll(cfg Config, selectors []string) ([]Found, error) {
	cfg, picks, err := parseSelectors(cfg, selectors)
	if err != nil {
		return nil, err
	}
	var all []Found
	for _, s := range Sources() {
		patterns, picked := picks[s.Name]
		if !picked {
			continue
		}
		m, err := s.Open(cfg)
		if err == nil {
			m, err = choose(s.Name, m, patterns)
		}
		all = append(all, Found{Name: s.Name, Meter: m, Err: err})
	}
	return all, nil
}

// parseSelectors gives, for each source picked, the globs of its domains (none =
// all), and the config with the addresses that came as NAME=ADDRESS.
func parseSelectors(cfg Config, selectors []string) (Config, map[string][]string, error) {
	picks := map[string][]string{}
	if len(selectors) == 0 {
		for _, s := range sources {
			if s.Default {
				picks[s.Name] = nil
			}
		}
		return cfg, picks, nil
	}
	if slices.Contains(selectors, "none") {
		if len(selectors) > 1 {
			return cfg, nil, fmt.Errorf(`"none" excludes every meter: give it alone, or leave it out`)
		}
		return cfg, picks, nil
	}
	cfg.Addresses = maps.Clone(cfg.Addresses)
	whole := map[string]bool{}
	for _, sel := range selectors {
		if err := pick(&cfg, sel, picks, whole); err != nil {
			return cfg, nil, err
		}
	}
	for name := range whole {
		picks[name] = nil
	}
	return cfg, picks, nil
}

// pick notes what one selector selects.
func pick(cfg *Config, sel string, picks map[string][]string, whole map[string]bool) error {
	name, address, addressed := strings.Cut(sel, "=")
	name, domain, partial := strings.Cut(name, ":")
	matched := false
	for _, s := range Sources() {
		ok, err := path.Match(name, s.Name)
		if err != nil {
			return fmt.Errorf(`"%s" is no pattern: write * and ? for any letters, [abc] for one of some`, sel)
		}
		if !ok {
			continue
		}
		matched = true
		if addressed {
			if cfg.Addresses == nil {
				cfg.Addresses = map[string]string{}
			}
			cfg.Addresses[s.Name] = address
		}
		if partial {
			picks[s.Name] = append(picks[s.Name], domain)
		} else {
			picks[s.Name], whole[s.Name] = nil, true
		}
	}
	if !matched {
		return unknownMeter(name)
	}
	return nil
}

// An UnknownMeterError is a selector that fits no source. The caller, who prints
// it, may add which of the known ones is near.
type UnknownMeterError struct {
	Name  string
	Known []string
}

func (e *UnknownMeterError) Error() string {
	return fmt.Sprintf("no meter %q: choose from %s (joulemark list meters)", e.Name, strings.Join(e.Known, " "))
}

func unknownMeter(name string) error {
	e := &UnknownMeterError{Name: name}
	for _, s := range Sources() {
		e.Known = append(e.Known, s.Name)
	}
	return e
}
