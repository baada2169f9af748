package opencl

import (
	"debug/elf"
	"os"
	"slices"
	"strings"
)

// IsDriver reports whether a path names a driver, which a loader has to load: an
// .icd file, a folder of them, or a library that has the entry point of
// cl_khr_icd, or no clGetPlatformIDs of its own.
func IsDriver(path string) bool {
	if info, err := os.Stat(path); err == nil && info.IsDir() || strings.HasSuffix(path, ".icd") {
		return true
	}
	file, err := elf.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	symbols, err := file.DynamicSymbols()
	if err != nil {
		return false
	}
	has := func(name string) bool {
		return slices.ContainsFunc(symbols, func(s elf.Symbol) bool { return s.Name == name && s.Section != elf.SHN_UNDEF })
	}
	return has("clIcdGetPlatformIDsKHR") || has("clGetExtensionFunctionAddress") && !has("clGetPlatformIDs")
}

// DriverEnv makes a loader load one driver and no other. ocl-icd takes the first
// variable, which may be a folder, an .icd file or a library; the Khronos loader
// takes the second for a library, and then finds no folder in the first.
func DriverEnv(path string) []string {
	env := []string{"OCL_ICD_VENDORS=" + path}
	if info, err := os.Stat(path); err == nil && !info.IsDir() && !strings.HasSuffix(path, ".icd") {
		env = append(env, "OCL_ICD_FILENAMES="+path)
	}
	return env
}
