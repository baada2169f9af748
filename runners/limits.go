package runners

import "time"

// Limits bound what a worker may take of the conductor's time and memory. After
// a limit its process group is killed and the worker is dead. A field of 0 is
// the default, which PROTOCOL.md states.
type Limits struct {
	Hello     time.Duration // for hello; default 60 s
	Devices   time.Duration // for devices; default 60 s: some drivers take half a minute to initialise
	Prepare   time.Duration // for prepare, from the request or the last progress message; default 600 s
	Verify    time.Duration // for each verify request; default 60 s
	RunSlack  time.Duration // for a run: RunFactor x the expected time plus this; default 30 s
	Write     time.Duration // for taking one line of ours from its stdin; default 30 s
	RunFactor float64       // default 3
	Exit      time.Duration // for ending by itself after bye or a closed stdin; default 10 s: drivers free much memory slowly
	LineBytes int           // of one line; default 1 MiB
	IdleBytes int64         // read without an answer being completed by it; default 16 MiB
}

func (l Limits) withDefaults() Limits {
	set(&l.Hello, 60*time.Second)
	set(&l.Devices, 60*time.Second)
	set(&l.Prepare, 600*time.Second)
	set(&l.Verify, 60*time.Second)
	set(&l.RunSlack, 30*time.Second)
	set(&l.Write, 30*time.Second)
	set(&l.RunFactor, 3)
	set(&l.Exit, 10*time.Second)
	set(&l.LineBytes, maxLine)
	set(&l.IdleBytes, 16<<20)
	return l
}

// run is the limit of a run that is expected to take so long.
func (l Limits) run(expected time.Duration) time.Duration {
	return time.Duration(l.RunFactor*float64(expected)) + l.RunSlack
}

func set[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
