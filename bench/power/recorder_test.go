package power_test

import (
	"errors"
	"math"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"joulemark/bench/power"
	"joulemark/results/joules"
)

// A meter of the tests: what it does is a function.
type fakeMeter struct {
	domains []joules.Domain
	read    func([]joules.Reading)
	closed  atomic.Int32
}

func (m *fakeMeter) Domains() []joules.Domain { return m.domains }
func (m *fakeMeter) Read(r []joules.Reading)  { m.read(r) }
func (m *fakeMeter) Close() error             { m.closed.Add(1); return nil }

func gauge(name string) joules.Domain {
	return joules.Domain{Meter: "fake", Name: name, Kind: joules.GaugeInstant, Period: 100 * time.Millisecond}
}

// steady gives 1, 2, 3… on the real clock.
func steady() *fakeMeter {
	n := 0.0
	return &fakeMeter{domains: []joules.Domain{gauge("steady")}, read: func(r []joules.Reading) {
		n++
		now := power.ClockNS()
		r[0] = joules.Reading{BeforeNS: now, AfterNS: now, Value: n}
	}}
}

// eventually waits for something that other goroutines bring about.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	require.Eventually(t, ok, 20*time.Second, time.Millisecond, what)
}

// TestRecorderRecords points in order, and the sink gets each once, in order,
// before Points shows it.
func TestRecorderRecords(t *testing.T) {
	var mu sync.Mutex
	var sunk []power.Record
	origin := power.ClockNS() - 3e9
	a, b := steady(), steady()
	r := power.Start([]power.Meter{a, b}, power.Options{Interval: time.Millisecond, OriginNS: origin, Session: 4,
		Sink: func(batch []power.Record) error {
			mu.Lock()
			defer mu.Unlock()
			sunk = append(sunk, batch...)
			return nil
		}})
	require.Len(t, r.Domains(), 2)
	eventually(t, "twenty points", func() bool { return len(r.Points(0)) > 20 && len(r.Points(1)) > 20 })
	points := r.Points(1)
	mu.Lock()
	var handed []joules.Point
	for _, s := range sunk {
		if s.Domain == 1 {
			handed = append(handed, s.Point)
		}
	}
	mu.Unlock()
	require.GreaterOrEqual(t, len(handed), len(points))
	require.Equal(t, points, handed[:len(points)])
	for i, p := range points {
		require.Equal(t, float64(i+1), p.Value)
		require.Equal(t, joules.StatusOK, p.Status)
		require.Equal(t, 4, p.Session)
		require.GreaterOrEqual(t, p.TimeS, 3.0)
		if i > 0 {
			require.Greater(t, p.TimeS, points[i-1].TimeS)
		}
	}
	require.NoError(t, r.Stop())
	require.NoError(t, r.Stop(), "twice is harmless")
	require.Equal(t, int32(1), a.closed.Load())
	require.Equal(t, int32(1), b.closed.Load())
	require.Len(t, r.Points(0), len(r.Points(0)))
	n := len(r.Points(0)) + len(r.Points(1))
	require.Len(t, sunk, n, "the sink has everything after Stop")
}

// TestStablePrefix: what Points returned does not change as more is recorded.
func TestStablePrefix(t *testing.T) {
	r := power.Start([]power.Meter{steady()}, power.Options{Interval: time.Millisecond})
	defer r.Stop()
	eventually(t, "a few points", func() bool { return len(r.Points(0)) > 3 })
	p := r.Points(0)
	before := append([]joules.Point(nil), p...)
	eventually(t, "more points", func() bool { return len(r.Points(0)) > len(p)+3 })
	_ = append(p, joules.Point{Value: -1})
	require.Equal(t, before, p)
	require.NotEqual(t, -1.0, r.Points(0)[len(p)].Value, "the caller's append must not reach the recorder's")
}

// TestBoundary reads each local meter between its call and its return, and does
// not ask one over the network.
func TestBoundary(t *testing.T) {
	local, far := steady(), steady()
	r := power.Start([]power.Meter{local, remote{far}}, power.Options{Interval: time.Hour})
	defer r.Stop()
	eventually(t, "the first readings", func() bool { return len(r.Points(0)) == 1 && len(r.Points(1)) == 1 })
	for i := range 5 {
		before := float64(power.ClockNS()) / 1e9
		r.Boundary()
		after := float64(power.ClockNS()) / 1e9
		points := r.Points(0)
		require.Len(t, points, i+2)
		require.GreaterOrEqual(t, points[i+1].TimeS, before-1e-6)
		require.LessOrEqual(t, points[i+1].TimeS, after+1e-6)
	}
	require.Len(t, r.Points(1), 1)
}

type remote struct{ *fakeMeter }

func (remote) Remote() bool { return true }

// TestSlowMeter: one that hangs delays neither the other nor Boundary nor Stop
// for ever.
func TestSlowMeter(t *testing.T) {
	release := make(chan struct{})
	hung := &fakeMeter{domains: []joules.Domain{gauge("hung")}, read: func([]joules.Reading) { <-release }}
	r := power.Start([]power.Meter{hung, steady()}, power.Options{Interval: time.Millisecond})
	eventually(t, "the good meter goes on", func() bool { return len(r.Points(1)) > 10 })
	n := len(r.Points(1))
	r.Boundary()
	require.Greater(t, len(r.Points(1)), n)
	require.Empty(t, r.Points(0))
	require.NoError(t, r.Stop())
	close(release)
}

