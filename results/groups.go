package results

// planGroups counts the steps of each group of a plan, by trial and group.
type planGroups map[groupKey]int

type groupKey struct {
	trial int
	group string
}

func groupsOf(p *Plan) planGroups {
	g := planGroups{}
	for _, s := range p.Steps {
		if s.Group != "" {
			g[groupKey{s.Trial, s.Group}]++
		}
	}
	return g
}

// size is how many devices compute in the window of a step.
func (g planGroups) size(s *PlanStep) int { return max(1, g[groupKey{s.Trial, s.Group}]) }

// partial reports, for each sample, whether other steps of its group have no row: a
// run that was killed while it wrote them. Such a group is measured again as a whole.
func partial(p *Plan, samples []Sample) func(Sample) bool {
	groups, written := groupsOf(p), planGroups{}
	for _, s := range samples {
		written[groupKey{s.Trial, s.GroupID}]++
	}
	return func(s Sample) bool {
		k := groupKey{s.Trial, s.GroupID}
		return s.GroupID != "" && written[k] < groups[k]
	}
}
