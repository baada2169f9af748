package cblas

import (
	"os"
	"regexp"
)

// describeMKL reads what Intel's library says of itself: "Intel(R) oneAPI Math
// Kernel Library Version 2026.2-Product Build 20260915 for …". It names its kernels
// nowhere, but loads them from a file of their own at the first product.
func describeMKL(l *Library) error {
	l.Name = "MKL"
	var text func(buffer []byte, length int32)
	if ask(l, "MKL_Get_Version_String", &text) {
		buffer := make([]byte, 256)
		text(buffer, int32(len(buffer)))
		l.Version = versionMKL(string(buffer))
	}
	ask(l, "MKL_Get_Max_Threads", &l.threads)
	if err := l.try(); err != nil {
		return err
	}
	if kernels := kernelsMKL(mapped()); kernels != "" {
		l.Kernel = "libmkl_" + kernels
		l.compare(kernels, "MKL chooses by the processor's maker: take another library with --lib blas=PATH")
	}
	return nil
}

var versionPattern = regexp.MustCompile(`Version (\d[\w.]*)`)

func versionMKL(text string) string {
	if found := versionPattern.FindStringSubmatch(text); found != nil {
		return found[1]
	}
	return "unknown"
}

var kernelPattern = regexp.MustCompile(`/libmkl_(def|mc3?|avx[0-9]*)\.so`)

// kernelsMKL finds, in the files that a process has mapped, those of MKL's kernels:
// "def", "avx2", "avx512"… Empty where there are none.
func kernelsMKL(maps string) string {
	if found := kernelPattern.FindStringSubmatch(maps); found != nil {
		return found[1]
	}
	return ""
}

// mapped is what this process has in its memory, by file; empty where the system
// does not tell.
func mapped() string {
	text, _ := os.ReadFile("/proc/self/maps")
	return string(text)
}
