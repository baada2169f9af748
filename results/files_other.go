//go:build !unix

package results

// remedy of an error of writing; this system's error numbers are not told apart.
func remedy(error) string { return "make room or choose another --out, and go on with --resume" }
