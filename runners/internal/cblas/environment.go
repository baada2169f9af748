package cblas

import (
	"os"
	"strconv"
)

// threadVariables bound the threads of the libraries and of the OpenMP that some
// are built with. Each reads its own when it is loaded.
var threadVariables = []string{"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS", "MKL_NUM_THREADS", "ARMPL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"}

// Environment lists what must stand in the environment before a library is loaded,
// as KEY=VALUE: the number of threads, which none may lower by itself, and MKL's
// 32-bit integers. MKL's own default is Intel's OpenMP, which is often not
// installed; GNU's is there with GCC's libraries, and a layer that the user has
// chosen stays.
func Environment(threads int) (env []string) {
	for _, name := range threadVariables {
		env = append(env, name+"="+strconv.Itoa(threads))
	}
	env = append(env, "OMP_DYNAMIC=FALSE", "MKL_DYNAMIC=FALSE", "MKL_INTERFACE_LAYER=LP64")
	if os.Getenv("MKL_THREADING_LAYER") == "" {
		env = append(env, "MKL_THREADING_LAYER=GNU")
	}
	return env
}
