package cblas

import "fmt"

// describeNVPL reads NVIDIA's library for Arm (nvpl_blas_service.h).
func describeNVPL(l *Library) error {
	l.Name = "NVPL BLAS"
	var version func() int32
	if ask(l, "nvpl_blas_get_version", &version) {
		v := version() // major * 10000 + minor * 100 + patch
		l.Version = fmt.Sprintf("%d.%d.%d", v/10000, v/100%100, v%100)
	}
	ask(l, "nvpl_blas_get_max_threads", &l.threads)
	return nil
}

// describeArmPL reads Arm's library (armpl.h). Its threads are those of OpenMP.
func describeArmPL(l *Library) error {
	l.Name = "ArmPL"
	var version func(major, minor, build *int32, tag **byte)
	if ask(l, "armplversion", &version) {
		var major, minor, build int32
		var tag *byte
		version(&major, &minor, &build, &tag)
		l.Version = fmt.Sprintf("%d.%d.%d", major, minor, build)
	}
	return nil
}

// describeAccelerate names Apple's library, which is part of the system and says
// nothing of itself.
func describeAccelerate(l *Library) {
	l.Name = "Accelerate"
	if v := systemVersion(); v != "" {
		l.Version = "of macOS " + v
	}
}