// TestStatuses: what becomes of each kind of reading.
func TestStatuses(t *testing.T) {
	slow := joules.Domain{Period: time.Second}
	for _, c := range []struct {
		name    string
		domain  joules.Domain
		reading joules.Reading
		status  string
		value   float64 // NaN = none
		timeS   float64
		readS   float64
	}{
		{"good", gauge("x"), joules.Reading{BeforeNS: 2e9, AfterNS: 2e9 + 2e5, Value: 7}, joules.StatusOK, 7, 1.0001, 2e-4},
		{"took a tenth of the period", gauge("x"), joules.Reading{BeforeNS: 2e9, AfterNS: 2e9 + 1e7, Value: 7}, joules.StatusOK, 7, 1.005, 1e-2},
		{"took more", gauge("x"), joules.Reading{BeforeNS: 2e9, AfterNS: 2e9 + 2e7, Value: 7}, joules.StatusLate, 7, 1.01, 2e-2},
		{"1 ms is never late", joules.Domain{Period: time.Millisecond}, joules.Reading{BeforeNS: 2e9, AfterNS: 2e9 + 1e6, Value: 7}, joules.StatusOK, 7, 1.0005, 1e-3},
		{"a slow sensor may take longer", slow, joules.Reading{BeforeNS: 2e9, AfterNS: 2e9 + 9e7, Value: 7}, joules.StatusOK, 7, 1.045, 9e-2},
		{"error", gauge("x"), joules.Reading{BeforeNS: 2e9, AfterNS: 2e9, Value: 7, Err: errors.New("EIO")}, joules.StatusError, math.NaN(), 1, 0},
		{"error that took long", gauge("x"), joules.Reading{BeforeNS: 2e9, AfterNS: 3e9, Value: 7, Err: errors.New("EIO")}, joules.StatusError, math.NaN(), 1.5, 1},
		{"no number without an error", gauge("x"), joules.Reading{BeforeNS: 2e9, AfterNS: 2e9, Value: math.NaN()}, joules.StatusError, math.NaN(), 1, 0},
		{"infinite", gauge("x"), joules.Reading{BeforeNS: 2e9, AfterNS: 2e9, Value: math.Inf(1)}, joules.StatusError, math.NaN(), 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := &fakeMeter{domains: []joules.Domain{c.domain}, read: func(r []joules.Reading) { r[0] = c.reading }}
			r := power.Start([]power.Meter{m}, power.Options{Interval: time.Hour, OriginNS: 1e9})
			defer r.Stop()
			eventually(t, "a point", func() bool { return len(r.Points(0)) > 0 })
			p := r.Points(0)[0]
			require.Equal(t, c.status, p.Status)
			require.Equal(t, math.IsNaN(c.value), math.IsNaN(p.Value))
			if !math.IsNaN(c.value) {
				require.Equal(t, c.value, p.Value)
			}
			require.InDelta(t, c.timeS, p.TimeS, 1e-9)
			require.InDelta(t, c.readS, p.ReadS, 1e-9)
		})
	}
}

// TestPanic: a meter that panics gives errors and the recording goes on.
func TestPanic(t *testing.T) {
	n := 0
	m := &fakeMeter{domains: []joules.Domain{gauge("x")}, read: func(r []joules.Reading) {
		if n++; n == 2 {
			panic("the library is broken")
		}
		now := power.ClockNS()
		r[0] = joules.Reading{BeforeNS: now, AfterNS: now, Value: float64(n)}
	}}
	r := power.Start([]power.Meter{m}, power.Options{Interval: time.Millisecond})
	defer r.Stop()
	eventually(t, "three points", func() bool { return len(r.Points(0)) >= 3 })
	p := r.Points(0)
	require.Equal(t, joules.StatusError, p[1].Status)
	require.True(t, math.IsNaN(p[1].Value))
	require.Equal(t, 3.0, p[2].Value)
}

// TestSinkFails: the first error stops the recording and is kept.
func TestSinkFails(t *testing.T) {
	full := errors.New("no space left on device")
	calls := 0
	m := steady()
	r := power.Start([]power.Meter{m}, power.Options{Interval: time.Millisecond, Sink: func([]power.Record) error {
		calls++
		return full
	}})
	require.NoError(t, r.Err())
	eventually(t, "a point to sink", func() bool { return len(r.Points(0)) > 0 && r.Err() != nil })
	require.ErrorIs(t, r.Err(), full)
	eventually(t, "the meter is closed", func() bool { return m.closed.Load() == 1 })
	n := len(r.Points(0))
	r.Boundary()
	require.Len(t, r.Points(0), n)
	require.ErrorIs(t, r.Stop(), full)
	require.Equal(t, 1, calls)
}

// TestNoMeters: a recorder of nothing is harmless.
func TestNoMeters(t *testing.T) {
	r := power.Start(nil, power.Options{})
	r.Boundary()
	require.Empty(t, r.Domains())
	require.NoError(t, r.Stop())
	require.False(t, r.CPUFraction() < 0)
}
