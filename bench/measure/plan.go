package measure

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"strings"

	"joulemark/results"
	"joulemark/workloads"
)

// arrange puts the pairs of device and workload into the order of one trial:
// runners shuffled within the trial, steps within the runner. The generator
// depends on seed and trial alone and starts from a sorted list, so that a run
// extended later gets the order it would have had.
//
// Steps of devices in crews (by runner and id) of one workload stay together as a
// group.
func arrange(pairs []results.PlanStep, seed uint64, trial int, crews map[[2]string]bool) []results.PlanStep {
	rng := rand.New(rand.NewPCG(seed, uint64(trial)))
	groups := map[string][]results.PlanStep{}
	for _, p := range pairs {
		groups[p.Runner] = append(groups[p.Runner], p)
	}
	order := slices.Sorted(maps.Keys(groups))
	rng.Shuffle(len(order), func(i, k int) { order[i], order[k] = order[k], order[i] })
	var out []results.PlanStep
	for _, runner := range order {
		units := unitsOf(groups[runner], crews)
		rng.Shuffle(len(units), func(i, k int) { units[i], units[k] = units[k], units[i] })
		for _, u := range units {
			if len(u) > 1 {
				for i := range u {
					u[i].Group = fmt.Sprintf("%d-%d", trial, len(out)+1)
				}
			}
			out = append(out, u...)
		}
	}
	for i := range out {
		out[i].Trial, out[i].Order = trial, i+1
	}
	return out
}

// unitsOf sorts the steps of a runner and joins those of a crew.
func unitsOf(steps []results.PlanStep, crews map[[2]string]bool) (units [][]results.PlanStep) {
	slices.SortFunc(steps, func(a, b results.PlanStep) int {
		return cmp.Or(cmp.Compare(a.DeviceID, b.DeviceID), cmp.Compare(string(a.Workload), string(b.Workload)))
	})
	at := map[string]int{} // place of the unit of a crew's workload
	for _, s := range steps {
		i, begun := at[string(s.Workload)]
		switch in := crews[[2]string{s.Runner, s.DeviceID}]; {
		case in && begun:
			units[i] = append(units[i], s)
			continue
		case in:
			at[string(s.Workload)] = len(units)
		}
		units = append(units, []results.PlanStep{s})
	}
	return units
}

// crewsOf are the devices that are measured together: the accelerators of a runner
// that has several.
func crewsOf(p *results.Plan) map[[2]string]bool {
	count, crews := map[string]int{}, map[[2]string]bool{}
	if !p.Together {
		return crews
	}
	for _, d := range p.Devices {
		if d.Kind == results.KindAccelerator && d.ID != "" {
			count[d.Runner]++
		}
	}
	for _, d := range p.Devices {
		if d.Kind == results.KindAccelerator && count[d.Runner] > 1 {
			crews[[2]string{d.Runner, d.ID}] = true
		}
	}
	return crews
}

// pairsOf joins each device with the suite's steps for its kind and runner.
func pairsOf(devices []results.PlanDevice, steps []workloads.SuiteStep) ([]results.PlanStep, error) {
	var out []results.PlanStep
	for _, d := range devices {
		for _, s := range steps {
			if s.For != "both" && s.For != "" && s.For != d.Kind || len(s.Runners) > 0 && !slices.Contains(s.Runners, d.Runner) {
				continue
			}
			spec, err := workloads.Encode(s.Workload)
			if err != nil {
				return nil, err
			}
			out = append(out, results.PlanStep{Runner: d.Runner, DeviceID: d.ID, Workload: json.RawMessage(spec)})
		}
	}
	return out, nil
}

// selectSteps applies --workload: globs on the suite's names, or a whole name that
// the suite does not hold.
func selectSteps(steps []workloads.SuiteStep, patterns []string) ([]workloads.SuiteStep, error) {
	if len(patterns) == 0 {
		return steps, nil
	}
	var out []workloads.SuiteStep
	for _, p := range patterns {
		n := len(out)
		for _, s := range steps {
			if globMatch(p, s.Workload.Name()) {
				out = append(out, s)
			}
		}
		if len(out) > n {
			continue
		}
		w, err := workloads.Parse(p)
		if err != nil {
			return nil, fmt.Errorf("no workload %q%s: %w (joulemark list workloads)", p, workloads.DidYouMean(p, names(steps)), err)
		}
		out = append(out, workloads.SuiteStep{Workload: w, For: "both"})
	}
	return dedupe(out), nil
}

// globMatch matches part by part as a shell would, or the whole name where the
// pattern has no slash of its own ("*bf16*").
func globMatch(pattern, name string) bool {
	if ok, err := path.Match(pattern, name); err == nil && ok {
		return true
	}
	flat := strings.NewReplacer("/", "\x00")
	ok, err := path.Match(flat.Replace(pattern), flat.Replace(name))
	return err == nil && ok
}

func names(steps []workloads.SuiteStep) (out []string) {
	for _, s := range steps {
		out = append(out, s.Workload.Name())
	}
	return out
}

func dedupe(steps []workloads.SuiteStep) (out []workloads.SuiteStep) {
	seen := map[string]bool{}
	for _, s := range steps {
		if key := s.Workload.Name() + "|" + s.For; !seen[key] {
			seen[key] = true
			out = append(out, s)
		}
	}
	return out
}
