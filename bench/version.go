package main

import "runtime/debug"

// stamp is set by the Makefile from `git describe`; a plain `go build` leaves it
// empty and the version control stamp of the binary speaks instead.
var stamp string

// version is the version of this program.
func version() string {
	if stamp != "" {
		return stamp
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "0.1.0-" + s.Value[:12]
		}
	}
	return "0.1.0-dev"
}
