package results

import (
	"fmt"
	"math"

	"joulemark/results/joules"
)

// maxRowFindings bounds how many rows of one kind are named: a file that is
// wrong all over needs no million lines to say so.
const maxRowFindings = 20

// A powerKeeper turns rows of power.csv into the points of their domains.
type powerKeeper struct {
	run     *Run
	domains map[string]*joules.Domain
	streams map[string]*powerStream
	share   int // rows to expect of a domain
	wrong   int // rows found wrong
}

type powerStream struct {
	domain *joules.Domain // nil: not in machine.json
	points []joules.Point
}

func newPowerKeeper(r *Run) *powerKeeper {
	k := &powerKeeper{run: r, domains: map[string]*joules.Domain{}, streams: map[string]*powerStream{}}
	for i := range r.Machine.Domains {
		d := &r.Machine.Domains[i]
		k.domains[d.ID()] = d
	}
	return k
}

// expect makes room for equal shares of the rows.
func (k *powerKeeper) expect(rows int) { k.share = rows / max(1, len(k.domains)) }

func (k *powerKeeper) keep(n int, p *PowerRow) error {
	s := k.streams[p.Domain]
	if s == nil {
		s = &powerStream{domain: k.domains[p.Domain], points: make([]joules.Point, 0, k.share)}
		k.streams[p.Domain] = s
		if s.domain == nil {
			k.find(n, "domain", fmt.Sprintf("%q is no domain of %s", shorten(p.Domain), MachineFile))
		}
	}
	if column, why := k.fault(p, s); why != "" {
		k.find(n, column, why)
	}
	s.points = append(s.points, joules.Point{
		TimeS: p.TimeS, ReadS: p.ReadS, Value: s.value(p), Status: p.Status, Session: k.run.Machine.session(p.TimeS)})
	return nil
}

func (k *powerKeeper) find(n int, column, why string) {
	if k.wrong++; k.wrong > maxRowFindings {
		return
	}
	k.run.findings = append(k.run.findings, Finding{File: powerTable.File, Row: n, Column: column, Message: why})
}

func (k *powerKeeper) finish() {
	if more := k.wrong - maxRowFindings; more > 0 {
		k.run.findings = append(k.run.findings, Finding{File: powerTable.File, Message: fmt.Sprintf("%d more rows are wrong", more)})
	}
	for id, s := range k.streams {
		k.run.Points[id] = s.points
	}
}

func (s *powerStream) counter() bool { return s.domain != nil && s.domain.Kind == joules.Counter }

func (s *powerStream) value(p *PowerRow) float64 {
	if s.counter() {
		return p.EnergyJ
	}
	return p.PowerW
}

// fault says what is wrong with a row of power.csv.
func (k *powerKeeper) fault(p *PowerRow, s *powerStream) (column, why string) {
	power, energy := !math.IsNaN(p.PowerW), !math.IsNaN(p.EnergyJ)
	read := p.Status == joules.StatusOK || p.Status == joules.StatusLate
	switch {
	case p.RunID != k.run.Plan.RunID:
		return "run_id", differs(p.RunID, k.run.Plan.RunID, PlanFile)
	case !read && p.Status != joules.StatusError:
		return "status", fmt.Sprintf("%q is none of ok, late and error", shorten(p.Status))
	case math.IsNaN(p.TimeS):
		return "t_s", "no time stands there"
	case len(s.points) > 0 && p.TimeS < s.points[len(s.points)-1].TimeS:
		return "t_s", "this reading is earlier than the one before it of its domain"
	case !read && (power || energy):
		return "status", "a reading with an error has a value"
	case read && s.domain != nil && (energy != s.counter() || power == s.counter()):
		return valueColumn(s.counter()), fmt.Sprintf("a %s has just this value", s.domain.Kind)
	}
	return "", ""
}

func valueColumn(counter bool) string {
	if counter {
		return "energy_j"
	}
	return "power_w"
}
