package plots

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/results"
)

// sweep is a rising speed over sizes for some types: half of peak at n = 300.
func sweep(runner, device string, peak, power float64, kind energyKind) (rows []fixtureRow) {
	for i, dtype := range []string{"fp64", "fp32", "bf16", "int8"} {
		for n := 128; n <= 8192; n *= 2 {
			name := fmt.Sprintf("matmul/%s/m=%d/n=%d/k=%d", dtype, n, n, n)
			speed := peak * float64(int(1)<<i) * float64(n) / (float64(n) + 300)
			row := fixtureRow{runner: runner, device: device, workload: name, speed: speed, power: power, energy: kind}
			if dtype == "fp64" && n == 8192 {
				row.status, row.reason = results.Unsupported, "one iteration would take over 10 s"
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func TestSizeGoldens(t *testing.T) {
	cpu := sweep("cpu", "Example CPU", 900, 610, raplEnergy)
	gpu := sweep("cuda", "Example GPU", 30000, 655, nvmlEnergy)
	var libraries []fixtureRow
	for i, runner := range []string{"cpu", "onednn", "blas", "opencl", "pjrt", "torch"} {
		libraries = append(libraries, sweep(runner, "Example CPU", 900*(1-0.12*float64(i)), 610, raplEnergy)...)
	}
	cases := []struct {
		name string
		f    fixture
	}{
		{"size-libraries", fixture{model: "Example CPU, 2 sockets, 768 GiB", run: "20261123T101500Z-example-b1c3", trials: 7, rows: libraries}},
		{"size-sweep", fixture{model: "Example CPU, 2 sockets, 768 GiB", run: "20261123T101500Z-example-a7d2", trials: 6, rows: append(cpu, gpu...)}},
		{"size-no-sensor", fixture{model: "Example CPU, 2 cores, 24 GiB", run: "20261123T101500Z-zen5-2c-k3f9", trials: 3, rows: quickRows}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			pages, err := drawSize([]*results.Run{c.f.build(t)})
			require.NoError(t, err)
			require.Len(t, pages, 1)
			golden(t, c.name, pages[0])
		})
	}
}

// Six runners at one and two threads: no two lines look alike.
func TestTwelveLinesHaveTwelveLooks(t *testing.T) {
	seen := map[string]bool{}
	for shape := range 12 {
		seen[fmt.Sprint(markers[shape%len(markers)], dashesOf(shape))] = true
	}
	require.Len(t, seen, 12)
}
