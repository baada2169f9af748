package workloads

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func stepNames(s Suite, where string) (names []string) {
	for _, step := range s.Steps {
		if step.For == where || step.For == ForBoth {
			names = append(names, step.Workload.Name())
		}
	}
	return names
}

func TestQuickOnACPU(t *testing.T) {
	s, err := LoadSuite("quick")
	require.NoError(t, err)
	require.Equal(t, []string{
		"matmul/fp32/m=512/n=512/k=512",
		"matmul/fp64/m=512/n=512/k=512",
		"matmul/fp32/m=1024/n=1024/k=1024",
		"matmul/bf16/m=1024/n=1024/k=1024",
		"matmul/int8/m=1024/n=1024/k=1024",
		"layer/gpt2-small/decode/fp32/b=1/t=1/c=1024",
		"layer/gpt2-small/decode/bf16/b=1/t=1/c=1024",
		"layer/gpt2-small/decode/int8/b=1/t=1/c=1024",
		"layer/gpt2-small/prefill/bf16/b=1/t=256/c=0",
		"layer/gpt2-small/prefill/int8/b=1/t=256/c=0",
		"layer/gpt2-small/prefill/fp32/b=1/t=512/c=0",
	}, stepNames(s, ForCPU))
	s.Text, s.Steps = "", nil
	require.Equal(t, Suite{
		Name: "quick", Description: "a first look in a few minutes; three trials give no interval", Trials: 3,
		WindowS: 2, WindowUpdates: 20, WarmupMaxS: 2, IdleS: 2, IdleMaxS: 10, IdleUpdates: 10, IterationLimitS: 10, MaxCompetingFraction: 0.25,
	}, s)
}

func TestEmbeddedSuites(t *testing.T) {
	require.Equal(t, []string{"peers", "publish", "quick", "roofline", "standard"}, SuiteNames())
	for _, name := range SuiteNames() {
		s, err := LoadSuite(name)
		require.NoError(t, err)
		require.Equal(t, name, s.Name)
		require.NotEmpty(t, s.Description)
		require.NotEmpty(t, stepNames(s, ForCPU))
		require.NotEmpty(t, stepNames(s, ForAccelerator))
		again, err := ParseSuite(s.Text, "copy")
		require.NoError(t, err)
		require.Equal(t, s, again, "the text that a run keeps gives the suite back")
		for _, step := range s.Steps {
			require.True(t, name == "quick" || s.Trials >= 6)
			require.True(t, step.For != ForCPU || name != "quick" || Computable(step.Workload) == nil, step.Workload.Name())
		}
	}
}

func TestSmokeSuite(t *testing.T) {
	s, err := LoadSuite("testdata/smoke.toml")
	require.NoError(t, err)
	require.Equal(t, "smoke", s.Name)
	require.Len(t, s.Steps, 3)
	for _, step := range s.Steps {
		require.NoError(t, Computable(step.Workload))
		require.Less(t, step.Workload.Ops(), 3e6, "milliseconds on any CPU")
		require.Equal(t, ForBoth, step.For)
	}
	require.Equal(t, []float64{2, 0.2, 0.1, 0.1, 1}, []float64{float64(s.Trials), s.WindowS, s.WarmupMaxS, s.IdleS, s.MaxCompetingFraction})
}

