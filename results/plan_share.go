package results

import "encoding/json"

// share makes equal workloads of a plan one: a plan repeats each in every trial.
func (p *Plan) share() {
	known := map[string]json.RawMessage{}
	for i := range p.Steps {
		w := &p.Steps[i].Workload
		if _, ok := known[string(*w)]; !ok {
			known[string(*w)] = *w
		}
		*w = known[string(*w)]
	}
}
