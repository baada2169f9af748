package power

import (
	"path"
	"regexp"
	"strings"
	"time"

	"joulemark/results/joules"
)

// A chipRule says what the channels of a chip cover. Patterns are globs; the
// first rule that matches chip, channel and label decides.
type chipRule struct {
	chip, channel, label string
	skip                 string // why such a channel is not published
	refused              string // why it may not be a headline
	scope                joules.Scope
	device               string // "pci", "cpu" (the label's number) or "" (the machine)
	period               time.Duration
	pct                  float64 // bound of the gain error
	stepW                float64 // smallest step of a gauge; 0 = not known
	source               string  // where scope and bound come from
}

// Bounds without a maker's word are 10 %; 5 % is what shunt monitors and board
// management claim (INA3221 and DCMI documents, from 1 to 5 %).
const (
	unstatedPct = 10
	shuntPct    = 5
)

// chipRules, by driver. Labels of ACPI meters are their power1_oem_info.
var chipRules = []chipRule{
	// NVIDIA Grace: the module holds CPU, GPU, both memories and regulator loss; a
	// Grace socket holds CPU, SysIO and its memory.
	{chip: "power_meter", channel: "power*_average", label: "Module Power Socket *", scope: joules.Module, device: "module", period: 50 * time.Millisecond, pct: shuntPct, source: "NVIDIA TH500 ACPI tables"},
	{chip: "power_meter", channel: "power*_average", label: "Grace Power Socket *", scope: joules.Package, device: "cpu", period: 50 * time.Millisecond, pct: shuntPct, source: "NVIDIA TH500 ACPI tables; memory included"},
	{chip: "power_meter", channel: "power*_average", label: "CPU Power Socket *", scope: joules.Part, device: "cpu", period: 50 * time.Millisecond, pct: shuntPct, source: "NVIDIA TH500 ACPI tables"},
	{chip: "power_meter", channel: "power*_average", label: "SysIO Power Socket *", scope: joules.Part, device: "cpu", period: 50 * time.Millisecond, pct: shuntPct, source: "NVIDIA TH500 ACPI tables"},
	{chip: "power_meter", channel: "power*_average", label: "*", scope: joules.System, period: time.Second, pct: shuntPct, stepW: 1, source: "ACPI power meter of the machine, mostly its BMC's DCMI"},

	// GPUs. A card holds its package, so the package is a part of it. Their energy
	// registers have 32 bits, but i915 and xe count the overflows whenever they are
	// read and print 64 bits, so nothing wraps here; xe loses energy unless it is
	// read once in 4 min, which the recorder does.
	{chip: "amdgpu", channel: "power*", label: "*", scope: joules.Board, device: "pci", period: 100 * time.Millisecond, pct: unstatedPct, stepW: 1, source: "amdgpu_pm.c"},
	{chip: "i915", channel: "energy1_input", label: "*", scope: joules.Board, device: "pci", period: 100 * time.Millisecond, pct: unstatedPct, source: "i915_hwmon.c"},
	{chip: "i915_gt*", channel: "energy*", label: "*", scope: joules.Part, device: "pci", period: 100 * time.Millisecond, pct: unstatedPct, source: "i915_hwmon.c, one tile"},
	{chip: "xe", channel: "energy1_input", label: "*", scope: joules.Board, device: "pci", period: 100 * time.Millisecond, pct: unstatedPct, source: "sysfs-driver-intel-xe-hwmon"},
	{chip: "xe", channel: "energy*", label: "*", scope: joules.Part, device: "pci", period: 100 * time.Millisecond, pct: unstatedPct, source: "sysfs-driver-intel-xe-hwmon"},

	// Jetson: VDD_IN feeds the module, the other rails are inside it; channel 7 is
	// a sum of shunt voltages and no rail.
	{chip: "ina3221", channel: "in*", label: "VDD_IN", scope: joules.Module, period: 100 * time.Millisecond, pct: shuntPct, source: "NVIDIA Jetson developer guide"},
	{chip: "ina3221", channel: "in*", label: "sum of shunt voltages", skip: "a sum of shunt voltages, no rail"},
	{chip: "ina3221", channel: "in*", label: "?*", scope: joules.Part, period: 100 * time.Millisecond, pct: shuntPct, source: "NVIDIA Jetson developer guide"},

	// CPUs
	{chip: "smpro", channel: "power*_input", label: "*", scope: joules.Part, device: "", period: time.Second, pct: unstatedPct, source: "smpro-hwmon.rst: one regulator of a socket"},
	{chip: "zenergy", channel: "energy*", label: "Esocket*", scope: joules.Package, device: "cpu", period: raplPeriod, pct: amdBound.pct, source: "AMD's RAPL counter by an out-of-tree driver"},
	{chip: "amd_energy", channel: "energy*", label: "Esocket*", scope: joules.Package, device: "cpu", period: raplPeriod, pct: amdBound.pct, source: "AMD's RAPL counter by an out-of-tree driver"},
	{chip: "zenergy", channel: "energy*", label: "*", skip: "a single core"},
	{chip: "amd_energy", channel: "energy*", label: "*", skip: "a single core"},

	{chip: "BAT*", channel: "*", label: "*", skip: "the battery meter reads it"},
	{chip: "*", channel: "in*", label: "*", skip: "volts and amperes of an unknown rail"},
	{chip: "*", channel: "*", label: "*", scope: joules.Part, device: "pci", period: time.Second, pct: unstatedPct, refused: "no rule says what this chip covers", source: "unknown driver"},
}