func TestListsGiveEveryCombinationInOrder(t *testing.T) {
	s, err := ParseSuite(`
[[matmul]]
dtype = ["bf16", "fp32"]
m = [1, 2]
n = 3
k = 4
for = "accelerator"
runners = ["cuda", "torch"]
[[matmul]]
dtype = "int8"
n = [7, 5]
fill = "zeros"
[[matmul]]
dtype = "fp32"
n = [7, 5]
pack = ["call", "prepare"]
[[layer]]
model = "llama3-8b"
phase = "decode"
dtype = "bf16"
batch = [1, 2]
context = [8, 9]
`, "mine")
	require.NoError(t, err)
	require.Equal(t, []string{"matmul/bf16/m=1/n=3/k=4", "matmul/bf16/m=2/n=3/k=4", "matmul/fp32/m=1/n=3/k=4", "matmul/fp32/m=2/n=3/k=4",
		"matmul/int8/m=7/n=7/k=7/fill=zeros", "matmul/int8/m=5/n=5/k=5/fill=zeros",
		"matmul/fp32/m=7/n=7/k=7/pack=call", "matmul/fp32/m=7/n=7/k=7/pack=prepare", "matmul/fp32/m=5/n=5/k=5/pack=call", "matmul/fp32/m=5/n=5/k=5/pack=prepare",
		"layer/llama3-8b/decode/bf16/b=1/t=1/c=8", "layer/llama3-8b/decode/bf16/b=1/t=1/c=9", "layer/llama3-8b/decode/bf16/b=2/t=1/c=8", "layer/llama3-8b/decode/bf16/b=2/t=1/c=9",
	}, stepNames(s, ForAccelerator))
	require.Equal(t, []string{"cuda", "torch"}, s.Steps[0].Runners)
	require.Empty(t, s.Steps[4].Runners)
	require.Equal(t, "mine", s.Name)
	require.Equal(t, []float64{6, 10, 100, 120, 2, 30, 20, 60, 0.25}, []float64{float64(s.Trials), s.WindowS, float64(s.WindowUpdates),
		s.WarmupMaxS, s.IdleS, s.IdleMaxS, float64(s.IdleUpdates), s.IterationLimitS, s.MaxCompetingFraction}, "the documented defaults")
}

func TestSuitesAreRefusedWithOneSentence(t *testing.T) {
	const step = "[[matmul]]\ndtype = \"fp32\"\nn = 4\n"
	for text, want := range map[string]string{
		"":                                                "holds no step: add a [[matmul]], a [[layer]], a [[peak]] or a [[stream]]",
		"trials = 3":                                      "holds no step",
		"trial = 3\n" + step:                              `unknown key trial: did you mean "trials"?`,
		"colour = 3\n" + step:                             "unknown key colour: use description, idle_max_s",
		step + "dtipe = 3":                                `unknown key matmul.dtipe: did you mean "dtype"?`,
		"[[layers]]\nphase = 3":                           `unknown key layers: did you mean "layer"?`,
		"[[layer]]\nhead = 3":                             `unknown key layer.head: did you mean "heads"?`,
		step + "command = \"rm\"":                         "key matmul.command: suite files name runners, never commands or libraries",
		step + "Library = \"x\"":                          "suite files name runners, never commands or libraries",
		"exec = \"rm\"\n" + step:                          "key exec: suite files name runners, never commands",
		"[lib]\ncuda = 1\n" + step:                        "key lib: suite files name runners, never commands",
		"[env]\nA = \"b\"":                                "suite files name runners",
		"trials = 0\n" + step:                             "trials is 0: use 1…1000",
		"trials = 1001\n" + step:                          "trials is 1001",
		"trials = 2.5\n" + step:                           "correct it",
		"trials = \"x\"\n" + step:                         "correct it",
		"window_s = nan\n" + step:                         "window_s is NaN: use 0.001…86400",
		"window_s = inf\n" + step:                         "window_s is +Inf",
		"window_s = 0\n" + step:                           "window_s is 0",
		"warmup_max_s = -1\n" + step:                      "warmup_max_s is -1",
		"idle_s = 9\nidle_max_s = 3\n" + step:             "make idle_max_s at least idle_s",
		"max_competing_fraction = 1.1\n" + step:           "max_competing_fraction is 1.1: use 0…1",
		"iteration_limit_s = nan\n" + step:                "iteration_limit_s is NaN",
		"window_updates = -1\n" + step:                    "window_updates is -1",
		"name = \"A/b\"\n" + step:                         `name "A/b": use lower-case letters`,
		step + "for = \"gpu\"":                            `for "gpu" is not known: use cpu, accelerator, both`,
		step + "runners = \"/bin/sh\"":                    `runner "/bin/sh": use the name of a runner (joulemark list runners)`,
		step + "runners = []":                             "an empty list gives no step",
		step + "m = 4":                                    "[[matmul]] number 1: gives no step: write dtype, and n or all of m, n, k",
		"[[matmul]]\nn = 4":                               "gives no step",
		"[[matmul]]\ndtype = \"fp3\"\nn = 4":              `dtype "fp3" is not known`,
		"[[matmul]]\ndtype = 3\nn = 4":                    `write a "string" or a list of them`,
		"[[matmul]]\ndtype = \"fp32\"\nn = \"4\"":         "write a whole number or a list of them",
		"[[matmul]]\ndtype = \"fp32\"\nn = 4.5":           "write a whole number or a list of them",
		"[[matmul]]\ndtype = \"fp32\"\nn = 1000001":       "use 1…1000000",
		"[[matmul]]\ndtype = \"fp32\"\nn = -4":            "m is -4",
		step + step:                                       "matmul/fp32/m=4/n=4/k=4 stands twice for the same devices: remove one",
		step + "for = \"cpu\"\n" + step:                   "stands twice",
		"[[matmul]]\ndtype = [\"fp32\", \"fp32\"]\nn = 4": "stands twice",
		"[[layer]]\nphase = \"decode\"":                   "[[layer]] number 1: gives no step: write dtype",
		"[[layer]]\nmodel = \"gpt2-smal\"\nphase = \"decode\"\ndtype = \"fp32\"\ncontext = 4":          `model "gpt2-smal" is not known`,
		"[[layer]]\nmodel = \"gpt2-small\"\nphase = \"decode\"\ndtype = \"fp32\"":                      "decode has c=0",
		"[[layer]]\nmodel = \"gpt2-small\"\nphase = \"prefill\"\ndtype = \"fp32\"":                     "t is 0",
		"[[layer]]\nmodel = \"gpt2-small\"\nphase = \"prefill\"\ndtype = \"fp32\"\ntokens=4\nhidden=8": "the dimensions are not those of gpt2-small",
		"not toml":         "line 1 is not TOML of a suite",
		step + "a = 1 = 2": "line 4 is not TOML of a suite",
		"[[matmul]]\ndtype = \"fp32\"\nm = [" + strings.Repeat("1,", 200) + "]\nn = [" + strings.Repeat("1,", 200) + "]\nk = 1": "more than 10000 steps",
	} {
		_, err := ParseSuite(text, "mine")
		require.ErrorContains(t, err, want, text)
		require.NotContains(t, err.Error(), "\n")
		require.True(t, strings.HasPrefix(err.Error(), "suite mine: "), err.Error())
	}
}

