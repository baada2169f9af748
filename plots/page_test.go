package plots

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/color"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/results"
)

// nowhere is a canvas without ink.
type nowhere struct{}

func (nowhere) stroke(stroke, []point)                          {}
func (nowhere) fill(color.NRGBA, []point)                       {}
func (nowhere) text(*face, string, float64, point, color.NRGBA) {}

// requireReadable holds that no text leaves the page or lies over another.
func requireReadable(t *testing.T, g *Page) {
	t.Helper()
	texts, height := g.draw(nowhere{}), g.Height()
	require.NotEmpty(t, texts)
	for i, a := range texts {
		inside := a.box.left >= 0 && a.box.top >= 0 && a.box.right <= pageWidth && a.box.bottom <= height
		require.True(t, inside, "%q leaves the page: %v", a.text, a.box)
		for _, b := range texts[:i] {
			require.False(t, a.box.overlaps(b.box), "%q lies over %q: %v %v", a.text, b.text, a.box, b.box)
		}
	}
}

// Any run, however odd, is drawn within the page and without overlap.
func TestPagesAreReadable(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 12 {
		runs := []*results.Run{oddRun(t, random, "20261123T101500Z-a-0001"), oddRun(t, random, "20261124T101500Z-b-0002")}
		for _, draw := range []func([]*results.Run) ([]*Page, error){drawEfficiency, drawSize} {
			pages, err := draw(runs)
			if errors.Is(err, ErrSkipped) {
				continue
			}
			require.NoError(t, err)
			for _, g := range pages {
				requireReadable(t, g)
			}
		}
	}
}

// oddRun has some of many workloads on up to three runners, speeds over nine
// decades, every status and every basis.
func oddRun(t *testing.T, random *rand.Rand, id string) *results.Run {
	pick := func(from ...string) string { return from[random.IntN(len(from))] }
	f := fixture{
		model:  pick("Zen 5, 2 cores", "Example Processor Platinum 1234+ (Example Ridge), 2 sockets, 1024 GiB, 8 x Example GPU 80GB HBM9"),
		run:    id,
		trials: 1 + random.IntN(7), simulated: random.IntN(3) == 0,
	}
	if random.IntN(2) == 0 {
		f.estimate = &results.Estimate{LowW: 2, HighW: 60, Basis: "2 cores × 3.2…7.8 W, × 0.4…2.2"}
	}
	names := []string{"matmul/fp8_e4m3/m=16384/n=16384/k=16384/fill=zeros", "layer/llama3-8b/decode/bf16/b=128/t=1/c=131072"}
	for _, r := range quickRows {
		names = append(names, r.workload)
	}
	for _, runner := range []string{"cpu", "onednn", "cuda"}[:1+random.IntN(3)] {
		device := pick("", "Example GPU", "Example CPU 64-Core Processor with a name that vendors make long")
		kind := []energyKind{raplEnergy, nvmlEnergy, plugEnergy}[random.IntN(3)]
		for _, name := range names {
			row := fixtureRow{runner: runner, device: device, workload: name, energy: kind}
			row.speed, row.power = random.ExpFloat64()*float64(int(1)<<random.IntN(30)), float64(random.IntN(2)*300)
			if random.IntN(4) == 0 {
				row.status = pick(results.Void, results.Failed, results.Unsupported, results.Unavailable)
				row.reason = pick("", "throttled", "a reason that is far longer than the bar which it stands for could ever have been on this page, and goes on")
			}
			f.rows = append(f.rows, row)
		}
	}
	return f.build(t)
}

func TestSVG(t *testing.T) {
	draw := func() []byte {
		pages, err := drawPower([]*results.Run{twoPackages(t)}, 0, 0)
		require.NoError(t, err)
		var b bytes.Buffer
		require.NoError(t, pages[0].WriteSVG(&b))
		return b.Bytes()
	}
	first := draw()
	require.True(t, bytes.Equal(first, draw()), "the same page gives the same bytes")
	require.Equal(t, []string{"svg", "title", "desc"}, elements(t, first)[:3])
	require.NotContains(t, elements(t, first), "text", "text is outlined: no font is needed")
	require.Contains(t, string(first), "<title>Power during one step</title>")
	require.Contains(t, string(first), "<desc>SIMULATED.")
	require.NotContains(t, string(first), "NaN")
}

func elements(t *testing.T, svg []byte) (names []string) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return names
		}
		require.NoError(t, err)
		if start, ok := token.(xml.StartElement); ok {
			names = append(names, start.Name.Local)
		}
	}
}

func TestLegendWraps(t *testing.T) {
	l := legend{theme: Light}
	for _, label := range []string{"a", "b", strings.Repeat("long ", 60), "c"} {
		l.keys = append(l.keys, key{label: label})
	}
	placed, rows := l.place(300)
	require.Equal(t, 3, rows)
	for _, k := range placed {
		require.LessOrEqual(t, k.x+swatchWidth+swatchGap+l.style().width(k.label), 300.0)
	}
	_, rows = l.place(5000)
	require.Equal(t, 1, rows)
}

// The comparison of pictures sees a bar that is 2 % longer: a golden test that
// could not would hold nothing.
func TestGoldenSeesASmallChange(t *testing.T) {
	picture := func(speed float64) *Page {
		row := fixtureRow{runner: "cpu", workload: quickRows[0].workload, speed: speed}
		other := fixtureRow{runner: "cpu", workload: quickRows[1].workload, speed: 50}
		return efficiencyPages(t, fixture{model: "m", run: "r", trials: 6, rows: []fixtureRow{row, other}}.build(t))[0]
	}
	before := picture(40).Image(goldenDensity)
	require.Zero(t, pictureDifference(before, picture(40).Image(goldenDensity)))
	require.Greater(t, pictureDifference(before, picture(40.8).Image(goldenDensity)), differingShare)
}