// ruleFor finds the rule of a channel and gives ACPI meters their label.
func ruleFor(c *chip, ch *channel) chipRule {
	if oem := c.text("power" + ch.number + "_oem_info"); oem != "" && ch.label == "" {
		ch.label = oem
	}
	for _, r := range chipRules {
		if globs(r.chip, c.name) && globs(r.channel, ch.name) && globs(r.label, ch.label) {
			return r
		}
	}
	panic("power: the last chip rule matches everything")
}

func globs(pattern, text string) bool {
	ok, err := path.Match(pattern, strings.ReplaceAll(text, "/", " "))
	return ok && err == nil
}

var lastNumber = regexp.MustCompile(`([0-9]+)\D*$`)

// domain describes a channel by its rule.
func (r chipRule) domain(c *chip, ch *channel, facts cpuFacts) joules.Domain {
	d := joules.Domain{
		Name: domainName(c, ch), Kind: ch.kind, Provenance: joules.Measured, Scope: r.scope,
		Period: r.period, SystematicPct: r.pct, Refused: r.refused,
		Source: path.Base(c.dir) + "/" + ch.name + " (" + c.name + "); " + r.source,
	}
	if r.scope == joules.Package && ch.kind == joules.Counter {
		d.Provenance = raplProvenance(facts)
	}
	if facts.hypervisor && r.device != "pci" {
		d.Provenance = joules.Virtual // a guest's board sensor is its hypervisor's invention
	}
	if number := lastNumber.FindString(ch.label); r.device == "cpu" || r.device == "module" {
		d.Device = r.device + ":" + number
	} else if r.device == "pci" {
		d.Device = c.pci
		if id := c.text("unique_id"); id != "" { // amdgpu; HIP's UUID is made of it
			d.UUID = "GPU-" + id
		}
	}
	if ms, err := parseMicro([]byte(c.text("power" + ch.number + "_average_interval"))); err == nil && ms > 0 {
		d.Period = time.Duration(ms * 1e6 * float64(time.Millisecond))
	}
	if ch.kind == joules.GaugeAverage {
		d.Window = d.Period
	}
	if ch.kind != joules.Counter {
		d.ResolutionW = r.stepW
	}
	if c.name == "amdgpu" && c.isAPU() {
		d.Scope, d.Refused = joules.Part, "an APU: these watts hold its CPU cores too"
	}
	return d
}

// isAPU: only APUs have a northbridge voltage (amdgpu_pm.c, in1 "vddnb").
func (c *chip) isAPU() bool { return c.text("in1_label") == "vddnb" }

var notInNames = regexp.MustCompile(`[^a-z0-9_]+`)

// domainName is the chip, its PCI address and its label or channel; for ACPI
// meters with a known label that label alone ("grace-0").
func domainName(c *chip, ch *channel) string {
	slug := strings.Trim(notInNames.ReplaceAllString(strings.ToLower(ch.label), "-"), "-")
	if c.name == "power_meter" && strings.Contains(slug, "-power-socket-") {
		return strings.Replace(slug, "-power-socket", "", 1)
	}
	parts := []string{c.name}
	if c.pci != "" {
		parts = append(parts, c.pci)
	}
	if slug != "" && slug != "ppt" {
		parts = append(parts, slug)
	}
	if slug == "" && c.name != "power_meter" || ch.kind == joules.GaugeInstant && len(ch.paths) == 1 && c.files["power"+ch.number+"_average"] != "" {
		parts = append(parts, strings.ReplaceAll(ch.name, "_", "-"))
	}
	return strings.Join(parts, "-")
}
