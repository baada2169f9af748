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
func arrange(pairs []results.PlanStep, seed uint64, trial int) []results.PlanStep {
	rng := rand.New(rand.NewPCG(seed, uint64(trial)))
	groups := map[string][]results.PlanStep{}
	for _, p := range pairs {
		groups[p.Runner] = append(groups[p.Runner], p)
	}
	order := slices.Sorted(maps.Keys(groups))
	rng.Shuffle(len(order), func(i, k int) { order[i], order[k] = order[k], order[i] })
	var out []results.PlanStep
	for _, runner := range order {
		g := groups[runner]
		slices.SortFunc(g, func(a, b results.PlanStep) int {
			return cmp.Or(cmp.Compare(a.DeviceID, b.DeviceID), cmp.Compare(string(a.Workload), string(b.Workload)))
		})
		rng.Shuffle(len(g), func(i, k int) { g[i], g[k] = g[k], g[i] })
		out = append(out, g...)
	}
	for i := range out {
		out[i].Trial, out[i].Order = trial, i+1
	}
	return out
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