func TestSameWorkloadForOtherDevicesIsNoDuplicate(t *testing.T) {
	for _, text := range []string{
		"[[matmul]]\ndtype=\"fp32\"\nn=4\nfor=\"cpu\"\n[[matmul]]\ndtype=\"fp32\"\nn=4\nfor=\"accelerator\"",
		"[[matmul]]\ndtype=\"fp32\"\nn=4\nrunners=\"cuda\"\n[[matmul]]\ndtype=\"fp32\"\nn=4\nrunners=\"hip\"",
	} {
		s, err := ParseSuite(text, "mine")
		require.NoError(t, err)
		require.Len(t, s.Steps, 2)
	}
}

func TestLoadSuiteFromAFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "night.toml")
	require.NoError(t, os.WriteFile(path, []byte("[[matmul]]\ndtype=\"fp32\"\nn=4\n"), 0o644))
	s, err := LoadSuite(path)
	require.NoError(t, err)
	require.Equal(t, "night", s.Name)

	long := filepath.Join(dir, "long.toml")
	require.NoError(t, os.WriteFile(long, make([]byte, maxSuiteBytes+1), 0o644))
	for name, want := range map[string]string{
		"quik":                           `no suite "quik": did you mean "quick"? (joulemark list suites`,
		"zzz":                            `no suite "zzz" (joulemark list suites, or the path of a .toml file)`,
		"":                               `no suite ""`,
		filepath.Join(dir, "no.toml"):    "no such file or directory): give the path of a .toml file, or one of peers, publish, quick, roofline, standard",
		"no.toml":                        "no such file",
		dir + string(filepath.Separator): "suite file cannot be read",
		long:                             "longer than 1 MiB",
	} {
		_, err := LoadSuite(name)
		require.ErrorContains(t, err, want, name)
	}
}
