package plots

import (
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/results"
)

// quickRows are the nine workloads of the quick suite.
var quickRows = []fixtureRow{
	{runner: "cpu", workload: "matmul/fp64/m=512/n=512/k=512", speed: 21.4},
	{runner: "cpu", workload: "matmul/fp32/m=512/n=512/k=512", speed: 43.7},
	{runner: "cpu", workload: "matmul/fp32/m=1024/n=1024/k=1024", speed: 47.2},
	{runner: "cpu", workload: "matmul/bf16/m=1024/n=1024/k=1024", speed: 12.9},
	{runner: "cpu", workload: "matmul/int8/m=1024/n=1024/k=1024", speed: 31.8},
	{runner: "cpu", workload: "layer/gpt2-small/prefill/fp32/b=1/t=512/c=0", speed: 36.6},
	{runner: "cpu", workload: "layer/gpt2-small/prefill/bf16/b=1/t=256/c=0", speed: 11.2},
	{runner: "cpu", workload: "layer/gpt2-small/decode/fp32/b=1/t=1/c=1024", speed: 5.31},
	{runner: "cpu", workload: "layer/gpt2-small/decode/bf16/b=1/t=1/c=1024", speed: 4.07},
}

var zen5Estimate = &results.Estimate{LowW: 2.6, HighW: 34.3, Basis: "2 cores × 3.2…7.8 W, × 0.4…2.2"}

func withEnergy(rows []fixtureRow, runner, device string, speed, power float64, kind energyKind) (out []fixtureRow) {
	for i, r := range rows {
		r.runner, r.device, r.speed, r.energy = runner, device, r.speed*speed, kind
		r.power = power * (1 + 0.02*float64(i))
		out = append(out, r)
	}
	return out
}

func efficiencyPages(t *testing.T, runs ...*results.Run) []*Page {
	t.Helper()
	pages, err := drawEfficiency(runs)
	require.NoError(t, err)
	return pages
}

func TestEfficiencyGoldens(t *testing.T) {
	server := "Example CPU, 2 sockets, 768 GiB"
	cpu := withEnergy(quickRows, "cpu", "Example CPU", 130, 612, raplEnergy)
	gpu := withEnergy(quickRows, "cuda", "Example GPU", 9000, 655, nvmlEnergy)
	missing := []fixtureRow{
		{runner: "cpu", workload: "matmul/fp32/m=1024/n=1024/k=1024", speed: 441, power: 61, energy: raplEnergy},
		{runner: "cpu", workload: "matmul/bf16/m=1024/n=1024/k=1024", status: results.Void, reason: "throttled for 62 % of the window (power cap)"},
		{runner: "cpu", workload: "matmul/fp16/m=1024/n=1024/k=1024", status: results.Unsupported, reason: "the cpu runner has no fp16"},
		{runner: "cpu", workload: "matmul/int8/m=1024/n=1024/k=1024", status: results.Failed, reason: "wrong values: error 3.1 times what is allowed; the last lines of the worker's stderr say: kernel fell back to a narrower accumulator than was declared"},
		{runner: "cuda", workload: "matmul/fp32/m=1024/n=1024/k=1024", status: results.Unavailable, reason: "no libcuda.so.1: install the NVIDIA driver"},
	}
	cases := []struct {
		name string
		runs []fixture
	}{
		{"efficiency-no-sensor", []fixture{{model: "Example CPU, 2 cores, 24 GiB", run: "20261123T101500Z-zen5-2c-k3f9", trials: 3, estimate: zen5Estimate, rows: quickRows}}},
		{"efficiency-two-runners", []fixture{{model: server, run: "20261123T101500Z-example-a7d2", trials: 6, rows: append(cpu, gpu...)}}},
		{"efficiency-missing-bars", []fixture{{model: server, run: "20261123T101500Z-epyc-b001", trials: 6, simulated: true, rows: missing}}},
		{"efficiency-long-labels", longLabels()},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var runs []*results.Run
			for _, f := range c.runs {
				runs = append(runs, f.build(t))
			}
			pages := efficiencyPages(t, runs...)
			require.Len(t, pages, 1)
			golden(t, c.name, pages[0])
		})
	}
}

// longLabels are two machines with long names, a custom layer and odd shapes.
func longLabels() []fixture {
	rows := []fixtureRow{
		{runner: "onednn", workload: "matmul/bf16/m=131072/n=28672/k=8192/fill=integers", speed: 2810, power: 402, energy: raplEnergy},
		{runner: "onednn", workload: "layer/custom/prefill/bf16/b=16/t=8192/c=0/hidden=8192/heads=64/kv_heads=8/head_dim=128/ffn=28672/norm=rmsnorm_pre/act=swiglu/attention=causal/bias=false/rope_theta=500000/eps=1e-05", speed: 1934, power: 395, energy: raplEnergy},
		{runner: "onednn", workload: "layer/llama3-8b/decode/bf16/b=128/t=1/c=131072", speed: 88.4, power: 310, energy: raplEnergy},
	}
	return []fixture{
		{model: "Example Processor Platinum 1234+ (Example Ridge), 2 sockets, 1024 GiB, 8 x Example GPU 80GB HBM9", run: "20261123T101500Z-example-one-1111", trials: 6, rows: rows},
		{model: "Another Example Computing Ultra M1-30 (Example Core N9), 1 socket, 512 GiB, without accelerators", run: "20261124T091200Z-example-two-2222", trials: 6, rows: withEnergy(rows, "onednn", "", 0.4, 180, raplEnergy)},
	}
}
