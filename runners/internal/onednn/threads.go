package onednn

import "joulemark/runners/internal/dl"

// openMP are the calls of the OpenMP library that this oneDNN computes with, found
// through its own dependencies, whichever OpenMP it is.
type openMP struct {
	maxThreads func() int32
	setThreads func(n int32)
}

// bind leaves the calls nil where the build uses something else.
func (o *openMP) bind(file *dl.Library, cpuRuntime uint32) {
	if cpuRuntime != runtimeOpenMP {
		return
	}
	_ = file.Bind(map[string]any{"omp_get_max_threads": &o.maxThreads, "omp_set_num_threads": &o.setThreads}) // nil says it
}

// UseThreads makes the CPU engine compute with n threads and returns how many it
// really uses. It counts for primitives made afterwards, on this thread. exact
// asks for n and no other number.
func (l *Library) UseThreads(n int, exact bool) (int, error) {
	switch {
	case l.maxThreads != nil:
		l.setThreads(int32(n))
		return int(l.maxThreads()), nil
	case l.cpuRuntime == runtimeSequential || l.cpuRuntime == runtimeThreadpool:
		return 1, nil // without a pool given, the caller computes alone
	case !exact:
		return n, nil
	}
	name, _ := l.Runtimes()
	return 0, unsupported("oneDNN %s was built with %s, whose number of threads cannot be set from here: leave the number out or install the OpenMP build", l.Version, name)
}
