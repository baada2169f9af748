//go:build linux && !cgo && !nodl

package nvml

// bind has one way where cgo is off.
func bind(_ Binding, s *symbols) (Library, error) { return openPurego(s) }
