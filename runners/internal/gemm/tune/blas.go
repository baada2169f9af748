package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"joulemark/runners/internal/cblas"
	"joulemark/workloads"
)

// openBLAS loads the library that the squares are compared with. It must compute with
// one thread, and so must we: workers of a library go on spinning after a call, in the
// turns of others (OpenBLAS' took half of them). Its environment bounds its threads,
// which it reads when it is loaded.
func openBLAS(path string, workers int) (*cblas.Library, error) {
	library, err := cblas.Open(path)
	if err != nil {
		return nil, err
	}
	if n := library.Threads(workers); n != 1 || workers != 1 {
		return nil, fmt.Errorf("-blas compares with one thread, and %s has %d, we %d: say -threads 1 and start tune with %s", library.Name, n, workers, strings.Join(cblas.Environment(1), " "))
	}
	return library, nil
}

// rival adds the square by a library, and says that entries from here on are
// compared with it.
func (c *contest) rival(library *cblas.Library, name string, n int) error {
	size := strconv.Itoa(n)
	w, err := workloads.Parse("matmul/" + name + "/m=" + size + "/n=" + size + "/k=" + size + "/pack=call")
	if err != nil {
		return err
	}
	need, err := library.Plan(w)
	if err != nil {
		return err
	}
	sets := int(setBytes/need.SetBytes) + 1
	task, err := library.New(w.(workloads.Matmul), cblas.Options{Seed: 1, Sets: sets, Threads: c.workers})
	if err != nil {
		return err
	}
	c.ends = append(c.ends, func() { task.Close() })
	turn := 0
	c.rivalry = &entry{name: fmt.Sprintf("%dx%dx%d %s", n, n, n, task.Kernel()), ops: w.Ops(), bytes: float64(need.SetBytes) / 2, call: func() {
		if err := task.Launch(turn); err != nil {
			fmt.Fprintln(os.Stderr, "tune:", err)
			os.Exit(1)
		}
		turn = (turn + 1) % sets
	}}
	c.entries = append(c.entries, c.rivalry)
	return nil
}
