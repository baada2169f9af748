package plots

import (
	"fmt"
	"math"
	"strings"

	"joulemark/results"
)

// identity is what makes a series: everything of a configuration but its
// workload. Two runs of one machine are two series.
type identity struct {
	model, runner, device, threads, limit, run string
}

func identify(r results.SummaryRow) identity {
	id := identity{model: r.MachineModel, runner: r.Runner, device: r.DeviceID, run: r.RunID}
	if r.Threads == 1 {
		id.threads = "1 thread"
	} else if r.Threads > 1 {
		id.threads = fmt.Sprintf("%d threads", r.Threads)
	}
	if !math.IsNaN(r.PowerLimitW) && r.PowerLimitW > 0 {
		id.limit = FormatSI(r.PowerLimitW, "W") + " limit"
	}
	return id
}

// parts in the order of print; the run's id comes last and only where needed.
func (id identity) parts() []string {
	return []string{id.model, id.runner, id.device, id.threads, id.limit, id.run}
}

// Indices of parts that are said only where they are needed.
const (
	devicePart = 2
	runPart    = 5
)

// seriesLabels names each series by what tells it from the others and nothing
// else; a single series is named by its runner. names gives devices their names:
// a bare device id, like the run's, is said only where series would share a label.
func seriesLabels(ids []identity, names map[string]string) (labels []string) {
	varies := make([]bool, runPart+1)
	for _, id := range ids {
		for i, part := range id.parts() {
			varies[i] = varies[i] || part != ids[0].parts()[i]
		}
	}
	device, run := varies[devicePart], varies[runPart]
	varies[runPart] = false
	varies[devicePart] = device && names[ids[0].device] != ""
	if labels = joinParts(ids, varies, names); distinct(labels) {
		return labels
	}
	varies[devicePart] = device
	if labels = joinParts(ids, varies, names); distinct(labels) {
		return labels
	}
	varies[runPart] = run
	return joinParts(ids, varies, names)
}

func joinParts(ids []identity, varies []bool, names map[string]string) []string {
	labels := make([]string, len(ids))
	for k, id := range ids {
		var said []string
		for i, part := range id.parts() {
			if name := names[part]; i == devicePart && name != "" {
				part = name
			}
			if varies[i] && part != "" {
				said = append(said, part)
			}
		}
		if len(said) == 0 {
			said = []string{id.runner}
		}
		labels[k] = strings.Join(said, " · ")
	}
	return labels
}

func distinct(labels []string) bool {
	seen := map[string]bool{}
	for _, l := range labels {
		if seen[l] {
			return false
		}
		seen[l] = true
	}
	return true
}
