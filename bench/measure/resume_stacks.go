package measure

import (
	"cmp"
	"context"
	"fmt"

	"joulemark/results"
)

// sameStacks asks the runners of the plan again and refuses to go on with other
// libraries than the run began with: trials of two libraries would be one median. A
// library that is not here any more gives rows that say so; one that was named and
// does not serve is the user's mistake.
func (s *Session) sameStacks(ctx context.Context) error {
	asked := map[string]bool{}
	for _, d := range s.Plan.Devices {
		was := s.previous.Machine.Stacks[d.Runner]
		told := was.File != "" || was.Version != ""
		if asked[d.Runner] || !told && s.job.Libs[d.Runner] == "" {
			continue
		}
		asked[d.Runner] = true
		f := s.job.ask(ctx, d.Runner)
		if err := s.job.misnamed([]found{f}); err != nil {
			return err
		}
		if f.err == nil && told {
			if err := sameStack(d.Runner, was, stacks([]found{f})[d.Runner]); err != nil {
				return err
			}
		}
	}
	return nil
}

// sameStack is nil where a runner has loaded what it had.
func sameStack(runner string, was, is results.Stack) error {
	if was.File == is.File && was.Version == is.Version {
		return nil
	}
	return fmt.Errorf("runner %s had %s and would go on with %s: name the one of the run with --lib %s=PATH, or start a new run",
		runner, stackWords(was), stackWords(is), runner)
}

func stackWords(s results.Stack) string {
	return cmp.Or(s.File, "a library") + " " + cmp.Or(s.Version, "of unknown version")
}
