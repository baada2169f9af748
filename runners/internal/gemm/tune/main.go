// Command tune times products by the kernels of this machine against its own ceilings,
// interleaved in one process:
//
//	go run ./runners/internal/gemm/tune -types fp32,bf16 -sizes 256,1024 -threads 1,2
//	go run ./runners/internal/gemm/tune -skinny 4096 -threads 1
//
// Squares are told as a fraction of the peak of multiply-adds from registers, skinny
// products (m = 1…16) of the plainest read loop. Operands take turns in sets that
// exceed the caches. What counts are ratios within a run: another process, or another
// minute, moves all figures by 5 % and more.
//
//	OPENBLAS_NUM_THREADS=1 go run ./runners/internal/gemm/tune -threads 1 -blas libopenblas.so.0
//
// tells squares also as a ratio to the same by a BLAS, which packs at each call.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"joulemark/runners/internal/cblas"
	"joulemark/runners/internal/gemm"
	"joulemark/runners/internal/isa"
)

// settings are the flags.
type settings struct {
	isa     string
	types   string
	sizes   string
	threads string
	skinny  int
	rows    string
	blas    string
	rounds  int
	turn    time.Duration
	caches  gemm.Caches
}

func main() {
	var s settings
	flag.StringVar(&s.isa, "isa", "", "instruction set; default: the best one")
	flag.StringVar(&s.types, "types", "fp32,fp64,bf16,int8", "types")
	flag.StringVar(&s.sizes, "sizes", "100,130,200,256,512,1000,1024,2048", "squares")
	flag.StringVar(&s.threads, "threads", "1,2", "numbers of workers")
	flag.IntVar(&s.skinny, "skinny", 0, "instead of squares: products of few rows, so many columns and as deep")
	flag.StringVar(&s.rows, "rows", "1,2,3,4,6,8,12,16", "numbers of those rows")
	flag.StringVar(&s.blas, "blas", "", "a BLAS library with which squares are compared, with one thread (OPENBLAS_NUM_THREADS=1)")
	flag.IntVar(&s.rounds, "rounds", 7, "rounds; each takes all in turn, every second one in reverse")
	flag.DurationVar(&s.turn, "turn", 40*time.Millisecond, "length of a turn")
	flag.IntVar(&s.caches.L1Bytes, "l1", 32<<10, "bytes of a core's first-level cache")
	flag.IntVar(&s.caches.L2Bytes, "l2", 1<<20, "bytes of a core's second-level cache")
	flag.IntVar(&s.caches.L3Bytes, "l3", 32<<20, "bytes of the last-level cache")
	flag.Parse()
	runtime.LockOSThread()
	if err := s.run(); err != nil {
		fmt.Fprintln(os.Stderr, "tune:", err)
		os.Exit(1)
	}
}

var types = map[string]gemm.Type{"fp64": gemm.FP64, "fp32": gemm.FP32, "bf16": gemm.BF16, "int8": gemm.INT8}

func (s settings) run() error {
	set, err := isa.Choose(s.isa)
	if err != nil {
		return err
	}
	for _, name := range strings.Split(s.types, ",") {
		k := gemm.For(set, types[name])
		if k == nil {
			return fmt.Errorf("no kernels of %s for %s", name, set)
		}
		for _, threads := range strings.Split(s.threads, ",") {
			workers, err := strconv.Atoi(threads)
			if err != nil {
				return err
			}
			if err := s.compare(set, k, name, workers); err != nil {
				return err
			}
		}
	}
	return nil
}

// compare runs all products of a type with so many workers.
func (s settings) compare(set isa.Set, k *gemm.Kernels, name string, workers int) error {
	c := newContest(workers)
	defer c.close()
	if err := c.ceilings(set, name); err != nil {
		return err
	}
	var library *cblas.Library
	if s.blas != "" {
		var err error
		if library, err = openBLAS(s.blas, workers); err != nil {
			return err
		}
	}
	if s.skinny > 0 {
		for _, rows := range strings.Split(s.rows, ",") {
			m, err := strconv.Atoi(rows)
			if err != nil {
				return err
			}
			c.product(k, m, s.skinny, s.skinny, once, s.caches)
			c.product(k, m, s.skinny, s.skinny, cells, s.caches)
		}
	} else {
		for _, size := range strings.Split(s.sizes, ",") {
			n, err := strconv.Atoi(size)
			if err != nil {
				return err
			}
			if library != nil {
				if err := c.rival(library, name, n); err != nil {
					return err
				}
			}
			c.squares(k, n, s.caches)
		}
	}
	c.rounds(s.rounds, s.turn)
	c.print(os.Stdout)
	return nil
}
