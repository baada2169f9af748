//go:build linux || darwin

package runners

import (
	"os"
	"os/exec"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// becameEnv marks a process that has already become its worker, so that it does
// not start itself again for ever.
const becameEnv = "JOULEMARK_WORKER_READY"

// runnerVersionEnv tells a program that takes a worker's place which version it is to
// say in hello: that of the program it comes with.
const runnerVersionEnv = "JOULEMARK_RUNNER_VERSION"

// become replaces this process by itself with the variables and CPUs that the
// entry needs, or by the entry's program. It returns nil where nothing is to be
// changed, and never where it has changed something. The process keeps its
// number, its group and the wire.
func (e Entry) become(s Setup) error {
	if os.Getenv(becameEnv) == e.Name {
		return nil
	}
	if e.Program != nil {
		return e.becomeProgram(s)
	}
	pinned, err := e.pin(s)
	if err != nil {
		return err
	}
	env := merge(merge(os.Environ(), e.quiet()), e.env(s))
	if !pinned && slices.Equal(env, os.Environ()) {
		return nil
	}
	self, err := selfPath()
	if err != nil {
		return err
	}
	return unix.Exec(self, os.Args, append(env, becameEnv+"="+e.Name))
}

// becomeProgram executes the entry's program; what is missing for it is for Open
// to tell in the protocol.
func (e Entry) becomeProgram(s Setup) error {
	argv, err := e.Program(s)
	if err != nil {
		return nil
	}
	path, err := exec.LookPath(argv[0])
	if err != nil {
		return nil
	}
	return unix.Exec(path, argv, merge(os.Environ(), append(e.env(s), runnerVersionEnv+"="+e.version())))
}

func (e Entry) env(s Setup) []string {
	if e.Env == nil {
		return nil
	}
	return e.Env(s)
}

// quiet keeps Go's dump of a signal that a library raises to a few lines, so that
// what the library said before stays among the last words.
func (e Entry) quiet() []string {
	if _, set := os.LookupEnv("GOTRACEBACK"); set || e.Needs == "" {
		return nil
	}
	return []string{"GOTRACEBACK=none"}
}

// merge replaces variables of an environment and adds those that are new.
func merge(env, changes []string) []string {
	out := slices.Clone(env)
	for _, c := range changes {
		key, _, _ := strings.Cut(c, "=")
		at := slices.IndexFunc(out, func(v string) bool { return strings.HasPrefix(v, key+"=") })
		if at < 0 {
			out = append(out, c)
		} else {
			out[at] = c
		}
	}
	return out
}
