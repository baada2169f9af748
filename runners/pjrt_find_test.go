package runners

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"joulemark/runners/internal/pjrt"
)

// pythonWith is a Python environment with empty files, and no other is seen.
func pythonWith(t *testing.T, files ...string) (packages string) {
	t.Helper()
	packages = t.TempDir()
	touch(t, packages, files...)
	for _, name := range []string{"VIRTUAL_ENV", "CONDA_PREFIX", "PJRT_NAMES_AND_LIBRARY_PATHS", "LD_LIBRARY_PATH", "XLA_FLAGS", cloudTPU} {
		t.Setenv(name, "")
	}
	t.Setenv("HOME", packages)
	t.Setenv("PATH", packages)
	t.Setenv("PYTHONPATH", packages)
	require.NoError(t, os.Unsetenv("TPU_SKIP_MDS_QUERY")) // restored by the test's end where it was set
	return packages
}

func touch(t *testing.T, root string, files ...string) {
	t.Helper()
	for _, f := range files {
		require.NoError(t, os.MkdirAll(filepath.Join(root, filepath.Dir(f)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(root, f), nil, 0o644))
	}
}

const (
	cudaPlugin = "jax_plugins/xla_cuda13/xla_cuda_plugin.so"
	rocmPlugin = "jax_plugins/xla_rocm7/xla_rocm_plugin.so"
	ttPlugin   = "jax_plugins/libtt/libtt.so"
	tpuPlugin  = "libtpu/libtpu.so"
	cpuPlugin  = "lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so"
)

func TestFindPJRT(t *testing.T) {
	packages := pythonWith(t, cpuPlugin, tpuPlugin, ttPlugin, rocmPlugin, cudaPlugin, "jax_plugins/xla_cuda12/xla_cuda_plugin.so")
	for name, c := range map[string]struct {
		nodes []string
		want  string // families of what is tried, in order
		notes int
	}{
		"no accelerator":        {nil, "CPU", 5},
		"NVIDIA":                {[]string{"dev/nvidiactl"}, "NVIDIA NVIDIA CPU", 3},
		"WSL":                   {[]string{"dev/dxg"}, "NVIDIA NVIDIA CPU", 3},
		"AMD":                   {[]string{"dev/kfd"}, "AMD CPU", 4},
		"TPU":                   {[]string{"dev/accel0"}, "TPU CPU", 4},
		"Tenstorrent and a GPU": {[]string{"dev/tenstorrent/0", "dev/nvidia0"}, "NVIDIA NVIDIA Tenstorrent CPU", 2},
	} {
		root := t.TempDir()
		touch(t, root, c.nodes...)
		plugins, notes := findPJRT(root, Setup{})
		require.Equal(t, c.want, families(plugins), name)
		require.Len(t, notes, c.notes, name)
		for _, n := range notes {
			require.Regexp(t, `^\S+ is installed and its \w+ device is not here \(no /dev/.*\): .* or name the plugin with --lib pjrt=PATH to try it all the same$`, n)
		}
	}
	plugins, _ := findPJRT(t.TempDir(), Setup{Lib: "/opt/x.so"})
	require.Equal(t, []pjrtPlugin{{"/opt/x.so", otherFamily, "--lib pjrt=PATH"}}, plugins, "--lib alone")
	t.Setenv("PJRT_NAMES_AND_LIBRARY_PATHS", "tpu:"+packages+"/"+tpuPlugin+" , mine:/opt/mine.so,,/opt/bare.so")
	plugins, notes := findPJRT(t.TempDir(), Setup{})
	require.Equal(t, "TPU other other", families(plugins), "whatever hardware is here")
	require.Equal(t, []string{"/opt/mine.so", "/opt/bare.so"}, []string{plugins[1].path, plugins[2].path})
	require.Empty(t, notes)
}

func families(plugins []pjrtPlugin) string {
	var names []string
	for _, p := range plugins {
		names = append(names, p.family.name)
	}
	return strings.Join(names, " ")
}

// lib64 is another name of lib in many environments.
func TestFindPJRTListsAFileOnce(t *testing.T) {
	packages := pythonWith(t, cpuPlugin)
	other := t.TempDir()
	require.NoError(t, os.Symlink(filepath.Join(packages, "lammps_jax_pjrt_cpu"), filepath.Join(other, "lammps_jax_pjrt_cpu")))
	t.Setenv("PYTHONPATH", packages+":"+other)
	plugins, _ := findPJRT(t.TempDir(), Setup{})
	require.Len(t, plugins, 1)
}

func TestPJRTFamilies(t *testing.T) {
	for path, want := range map[string]string{
		"/cpuset/p/jax_plugins/xla_cuda12/xla_cuda_plugin.so": "NVIDIA",
		"/p/xla_rocm7/xla_rocm_plugin.so":                     "AMD",
		"/p/pjrt_c_api_cpu_plugin.so":                         "CPU",
		"/p/libneuronxla/libneuronpjrt.so":                    "Neuron",
		"/home/cuda/build/plugin.so":                          "other",
	} {
		require.Equal(t, want, familyOf(path).name, path)
	}
	require.Equal(t, []pjrt.Option{{Name: "preallocate", Value: false}}, familyOf(cudaPlugin).options)
	for _, f := range append(pjrtFamilies, otherFamily) {
		require.NotEmpty(t, f.remedy, f.name)
		for _, file := range f.files {
			require.Equal(t, f.name, familyOf("/site-packages/"+file).name, "the options of what is found are those of what is named")
		}
	}
}

func TestPJRTEnvironment(t *testing.T) {
	packages := pythonWith(t, cpuPlugin)
	require.Equal(t, []string{"TPU_SKIP_MDS_QUERY=1"}, pjrtEnv(Setup{}))
	t.Setenv(cloudTPU, "1")
	require.Empty(t, pjrtEnv(Setup{}), "a TPU machine of Google Cloud")
	t.Setenv(cloudTPU, "")
	t.Setenv("TPU_SKIP_MDS_QUERY", "0")
	require.Empty(t, pjrtEnv(Setup{}), "the user has decided")

	touch(t, packages, cudaPlugin, "nvidia/cu13/lib/libcublas.so.13", "nvidia/cudnn/lib/libcudnn.so.9", "nvidia/cu13/nvvm/libdevice/libdevice.10.bc")
	cuda := Setup{Lib: filepath.Join(packages, cudaPlugin)}
	t.Setenv("LD_LIBRARY_PATH", "/mine")
	require.Equal(t, []string{"LD_LIBRARY_PATH=/mine:" + packages + "/nvidia/cu13/lib:" + packages + "/nvidia/cudnn/lib"}, pjrtEnv(cuda))
	require.Empty(t, pjrtEnv(Setup{Lib: filepath.Join(packages, cpuPlugin)}), "for NVIDIA's alone")

	plugin := named(cuda.Lib, "")
	require.Equal(t, map[string]string{"xla_gpu_cuda_data_dir": packages + "/nvidia/cu13"}, plugin.compilerFlags())
	t.Setenv("XLA_FLAGS", "--xla_gpu_cuda_data_dir=/usr/local/cuda")
	require.Empty(t, plugin.compilerFlags(), "the user has decided")
}

func TestWheelOf(t *testing.T) {
	packages := t.TempDir()
	touch(t, packages, cpuPlugin, tpuPlugin)
	dist := filepath.Join(packages, "lammps_jax_pjrt_cpu-0.11.2.dist-info")
	require.NoError(t, os.Mkdir(dist, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dist, "RECORD"), []byte("lammps_jax_pjrt_cpu/__init__.py,sha256=x,1\n"+cpuPlugin+",sha256=y,2\n"), 0o644))
	name, version := wheelOf(filepath.Join(packages, cpuPlugin))
	require.Equal(t, []string{"lammps_jax_pjrt_cpu", "0.11.2"}, []string{name, version})
	name, version = wheelOf(filepath.Join(packages, tpuPlugin))
	require.Equal(t, []string{"", ""}, []string{name, version})
}

// Ids and addresses are made of what plugins say in many forms.
func TestPJRTDeviceNames(t *testing.T) {
	for in, want := range map[string]string{"CUDA": "cuda", "tt metal!": "ttmetal", "é": "device"} {
		require.Equal(t, want, platformName(in))
	}
	require.Equal(t, "0000:41:00.0", saidAddress([]string{"NVIDIA", "0000:41:00.0"}))
	require.Equal(t, "GPU-01234567-89ab-cdef-0123-456789abcdef", saidAddress([]string{"GPU-01234567-89ab-cdef-0123-456789abcdef"}))
	require.Empty(t, saidAddress([]string{"see 0000:41:00.0", "41"}))
}
