package cblas

import "golang.org/x/sys/unix"

// systemVersion is the version of macOS.
func systemVersion() string {
	v, _ := unix.Sysctl("kern.osproductversion")
	return v
}
