package engine

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"

	"joulemark/workloads"
)

const seed = 7341

// made is a task of one program that build makes.
func made(t *testing.T, o Options, build func(*Arena, Options) *Program) *Task {
	t.Helper()
	task, err := New(func(a *Arena, o Options) (*Program, error) { return build(a, o), nil }, o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, task.Close()) })
	return task
}

// countdown is a context that is cancelled after it was looked at n times.
type countdown struct {
	context.Context
	n int
}

func (c *countdown) Err() error {
	if c.n--; c.n < 0 {
		return context.Canceled
	}
	return nil
}

func TestRunStopsBetweenIterations(t *testing.T) {
	done := 0
	task := made(t, Options{Threads: 2, Sets: 2}, func(*Arena, Options) *Program {
		return &Program{Steps: []Step{{Chunks: 1, Do: func(_, _ int) { done++ }}}}
	})
	require.ErrorIs(t, task.Run(&countdown{context.Background(), 4}, 0, 100), context.Canceled)
	require.Equal(t, 4, done)
}

// Workers are patient while steps follow each other, and not after the last: a window
// ends there, and within a millisecond of it everybody sleeps.
func TestStepsFollowWithinRunAlone(t *testing.T) {
	var task *Task
	var followed []bool
	task = made(t, Options{Threads: 2}, func(*Arena, Options) *Program {
		return &Program{Steps: []Step{{Chunks: 1, Do: func(_, _ int) {
			if task != nil { // not in preparation
				followed = append(followed, task.pool.follow.Load())
			}
		}}}}
	})
	require.False(t, task.pool.follow.Load())
	require.NoError(t, task.Run(context.Background(), 0, 2))
	require.Equal(t, []bool{true, true}, followed)
	require.False(t, task.pool.follow.Load())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.Error(t, task.Run(ctx, 0, 1))
	require.False(t, task.pool.follow.Load())
}

func TestRunAllocatesNothing(t *testing.T) {
	var sum atomic.Int64
	for _, workers := range threads {
		task := made(t, Options{Threads: workers, Sets: 2}, func(*Arena, Options) *Program {
			return &Program{
				Operands: []Operand{{Units: 1, Fill: func(_, _ int) {}, Use: func(int) {}}},
				Steps: []Step{
					{Chunks: 100, Do: func(_, chunk int) { sum.Add(int64(chunk)) }},
					{Chunks: workers, Each: true, Do: func(_, chunk int) { sum.Add(int64(chunk)) }},
				},
			}
		})
		require.Zero(t, testing.AllocsPerRun(10, func() { _ = task.Run(context.Background(), 0, 3) }), "%d workers", workers)
	}
}

func TestIterationsRotateOverTheSets(t *testing.T) {
	var used []int
	task := made(t, Options{Sets: 3}, func(*Arena, Options) *Program {
		return &Program{Operands: []Operand{{Units: 1, Fill: func(_, _ int) {}, Use: func(set int) { used = append(used, set) }}}}
	})
	used = nil
	require.NoError(t, task.Run(context.Background(), 4, 5))
	require.Equal(t, []int{1, 2, 0, 1, 2}, used)
	require.Equal(t, 3, task.Sets())
}

// 70007 elements: the last unit is cut, and sets begin on lines.
func TestRotateIsTheGenerator(t *testing.T) {
	tensor := workloads.Tensors(workloads.Matmul{M: 7, N: 1, K: 10001, Type: workloads.BF16}.WithDefaults())[0]
	var data []uint16
	task := made(t, Options{Threads: 2, Sets: 3}, func(a *Arena, _ Options) *Program {
		return &Program{Operands: []Operand{Rotate(a, tensor, seed, &data, workloads.Tensor.FillBF16)}}
	})
	want := make([]uint16, tensor.Len())
	for set := range 3 {
		require.NoError(t, task.Run(context.Background(), set, 1))
		tensor.FillBF16(seed, set, want, 0)
		require.Equal(t, want, data, "set %d", set)
		require.Zero(t, uintptr(unsafe.Pointer(&data[0]))%line)
	}
}

