package results

import (
	"encoding/json"
	"fmt"
	"strconv"

	"joulemark/workloads"
)

// plan checks that plan.json is what a run could have followed.
func (v *verifier) plan() {
	p := v.run.Plan
	if p.RunID == "" {
		v.find(PlanFile, 0, "run_id", "no run is named")
	}
	decoded := map[string]workloads.Workload{}
	next := map[int]int{}
	for i := range p.Steps {
		step := &p.Steps[i]
		where := fmt.Sprintf("steps[%d]", i)
		key := stepKey{step.Trial, step.Order}
		if v.steps[key] != nil {
			v.find(PlanFile, 0, where, fmt.Sprintf("trial %d order %d is planned twice", step.Trial, step.Order))
			continue
		}
		v.steps[key] = step
		if next[step.Trial]++; step.Order != next[step.Trial] {
			v.find(PlanFile, 0, where, fmt.Sprintf("order %d stands where %d comes next", step.Order, next[step.Trial]))
		}
		if step.Trial < 1 || step.Trial > p.Trials {
			v.find(PlanFile, 0, where, fmt.Sprintf("trial %d is none of the %d trials", step.Trial, p.Trials))
		}
		v.planWorkload(where, key, step.Workload, decoded)
	}
}

// planWorkload decodes a step's workload, each different one once, and checks
// that the name it carries is the name of what it holds.
func (v *verifier) planWorkload(where string, key stepKey, wire json.RawMessage, decoded map[string]workloads.Workload) {
	w, seen := decoded[string(wire)]
	if !seen {
		var err error
		if w, err = workloads.DecodeJSON(wire); err != nil {
			v.find(PlanFile, 0, where+".workload", err.Error())
			return
		}
		decoded[string(wire)] = w
		var carried struct{ Name string }
		if json.Unmarshal(wire, &carried) == nil && carried.Name != w.Name() {
			v.find(PlanFile, 0, where+".workload.name", differs(carried.Name, w.Name(), "its other fields"))
		}
	}
	v.works[key] = w
}

// machine checks machine.json against the plan and itself.
func (v *verifier) machine() {
	p, m := v.run.Plan, v.run.Machine
	if m.RunID != p.RunID {
		v.find(MachineFile, 0, "run_id", differs(m.RunID, p.RunID, PlanFile))
	}
	ids := map[string]bool{}
	for i, d := range m.Domains {
		if ids[d.ID()] {
			v.find(MachineFile, 0, fmt.Sprintf("domains[%d]", i), d.ID()+" stands there twice")
		}
		ids[d.ID()] = true
	}
	for i := 1; i < len(m.Sessions); i++ {
		if m.Sessions[i].StartS < m.Sessions[i-1].StartS {
			v.find(MachineFile, 0, fmt.Sprintf("sessions[%d].start_s", i), "this session begins before the one before it")
		}
	}
	if len(m.Sessions) > 0 && m.Sessions[0].OriginS != m.MonotonicOriginS {
		v.find(MachineFile, 0, "monotonic_origin_s", differs(strconv.FormatFloat(m.MonotonicOriginS, 'g', -1, 64),
			strconv.FormatFloat(m.Sessions[0].OriginS, 'g', -1, 64), "sessions[0]"))
	}
}
