package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"

	"joulemark/bench/measure"
	"joulemark/bench/power"
	"joulemark/plots"
	"joulemark/results"
	"joulemark/results/joules"
	"joulemark/workloads"
)

// A console tells on stderr how a run goes on: on a terminal one line redrawn
// between windows, elsewhere one plain line a step.
type console struct {
	w     io.Writer
	live  bool
	drawn bool
	last  string // what the step before came to, for the live line
}

func newConsole(e *env) *console {
	f, ok := e.stderr.(*os.File)
	return &console{w: e.stderr, live: ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"}
}

// header says what runs where, with which sensors, and how long it will take.
func (c *console) header(s *measure.Session) {
	c.clear() // what was waited for
	fmt.Fprintln(c.w, "joulemark", version(), "·", machineLine(s.Machine))
	for i, line := range powerLines(s) {
		c.field(map[bool]string{true: "power"}[i == 0], line)
	}
	p := s.Plan
	runners, works := map[string]bool{}, map[string]bool{}
	for _, st := range p.Steps {
		runners[st.Runner], works[string(st.Workload)] = true, true
	}
	c.field("plan", fmt.Sprintf("%s: %s, %s, %s, about %s, seed %d", p.Suite, count(len(works), "workload"), count(len(runners), "runner"),
		count(p.Trials, "trial"), short(s.Total), p.Seed))
	c.field("", s.Dir())
	for _, n := range s.Notes {
		c.field("note", n)
	}
	fmt.Fprintln(c.w)
}

func (c *console) field(name, text string) { fmt.Fprintf(c.w, "%-7s %s\n", name, text) }

// machineLine is the machine in a line: cores, what they can, memory, system.
func machineLine(m *results.Machine) string {
	name := m.CPU.March
	if name == "" {
		name = m.CPU.Model
	}
	parts := []string{strings.TrimSpace(fmt.Sprintf("%s %s, %s", count(m.CPU.Cores, "core"), name, shortISA(m.CPU.ISA)))}
	if m.MemoryBytes > 0 {
		parts[0] += fmt.Sprintf(", %.0f GiB", float64(m.MemoryBytes)/(1<<30))
	}
	parts = append(parts, strings.TrimSpace(m.OS+" "+kernelShort(m.Kernel)))
	if m.Hypervisor {
		parts = append(parts, "virtual machine")
	}
	if m.Simulated {
		parts = append(parts, "SIMULATED sensors")
	}
	return strings.Join(parts, " · ")
}

// shortISA leaves out what AVX-512 implies: "AVX-512 BF16 VNNI".
func shortISA(sets []string) string {
	if !slices.Contains(sets, "AVX-512") {
		return strings.Join(sets, " ")
	}
	words := []string{"AVX-512"}
	for _, s := range sets {
		if extension, ok := strings.CutPrefix(s, "AVX512-"); ok {
			words = append(words, extension)
		} else if s == "AMX" {
			words = append(words, s)
		}
	}
	return strings.Join(words, " ")
}

// kernelShort is "6.18" of "6.18.44-cloud".
func kernelShort(release string) string {
	parts := strings.SplitN(release, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

// powerLines say which sensors are read, or what was looked for in vain.
func powerLines(s *measure.Session) []string {
	var ready, missing, refused []string
	for _, m := range s.Meters {
		switch {
		case m.Err == nil:
			ready = append(ready, domainList(m.Meter.Domains()))
			refused = append(refused, power.Losses(m.Meter)...)
		case errors.Is(m.Err, power.ErrRefused):
			refused = append(refused, bare(m.Err))
		default:
			missing = append(missing, m.Name)
		}
	}
	if len(ready) > 0 {
		return append([]string{strings.Join(ready, " · ")}, refused...)
	}
	lines := []string{"no sensor here"}
	if len(refused) > 0 {
		lines[0] = "a sensor is here but may not be read"
	} else if len(missing) > 0 {
		lines[0] += " (looked at: " + strings.Join(missing, ", ")
		if s.Machine.Hypervisor {
			lines[0] += "; a virtual machine shows none"
		}
		lines[0] += ")"
	}
	lines = append(lines, refused...)
	return append(lines, "what would help: joulemark list meters")
}

// domainList names domains with the update period of their meter.
func domainList(domains []joules.Domain) string {
	var names []string
	var period time.Duration
	for _, d := range domains {
		names, period = append(names, d.ID()), max(period, d.Period)
	}
	if len(names) > 6 {
		names = append(names[:6], fmt.Sprintf("and %d more", len(names)-6))
	}
	if period > 0 {
		names = append(names, "(update "+period.String()+")")
	}
	return strings.Join(names, " ")
}

// Note is a line about something the user should know.
func (c *console) Note(text string) {
	if c.live {
		c.redraw("  " + text)
		return
	}
	fmt.Fprintln(c.w, " ", text)
}

// Step shows a step that begins on a terminal, and one that ended everywhere.
func (c *console) Step(p measure.Progress) {
	n := p.Done
	if p.Sample == nil {
		n++
	}
	line := fmt.Sprintf("%3d/%d  %s  %s  trial %d", n, p.Total, p.Step.Runner, workloads.Label(p.Workload), p.Step.Trial)
	if p.Sample == nil {
		if c.live {
			c.redraw(line + " …" + c.last + "   " + short(p.Left) + " left")
		}
		return
	}
	c.last = "   last: " + outcome(*p.Sample, p.Workload)
	line += "   " + outcome(*p.Sample, p.Workload) + "   " + short(p.Left) + " left"
	reason := p.Sample.StatusReason
	if c.live && reason == "" {
		c.redraw(line)
		return
	}
	c.clear()
	fmt.Fprintln(c.w, line)
	if reason != "" {
		fmt.Fprintln(c.w, "        "+reason)
	}
}

// outcome is what a step came to, in a few words.
func outcome(s results.Sample, w workloads.Workload) string {
	if !s.Measured() {
		return s.Status
	}
	text := plots.FormatSI(s.Operations()/s.DurationS, opUnit(w.DType())+"/s")
	if isStream(w) { // as in the table
		text = plots.FormatSI(s.Bandwidth(), "B/s")
	}
	if !math.IsNaN(s.EnergyJ) {
		text += "  " + plots.FormatSI(s.EnergyJ/s.DurationS, "W")
	}
	if s.Verified == results.True {
		text += "  checked"
	}
	if s.Status == results.Void {
		text += "  void"
	}
	return text
}

// opUnit is FLOP for floating-point types and OP for integers, which have none.
func opUnit(d workloads.DType) string {
	if d.Integer() {
		return "OP"
	}
	return "FLOP"
}

func (c *console) redraw(line string) {
	width := 100
	if f, ok := c.w.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			width = min(width, w)
		}
	}
	if r := []rune(line); len(r) >= width {
		line = string(r[:width-1]) + "…"
	}
	fmt.Fprint(c.w, "\r\x1b[K", line)
	c.drawn = true
}

// clear removes the line being redrawn, before something else is printed.
func (c *console) clear() {
	if c.drawn {
		fmt.Fprint(c.w, "\r\x1b[K")
		c.drawn = false
	}
}

// closing says what the run was worth and where its files are.
func (c *console) closing(run *results.Run, out measure.Outcome, figures bool) {
	for _, line := range results.Warnings(run) {
		fmt.Fprintln(c.w, "note    ", line)
	}
	if !math.IsNaN(out.RecorderCPU) {
		fmt.Fprintf(c.w, "recorder %.3f %% of the CPUs\n", 100*out.RecorderCPU)
	}
	if out.Interrupted {
		fmt.Fprintf(c.w, "interrupted: what was measured is kept; go on with joulemark run --resume %s\n", out.Dir)
	} else if run.Plan.Trials < 6 && out.Measured > 0 {
		fmt.Fprintf(c.w, "no 95 %% interval from %s (six give one): joulemark run --resume %s --trials 6\n", count(run.Plan.Trials, "trial"), out.Dir)
	}
	files := "summary.csv samples.csv"
	if figures {
		files += " figures" + string(filepath.Separator)
	}
	fmt.Fprintf(c.w, "written  %s: %s\n", out.Dir, files)
}

// count writes "1 trial", "3 trials".
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// short writes a length of time as people say it: "2 min 30 s".
func short(d time.Duration) string {
	d = d.Round(time.Second)
	h, m, s := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60
	switch {
	case h > 0:
		return fmt.Sprintf("%d h %d min", h, m)
	case m > 0:
		return fmt.Sprintf("%d min %d s", m, s)
	}
	return fmt.Sprintf("%d s", s)
}
