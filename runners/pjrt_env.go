package runners

import (
	"os"
	"path/filepath"
	"strings"
)

// cloudTPU is the variable by which a user says that this is a TPU machine of Google
// Cloud, whose metadata server libtpu may ask.
const cloudTPU = "JOULEMARK_CLOUD_TPU"

// pjrtEnv are the variables that a plugin needs before it is loaded.
//
// libtpu asks the metadata server for over a minute where there is none, unless
// TPU_SKIP_MDS_QUERY says not to. The CUDA plugin loads NVIDIA's libraries by name;
// JAX loads them beforehand from the wheels, and here the loader is told where they
// lie. XLA_FLAGS are left as the user has set them.
func pjrtEnv(s Setup) (env []string) {
	if _, set := os.LookupEnv("TPU_SKIP_MDS_QUERY"); !set && os.Getenv(cloudTPU) != "1" {
		env = append(env, "TPU_SKIP_MDS_QUERY=1")
	}
	plugins, _ := findPJRT("/", s)
	if len(plugins) > 0 {
		if folders := nvidiaFolders(plugins[0], "*/lib"); len(folders) > 0 {
			env = append(env, "LD_LIBRARY_PATH="+strings.Join(append(filepath.SplitList(os.Getenv("LD_LIBRARY_PATH")), folders...), string(filepath.ListSeparator)))
		}
	}
	return env
}

// nvidiaFolders lists folders of NVIDIA's wheels beside a CUDA plugin, which lies in
// site-packages/jax_plugins/xla_cuda13/.
func nvidiaFolders(p pjrtPlugin, pattern string) []string {
	if p.family.name != "NVIDIA" {
		return nil
	}
	packages := filepath.Dir(filepath.Dir(filepath.Dir(p.path)))
	found, _ := filepath.Glob(filepath.Join(packages, "nvidia", pattern)) // the pattern is well formed
	return found
}

// compilerFlags are XLA flags for each program: where ptxas and libdevice lie, which
// JAX sets in the same way from the same wheels (nvidia/cu13, nvidia/cuda_nvcc).
func (p pjrtPlugin) compilerFlags() map[string]string {
	if strings.Contains(os.Getenv("XLA_FLAGS"), "xla_gpu_cuda_data_dir") {
		return nil
	}
	for _, libdevice := range nvidiaFolders(p, "*/nvvm/libdevice") {
		return map[string]string{"xla_gpu_cuda_data_dir": filepath.Dir(filepath.Dir(libdevice))}
	}
	return nil
}
