package plots

import (
	"fmt"
	"image/color"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/results"
	"joulemark/workloads"
)

// roofRows are ceilings (GFLOP/s, GB/s) and the cases of some types.
func roofRows(runner string, factor float64) []fixtureRow {
	rows := []fixtureRow{
		{workload: "peak/fp64", speed: 58}, {workload: "peak/fp32", speed: 116}, {workload: "peak/fp32/isa=avx2", speed: 115},
		{workload: "peak/bf16", speed: 231}, {workload: "peak/int8", speed: 465},
		{workload: "stream/read/bytes=16384", speed: 217}, {workload: "stream/read/bytes=262144", speed: 116}, {workload: "stream/read/bytes=8388608", speed: 95},
		{workload: "stream/read/bytes=536870912", speed: 33.4}, {workload: "stream/copy/bytes=536870912", speed: 25}, {workload: "stream/triad/bytes=16384", speed: 280},
		{workload: "stream/triad/bytes=536870912", speed: 26.2}, {workload: "stream/triad/bytes=536870912/nt", speed: 29.9},
	}
	for i, d := range []string{"fp64", "fp32", "bf16", "int8"} {
		peak := []float64{58, 116, 231, 465}[i]
		for j, n := range []int{256, 1024, 2048} {
			rows = append(rows, fixtureRow{workload: fmt.Sprintf("matmul/%s/m=%d/n=%d/k=%d", d, n, n, n), speed: peak * []float64{0.88, 0.93, 0.95}[j]})
		}
	}
	rows = append(rows,
		fixtureRow{workload: "layer/gpt2-small/prefill/fp32/b=1/t=512/c=0", speed: 101}, fixtureRow{workload: "layer/gpt2-small/prefill/bf16/b=1/t=512/c=0", speed: 188},
		fixtureRow{workload: "layer/gpt2-small/decode/fp32/b=1/t=1/c=1024", speed: 14.1}, fixtureRow{workload: "layer/gpt2-small/decode/bf16/b=1/t=1/c=1024", speed: 27.5},
		fixtureRow{workload: "layer/gpt2-small/decode/bf16/b=8/t=1/c=1024", speed: 96},
	)
	for i := range rows {
		rows[i].runner = runner
		rows[i].speed *= factor
	}
	return rows
}

// asStreams turns speeds of streams, which are GB/s here, into what build expects.
func asStreams(t *testing.T, run *results.Run) *results.Run {
	t.Helper()
	for i := range run.Samples {
		s := &run.Samples[i]
		w, err := workloads.Parse(s.Workload)
		require.NoError(t, err)
		if stream, ok := w.(workloads.Stream); ok && s.Status == results.OK {
			gb := s.Iterations * s.Ops / s.DurationS // what build made of speed, where there are operations
			if s.Ops == 0 {
				gb = speedOfStream[s.Workload] * 1e9 * spreadOfTrials[s.Trial%len(spreadOfTrials)]
			}
			s.Iterations = gb * s.DurationS / stream.Bytes()
		}
	}
	return run
}

var speedOfStream = func() map[string]float64 {
	m := map[string]float64{}
	for _, r := range roofRows("cpu", 1) {
		m[r.workload] = r.speed
	}
	return m
}()

func TestRooflineGolden(t *testing.T) {
	f := fixture{model: "Example CPU, 2 cores, 24 GiB", run: "20261123T101500Z-zen4-2c-k3f9", trials: 6, rows: roofRows("cpu", 1)}
	pages, err := drawRoofline([]*results.Run{asStreams(t, f.build(t))})
	require.NoError(t, err)
	require.Len(t, pages, 1)
	golden(t, "roofline", pages[0])
}

// rooflineOf groups the rows of fixtures as the figure does.
func rooflineOf(t *testing.T, fixtures ...fixture) []roofline {
	t.Helper()
	var runs []*results.Run
	for _, f := range fixtures {
		runs = append(runs, asStreams(t, f.build(t)))
	}
	_, err := drawRoofline(runs)
	require.NoError(t, err)
	return []roofline{newRoofline(collect(runs))}
}

