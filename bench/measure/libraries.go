package measure

import (
	"maps"

	"joulemark/results"
)

// recordLibraries keeps in machine.json what a runner says it drives, as soon as it
// is known, so that a run that is killed has it too.
func (s *step) recordLibraries() error {
	stack := s.machine.Stacks[s.device.Runner]
	if len(s.info.Libraries) == 0 || maps.Equal(stack.Libraries, s.info.Libraries) {
		return nil
	}
	stack.Libraries = maps.Clone(stack.Libraries) // one step may use more of a stack than another
	if stack.Libraries == nil {
		stack.Libraries = map[string]string{}
	}
	before := len(stack.Libraries)
	maps.Copy(stack.Libraries, s.info.Libraries)
	if len(stack.Libraries) == before {
		return nil
	}
	if s.machine.Stacks == nil {
		s.machine.Stacks = map[string]results.Stack{}
	}
	s.machine.Stacks[s.device.Runner] = stack
	return s.io(s.folder.WriteMachine(s.machine))
}
