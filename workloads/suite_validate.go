package workloads

import (
	"fmt"
	"math"
	"slices"
)

const (
	maxSteps   = 10_000
	maxUpdates = 1_000_000
	maxPhaseS  = 24 * 3600 // of one window, warm-up or idle phase
)

// validate says in one sentence what no run could do.
func (s Suite) validate() error {
	if err := s.validateTimes(); err != nil {
		return err
	}
	if len(s.Steps) == 0 {
		return fmt.Errorf("holds no step: add a [[matmul]], a [[layer]], a [[peak]] or a [[stream]]")
	}
	if len(s.Steps) > maxSteps {
		return fmt.Errorf("holds %d steps: keep it to %d", len(s.Steps), maxSteps)
	}
	for _, step := range s.Steps {
		if err := step.validate(); err != nil {
			return err
		}
	}
	return s.validateUnique()
}

func (s Suite) validateTimes() error {
	return first(
		when(!slug.MatchString(s.Name), "name %q: use lower-case letters, digits and _ . -", s.Name),
		between("trials", float64(s.Trials), 1, 1000),
		between("window_s", s.WindowS, 0.001, maxPhaseS),
		between("window_updates", float64(s.WindowUpdates), 0, maxUpdates),
		between("warmup_max_s", s.WarmupMaxS, 0, maxPhaseS),
		between("idle_s", s.IdleS, 0, maxPhaseS),
		between("idle_max_s", s.IdleMaxS, 0, maxPhaseS),
		between("idle_updates", float64(s.IdleUpdates), 0, maxUpdates),
		between("iteration_limit_s", s.IterationLimitS, 0.001, maxPhaseS),
		between("max_competing_fraction", s.MaxCompetingFraction, 0, 1),
		when(s.IdleMaxS < s.IdleS, "idle_max_s is %v and idle_s %v: make idle_max_s at least idle_s", s.IdleMaxS, s.IdleS),
	)
}

// between also refuses NaN, which is inside no range.
func between(key string, x, low, high float64) error {
	return when(!(x >= low && x <= high) || math.IsNaN(x), "%s is %v: use %v…%v", key, x, low, high)
}

func (s SuiteStep) validate() error {
	if err := Validate(s.Workload); err != nil {
		return fmt.Errorf("%s: %w", s.Workload.Name(), err)
	}
	if err := oneOf("for", s.For, ForCPU, ForAccelerator, ForBoth); err != nil {
		return fmt.Errorf("%s: %w", s.Workload.Name(), err)
	}
	for _, r := range s.Runners {
		if !slug.MatchString(r) {
			return fmt.Errorf("%s: runner %q: use the name of a runner (joulemark list runners)", s.Workload.Name(), r)
		}
	}
	return nil
}

// validateUnique refuses two steps that one runner would measure as one workload.
func (s Suite) validateUnique() error {
	same := map[string][]SuiteStep{}
	for _, step := range s.Steps {
		name := step.Workload.Name()
		if slices.ContainsFunc(same[name], step.overlaps) {
			return fmt.Errorf("%s stands twice for the same devices: remove one", name)
		}
		same[name] = append(same[name], step)
	}
	return nil
}

func (s SuiteStep) overlaps(o SuiteStep) bool {
	if s.For != o.For && s.For != ForBoth && o.For != ForBoth {
		return false
	}
	shared := func(r string) bool { return slices.Contains(o.Runners, r) }
	return len(s.Runners) == 0 || len(o.Runners) == 0 || slices.ContainsFunc(s.Runners, shared)
}
