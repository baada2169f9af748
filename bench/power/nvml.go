package power

import (
	"errors"
	"fmt"
	"strings"

	"joulemark/bench/internal/nvml"
	"joulemark/results/joules"
)

func init() {
	Register(Source{
		Name:    "nvml",
		Summary: "power and energy of NVIDIA cards by the driver's own library (NVML)",
		Needs:   "Linux and NVIDIA's driver; in a container --gpus all",
		Default: true,
		Open:    openNVML,
	})
}

// An nvmlMeter reads every NVIDIA card that this process may see.
type nvmlMeter struct {
	cfg     Config
	library nvml.Library
	cards   []*nvmlCard
	domains []joules.Domain
	lost    []string // cards that give nothing, and why
}

// openNVML starts the driver's library. It is no file, so below a sensor root there
// is none, unless a test has put a stand-in in its place.
func openNVML(cfg Config) (Meter, error) {
	if cfg.Simulated() && !nvml.Simulated() {
		return nil, fmt.Errorf("%w: the driver's library is not below %s: leave --sensor-root out to read this machine's cards", ErrUnavailable, cfg.Root)
	}
	library, err := nvml.Open()
	if err != nil {
		return nil, nvmlError(err)
	}
	m := &nvmlMeter{cfg: cfg, library: library}
	if err := m.findCards(); err != nil {
		library.Close()
		return nil, err
	}
	cfg.seal("nvml", m.domains)
	return m, nil
}

// nvmlError tells a library that may not be used from one that is not there.
func nvmlError(err error) error {
	var e *nvml.Error
	if errors.As(err, &e) && e.Code == nvml.NoPermission {
		return fmt.Errorf("%w: %w: %w", ErrUnavailable, ErrRefused, err)
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

// findCards asks each card. One that is lost, or that tells nothing, hides no other.
func (m *nvmlMeter) findCards() error {
	n, err := m.library.Count()
	if err != nil {
		return fmt.Errorf("%w: %w: see whether nvidia-smi works", ErrUnavailable, err)
	}
	driver, err := m.library.DriverVersion()
	if err != nil {
		driver = "unknown"
	}
	for i := range n {
		if err := m.add(i, driver); err != nil {
			m.lost = append(m.lost, fmt.Sprintf("card %d: %v", i, err))
		}
	}
	switch {
	case len(m.cards) > 0:
		return nil
	case len(m.lost) > 0:
		return fmt.Errorf("%w: no card can be read (%s): see what nvidia-smi -q -d POWER says", ErrUnavailable, strings.Join(m.lost, "; "))
	}
	return fmt.Errorf("%w: the driver shows no card to this process: in a container, start it with --gpus all", ErrUnavailable)
}

func (m *nvmlMeter) add(index int, driver string) error {
	d, err := m.library.Device(index)
	if err != nil {
		return err
	}
	c, err := newCard(d, driver)
	if err != nil {
		return err
	}
	m.cards = append(m.cards, c)
	for _, d := range c.domains {
		d.Simulated = nvml.Simulated()
		m.domains = append(m.domains, d)
	}
	return nil
}

// Domains are those of all cards, card by card.
func (m *nvmlMeter) Domains() []joules.Domain { return m.domains }

// Losses are the cards that should have been read and could not.
func (m *nvmlMeter) Losses() []string { return m.lost }

// Notes say the same to `list`.
func (m *nvmlMeter) Notes() []string { return m.lost }

// Read reads card after card, each call with its own stamps: one takes 1 to 10 ms.
func (m *nvmlMeter) Read(readings []joules.Reading) {
	for _, c := range m.cards {
		n := len(c.domains)
		c.read(m.cfg.now, readings[:n])
		readings = readings[n:]
	}
}

// Close gives the library back.
func (m *nvmlMeter) Close() error { return m.library.Close() }
