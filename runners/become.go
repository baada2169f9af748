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
	env := merge(os.Environ(), e.env(s))
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
	return unix.Exec(path, argv, merge(os.Environ(), e.env(s)))
}

func (e Entry) env(s Setup) []string {
	if e.Env == nil {
		return nil
	}
	return e.Env(s)
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
