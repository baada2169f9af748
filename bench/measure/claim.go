package measure

import (
	"path"
	"slices"

	"joulemark/results"
	"joulemark/runners"
)

// preferred is the order in which runners claim accelerators when none is named:
// every device is measured once, by the first runner that has it. The CPU is
// measured by cpu.
var preferred = []string{"cuda", "hip", "pjrt", "torch", "onednn", "opencl"}

// byDefault are the runners asked when none is named. External ones were named by
// the user on the command line or in the configuration.
func (j *Job) byDefault() (names []string) {
	known := j.known()
	for _, name := range append(slices.Clone(preferred), "cpu") {
		if slices.Contains(known, name) {
			names = append(names, name)
		}
	}
	for _, name := range known {
		if j.External[name] != nil && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// claim leaves each accelerator to the first runner that has it, and the CPU to the
// runner cpu. Programs that the user brought under names of their own keep what
// they have.
func (j *Job) claim(all []found) {
	var taken []runners.Device
	for i := range all {
		f := &all[i]
		if slices.Contains(preferred, f.name) {
			f.devices = unclaimed(f.devices, taken)
		}
		taken = append(taken, f.devices...)
	}
}

// unclaimed are the accelerators of a runner that nobody has taken. Where two
// stacks do not tell addresses that can be compared, cards of one name are counted:
// a stack that sees two of a name has one left when one is taken.
func unclaimed(own, taken []runners.Device) (left []runners.Device) {
	counted := map[string]int{} // cards by name that taken ones may be
	for _, d := range own {
		if d.Kind == results.KindCPU {
			continue
		}
		same, doubtful := false, 0
		for _, t := range taken {
			equal, told := results.SameCard(d.Match, t.Match)
			same = same || equal
			if !told && t.Kind == d.Kind && t.Name == d.Name {
				doubtful++
			}
		}
		if !same && counted[d.Name] < doubtful {
			counted[d.Name]++
			same = true
		}
		if !same {
			left = append(left, d)
		}
	}
	return left
}

// matchAny reports whether a name fits one of the globs; no glob fits all.
func matchAny(globs []string, name string) bool {
	if len(globs) == 0 {
		return true
	}
	return slices.ContainsFunc(globs, func(g string) bool {
		ok, err := path.Match(g, name)
		return g == name || err == nil && ok
	})
}