// Every unit of every set is filled once, however many there are.
func TestFillingDoesEveryUnitOnce(t *testing.T) {
	for _, units := range []int{1, 2, 9} {
		for _, sets := range []int{1, 3, 700, 10000} {
			filled := make([]atomic.Int32, units*sets)
			s := Operand{Units: units, Fill: func(set, unit int) { filled[set*units+unit].Add(1) }}.filling(sets)
			for chunk := range s.Chunks {
				s.Do(0, chunk)
			}
			for i := range filled {
				require.EqualValues(t, 1, filled[i].Load(), "%d units, %d sets", units, sets)
			}
		}
	}
}

func TestPiecesAreZeroAlignedAndApart(t *testing.T) {
	var bytes []int8
	var doubles, sets []float64
	task := made(t, Options{Sets: 4}, func(a *Arena, _ Options) *Program {
		bytes, sets, doubles = Alloc[int8](a, 3), AllocSets[float64](a, 9), Alloc[float64](a, 1000)
		return &Program{}
	})
	require.Len(t, sets, 4*16, "a set of 72 bytes takes two lines")
	require.Equal(t, Need{SetBytes: 128, RestBytes: 64 + 8000}, task.need)
	require.EqualValues(t, 4*128+64+8000, task.Bytes())
	for _, at := range []unsafe.Pointer{unsafe.Pointer(&bytes[0]), unsafe.Pointer(&sets[0]), unsafe.Pointer(&doubles[0])} {
		require.Zero(t, uintptr(at)%line)
	}
	for i := range doubles {
		require.Zero(t, doubles[i])
		doubles[i] = 1
	}
	require.Equal(t, make([]int8, 3), bytes)
	require.Equal(t, make([]float64, 64), sets)
	behind := unsafe.Slice((*byte)(unsafe.Pointer(&doubles[0])), 8000+slack)
	require.Zero(t, behind[len(behind)-1], "slack can be read")
}

func TestErrorsOfTheBuilder(t *testing.T) {
	wrong := errors.New("no such workload")
	fail := func(*Arena, Options) (*Program, error) { return nil, wrong }
	_, err := Plan(fail, 1)
	require.ErrorIs(t, err, wrong)
	_, err = New(fail, Options{})
	require.ErrorIs(t, err, wrong)
	_, err = New(func(a *Arena, _ Options) (*Program, error) {
		if a.Dry() {
			return &Program{}, nil
		}
		return nil, wrong
	}, Options{})
	require.ErrorIs(t, err, wrong)
}

func TestValuesOutsideTheOutput(t *testing.T) {
	task := made(t, Options{}, func(*Arena, Options) *Program {
		return &Program{Outputs: 12, Value: func(i int64) float64 { return float64(10 * i) }}
	})
	values, err := task.Values([]int64{11, 0})
	require.NoError(t, err)
	require.Equal(t, []float64{110, 0}, values)
	for _, p := range []int64{-1, 12, 1 << 40} {
		_, err := task.Values([]int64{0, p})
		require.ErrorContains(t, err, "0…11")
	}
}

// One piece is held up for longer than a single iteration could be believed, as by
// another process; what is done in microseconds must not be taken for milliseconds.
func TestAPieceThatWasHeldUpIsDoneAgain(t *testing.T) {
	for _, each := range []bool{false, true} {
		calls := 0
		task := made(t, Options{Threads: 1, Sets: 1}, func(*Arena, Options) *Program {
			return &Program{Steps: []Step{{Chunks: 1, Each: each, Do: func(_, _ int) {
				if calls++; calls == 2 {
					time.Sleep(sampleFor + sampleFor/2)
				}
			}}}}
		})
		require.Less(t, task.IterationS(), sampleFor.Seconds(), "each %t", each)
		require.Greater(t, calls, 100)
	}
}
