package power

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"joulemark/results/joules"
)

// A chip is one hwmon device. Its attributes lie in dir or, with older drivers,
// in dir/device.
type chip struct {
	dir   string
	name  string            // the driver's: "amdgpu"
	pci   string            // address of the device behind it, "" where there is none
	files map[string]string // attribute -> path
}

// A channel is one number of watts or joules of a chip: one file, or two whose
// product it is (mV x mA).
type channel struct {
	name   string // "power1_average", "energy2_input", "in1_input"
	number string // "1"
	kind   joules.Kind
	label  string
	paths  []string
	files  []*valueFile
}

var (
	pciAddress   = regexp.MustCompile(`^[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$`)
	channelFile  = regexp.MustCompile(`^(power|energy|in)([0-9]+)_(average|input)$`)
	errAbsurd    = errors.New("above 4200 W: the driver printed an error code as a number")
	errNoReading = errors.New("negative: the driver printed an error code as a number")
)

// findChips lists the hwmon devices with a name, by number.
func findChips(cfg Config) []*chip {
	dirs, _ := filepath.Glob(cfg.path("sys/class/hwmon/hwmon*"))
	slices.SortFunc(dirs, func(a, b string) int { return hwmonNumber(a) - hwmonNumber(b) })
	var chips []*chip
	for _, dir := range dirs {
		c := &chip{dir: dir, files: map[string]string{}}
		c.list(filepath.Join(dir, "device"))
		c.list(dir) // wins
		if c.name = readTrimmed(c.files["name"]); c.name == "" {
			continue
		}
		if target, err := os.Readlink(filepath.Join(dir, "device")); err == nil && pciAddress.MatchString(filepath.Base(target)) {
			c.pci = filepath.Base(target)
		}
		chips = append(chips, c)
	}
	return chips
}

func hwmonNumber(dir string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(dir), "hwmon"))
	if err != nil {
		return math.MaxInt32
	}
	return n
}

func (c *chip) list(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return // many chips have no device
	}
	for _, e := range entries {
		c.files[e.Name()] = filepath.Join(dir, e.Name())
	}
}

// text is an attribute's text, "" where it is missing.
func (c *chip) text(attribute string) string { return readTrimmed(c.files[attribute]) }

// channels lists what can be watts or joules, averages before instantaneous
// values of one number. A voltage counts where the current of its number exists.
func (c *chip) channels() []*channel {
	var list []*channel
	for name, path := range c.files {
		match := channelFile.FindStringSubmatch(name)
		if match == nil {
			continue
		}
		ch := &channel{name: name, number: match[2], paths: []string{path}}
		ch.label = c.text(match[1] + match[2] + "_label")
		switch match[1] + "_" + match[3] {
		case "power_average":
			ch.kind = joules.GaugeAverage
		case "power_input":
			ch.kind = joules.GaugeInstant
		case "energy_input":
			ch.kind = joules.Counter
		case "in_input":
			current, ok := c.files["curr"+match[2]+"_input"]
			if !ok {
				continue
			}
			ch.kind, ch.paths = joules.GaugeInstant, append(ch.paths, current)
		default:
			continue
		}
		list = append(list, ch)
	}
	slices.SortFunc(list, func(a, b *channel) int { return strings.Compare(a.order(), b.order()) })
	return list
}

func (ch *channel) order() string {
	prefix, suffix, _ := strings.Cut(ch.name, ch.number)
	return fmt.Sprintf("%s%8s%s", prefix, ch.number, suffix)
}

// switchedOff names the attribute that turns the channel off, "" where none does.
func (c *chip) switchedOff(ch *channel) string {
	prefix, _, _ := strings.Cut(ch.name, "_")
	for _, attribute := range []string{prefix + "_enable", "curr" + ch.number + "_enable"} {
		if len(ch.paths) == 1 && strings.HasPrefix(attribute, "curr") {
			continue
		}
		if c.text(attribute) == "0" {
			return attribute
		}
	}
	return ""
}

// open opens the files and reads once, so that a channel that cannot answer now
// is told apart at once. An error code printed as a number passes: it may clear.
func (ch *channel) open(cfg Config) error {
	for _, path := range ch.paths {
		f, err := openValue(cfg, path)
		if err != nil {
			ch.close()
			return err
		}
		ch.files = append(ch.files, f)
	}
	if _, err := ch.read(); err != nil && !errors.Is(err, errAbsurd) && !errors.Is(err, errNoReading) {
		ch.close()
		return err
	}
	return nil
}

// read gives watts or joules.
func (ch *channel) read() (float64, error) {
	v, err := ch.files[0].micro()
	if err != nil {
		return math.NaN(), err
	}
	if len(ch.files) == 2 { // mV x mA = µW
		a, err := ch.files[1].micro()
		if err != nil {
			return math.NaN(), err
		}
		v *= a * 1e6
	}
	switch {
	case v < 0:
		return math.NaN(), errNoReading
	case ch.kind != joules.Counter && v > maxGaugeMicro/1e6:
		return math.NaN(), errAbsurd
	}
	return v, nil
}

func (ch *channel) close() {
	for _, f := range ch.files {
		f.close()
	}
	ch.files = nil
}