func TestRooflineTakesTheHighestOfEachCeiling(t *testing.T) {
	r := rooflineOf(t, fixture{model: "m", run: "r", trials: 6, rows: roofRows("cpu", 1)})[0]
	var flat, slanted []string
	for _, f := range r.flat {
		flat = append(flat, f.label)
	}
	for _, s := range r.slanted {
		slanted = append(slanted, s.label)
	}
	require.Equal(t, []string{"fp64 58.0 GFLOP/s", "fp32 116 GFLOP/s", "bf16 231 GFLOP/s", "int8 465 GOP/s"}, flat)
	require.Equal(t, []string{"read 16 KiB\n217 GB/s", "read 256 KiB\n116 GB/s", "read 8 MiB\n95.0 GB/s", "read 512 MiB\n33.4 GB/s", "triad 512 MiB\n29.9 GB/s"}, slanted)
	require.Equal(t, 512<<20, r.memory.bytes)
	require.Len(t, r.cases, 17)
	i := slices.IndexFunc(r.cases, func(c roofCase) bool { return c.dtype == "fp32" && c.label == "256³" })
	require.InDelta(t, 256./6, r.cases[i].intensity, 1e-9, "2 n³ operations, 12 n² bytes")
	require.Equal(t, "FLOP/s (OP/s for int8)", r.unit())
}

// Ceilings of one folder and cases of another stand on one page only if machine,
// runner and threads are the same.
func TestRooflineOfTwoFolders(t *testing.T) {
	rows := roofRows("cpu", 1)
	ceilings := fixture{model: "m", run: "a", trials: 6, rows: rows[:13]}
	cases := fixture{model: "m", run: "b", trials: 6, rows: rows[13:]}
	draw := func(change func(*results.Sample)) []*Page {
		first, second := asStreams(t, ceilings.build(t)), asStreams(t, cases.build(t))
		for i := range second.Samples {
			change(&second.Samples[i])
		}
		pages, err := drawRoofline([]*results.Run{first, second})
		require.NoError(t, err)
		return pages
	}
	require.Contains(t, textsOf(draw(func(*results.Sample) {})[0]), "2048³")
	for what, change := range map[string]func(*results.Sample){
		"machine": func(s *results.Sample) { s.MachineID = "other" },
		"runner":  func(s *results.Sample) { s.Runner = "onednn" },
		"threads": func(s *results.Sample) { s.Threads = 1 },
	} {
		pages := draw(change)
		require.Len(t, pages, 1)
		require.NotContains(t, textsOf(pages[0]), "2048³", what)
	}
}

func textsOf(p *Page) (list []string) {
	for _, w := range p.draw(nowhere{}) {
		list = append(list, w.text)
	}
	return list
}

func TestNoRooflineWithoutCeilings(t *testing.T) {
	run := fixture{model: "m", run: "r", trials: 6, rows: roofRows("cpu", 1)[13:]}.build(t)
	_, err := drawRoofline([]*results.Run{run})
	require.ErrorIs(t, err, ErrSkipped)
	require.ErrorContains(t, err, "joulemark run --suite roofline")
}

// A folder of half the ceilings is told which half it is.
func TestRooflineSaysWhatIsLacking(t *testing.T) {
	rows := roofRows("cpu", 1)
	for want, some := range map[string][]fixtureRow{
		"peaks and no bandwidth": rows[:5],
		"bandwidths and no peak": rows[5:13],
		"no ceilings":            rows[13:],
	} {
		run := asStreams(t, fixture{model: "m", run: "r", trials: 6, rows: some}.build(t))
		_, err := drawRoofline([]*results.Run{run})
		require.ErrorIs(t, err, ErrSkipped)
		require.ErrorContains(t, err, "these runs hold "+want)
	}
}

// bandsAfter counts bands, of five corners, that are drawn after a slanted line.
type bandsAfter struct {
	nowhere
	bands, after int
	lined        bool
}

func (b *bandsAfter) fill(_ color.NRGBA, corners []point) {
	if len(corners) == 5 {
		b.bands++
		if b.lined {
			b.after++
		}
	}
}

func (b *bandsAfter) stroke(_ stroke, points []point) {
	if len(points) == 2 && points[0].x != points[1].x && points[0].y != points[1].y {
		b.lined = true
	}
}

// The interval of one roof covers no other's line.
func TestRooflineDrawsIntervalsBelowAllLines(t *testing.T) {
	f := fixture{model: "m", run: "r", trials: 6, rows: roofRows("cpu", 1)}
	pages, err := drawRoofline([]*results.Run{asStreams(t, f.build(t))})
	require.NoError(t, err)
	var seen bandsAfter
	pages[0].draw(&seen)
	require.Equal(t, 5, seen.bands)
	require.Zero(t, seen.after)
}
