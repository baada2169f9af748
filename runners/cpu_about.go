package runners

import (
	"runtime"
	"strings"

	"joulemark/runners/internal/isa"
)

// About names the instruction sets that --isa may force, the one used by default first.
func (r cpuRunner) About() About {
	var names []string
	for _, s := range isa.Available() {
		names = append(names, s.String())
	}
	return About{Version: runtime.Version(), Kernel: strings.Join(names, ", ")}
}
