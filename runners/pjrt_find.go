package runners

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"joulemark/runners/internal/dl"
	"joulemark/runners/internal/pjrt"
)

// A pjrtFamily is what is known of the plugins of one kind of hardware.
type pjrtFamily struct {
	name    string
	marks   []string // of which one stands in the path of such a plugin
	files   []string // patterns below the folders of Python packages
	nodes   []string // device files, one of which is there with the driver; nil = needs none
	options []pjrt.Option
	remedy  string // where the plugin does not get hold of its devices
}

// sharingGPU keeps XLA from taking most of the device's memory at once
// (pjrt_c_api_gpu_internal.cc of openxla). What is needed is taken when it is.
var sharingGPU = []pjrt.Option{{Name: "preallocate", Value: false}}

// pjrtFamilies in the order in which they are tried. The files are as in the wheels
// jax-cuda12-pjrt and jax-cuda13-pjrt 0.12.0.1, jax-rocm7-pjrt 0.12.0, jax-oneapi-pjrt
// 0.11.2, libtpu 0.0.52, jax-tt-plugin 0.1.3 and its predecessor pjrt-plugin-tt,
// lammps-jax-pjrt-cpu 0.11.2, xla-cpu-pjrt 0.0.1, fastatomstruct-xla-cpu 2026.6.23,
// and, from AWS's own index, libneuronxla. The device files are those of the drivers:
// NVIDIA's (also in WSL and on Jetson), amdgpu's, i915 and xe, Google's, AWS's,
// Tenstorrent's.
var pjrtFamilies = []pjrtFamily{
	{"NVIDIA", []string{"cuda"}, []string{"jax_plugins/xla_cuda1[0-9]/xla_cuda_plugin.so"},
		[]string{"dev/nvidiactl", "dev/nvidia[0-9]*", "dev/dxg", "dev/nvhost-gpu", "dev/nvgpu"}, sharingGPU,
		"install NVIDIA's driver, see that nvidia-smi lists the GPU, and let CUDA_VISIBLE_DEVICES name it"},
	{"AMD", []string{"rocm"}, []string{"jax_plugins/xla_rocm*/xla_rocm_plugin.so"}, []string{"dev/kfd"}, sharingGPU,
		"install ROCm of the plugin's version, see that rocminfo lists the GPU, and let HIP_VISIBLE_DEVICES name it"},
	{"Intel", []string{"oneapi"}, []string{"jax_plugins/xla_oneapi/xla_oneapi_plugin.so"}, []string{"dev/dri/renderD*", "dev/dxg"}, sharingGPU,
		"install oneAPI and the Level Zero driver, and see that sycl-ls lists the GPU"},
	{"TPU", []string{"libtpu"}, []string{"libtpu/libtpu.so"}, []string{"dev/accel[0-9]*", "dev/vfio/[0-9]*"}, nil,
		"run on a machine with a TPU, and set JOULEMARK_CLOUD_TPU=1 if it is one of Google Cloud's"},
	{"Neuron", []string{"neuron"}, []string{"libneuronxla/libneuronpjrt.so"}, []string{"dev/neuron[0-9]*"}, nil,
		"install the Neuron driver and runtime, and see that neuron-ls lists the device"},
	{"Tenstorrent", []string{"libtt", "pjrt_plugin_tt"}, []string{"jax_plugins/libtt/libtt.so", "pjrt_plugin_tt/pjrt_plugin_tt.so"}, []string{"dev/tenstorrent"}, nil,
		"install Tenstorrent's driver, and see that tt-smi lists the card"},
	{"CPU", []string{"cpu"}, []string{"lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so", "xla_plugins/xla_cpu_pjrt/xla_cpu_pjrt.so", "fastatomstruct_xla_cpu/libpjrt_cpu.so"}, nil,
		// Left to itself the plugin makes four devices, and at least as many threads
		// whatever the affinity.
		[]pjrt.Option{{Name: "cpu_device_count", Value: int64(1)}},
		"update the plugin"},
}

// otherFamily is a plugin that its path does not place.
var otherFamily = pjrtFamily{name: "other", remedy: "install the driver of the plugin's device, and see the plugin's own messages"}

// A pjrtPlugin is a file to try.
type pjrtPlugin struct {
	path    string
	family  pjrtFamily
	namedBy string // what the user named it with
}

// findPJRT lists plugins in the order in which to try them: the one named with
// --lib; else those of PJRT_NAMES_AND_LIBRARY_PATHS, as the user orders them; else
// those of Python environments whose hardware is on the machine with that root. A
// plugin without its hardware is a note and is not loaded: some end the process, some
// ask the network for a minute.
func findPJRT(root string, s Setup) (plugins []pjrtPlugin, notes []string) {
	if s.Lib != "" {
		return []pjrtPlugin{named(s.Lib, "--lib pjrt=PATH")}, nil
	}
	if named := namedPlugins(os.Getenv(pluginsVariable)); len(named) > 0 {
		return named, nil
	}
	for _, f := range pjrtFamilies {
		for _, path := range f.installed() {
			if f.present(root) {
				plugins = append(plugins, pjrtPlugin{path: path, family: f, namedBy: "--lib pjrt=PATH"})
				continue
			}
			notes = append(notes, fmt.Sprintf("%s is installed and its %s device is not here (no /%s): %s, or name the plugin with --lib pjrt=PATH to try it all the same",
				path, f.name, strings.Join(f.nodes, ", /"), f.remedy))
		}
	}
	return plugins, notes
}

// installed lists the family's plugins in Python environments, each once: lib64 is
// often another name of lib.
func (f pjrtFamily) installed() (paths []string) {
	var seen []string
	for _, pattern := range f.files {
		for _, path := range dl.FindPython(pattern) {
			if real, err := filepath.EvalSymlinks(path); err == nil && !slices.Contains(seen, real) {
				seen, paths = append(seen, real), append(paths, path)
			}
		}
	}
	return paths
}

// pluginsVariable names plugins for JAX, and for us.
const pluginsVariable = "PJRT_NAMES_AND_LIBRARY_PATHS"

// namedPlugins reads "name:path,name:path", as JAX does. An entry that is not of this
// form is taken for a path, so that opening it says what is wrong.
func namedPlugins(list string) (plugins []pjrtPlugin) {
	for entry := range strings.SplitSeq(list, ",") {
		entry = strings.TrimSpace(entry)
		if _, path, ok := strings.Cut(entry, ":"); ok {
			entry = strings.TrimSpace(path)
		}
		if entry != "" {
			plugins = append(plugins, named(entry, pluginsVariable+", or take it out"))
		}
	}
	return plugins
}

// named is a plugin that the user names. A file of the working directory is given as
// a path, because the loader looks for a bare name elsewhere.
func named(path, by string) pjrtPlugin {
	if whole, err := filepath.Abs(path); err == nil {
		if _, err := os.Stat(whole); err == nil {
			path = whole
		}
	}
	return pjrtPlugin{path, familyOf(path), by}
}

// familyOf places a plugin by the last two parts of its path.
func familyOf(path string) pjrtFamily {
	name := strings.ToLower(filepath.Join(filepath.Base(filepath.Dir(path)), filepath.Base(path)))
	for _, f := range pjrtFamilies {
		for _, m := range f.marks {
			if strings.Contains(name, m) {
				return f
			}
		}
	}
	return otherFamily
}

// present reports whether one of the device files is there.
func (f pjrtFamily) present(root string) bool {
	for _, node := range f.nodes {
		if found, _ := filepath.Glob(filepath.Join(root, node)); len(found) > 0 { // the pattern is well formed
			return true
		}
	}
	return len(f.nodes) == 0
}
