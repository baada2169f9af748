//go:build !darwin

package cblas

// systemVersion is of no use where Accelerate is not.
func systemVersion() string { return "" }
