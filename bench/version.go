package main

import "runtime/debug"

// release is the version that this source is to become.
const release = "0.1.0"

// revision is set by the Makefile from git; a plain `go build` leaves it empty and
// the version control stamp of the binary speaks instead.
var revision string

// version is "0.1.0-75c5cba": the release and the revision that was built.
func version() string {
	if revision != "" {
		return release + "-" + revision
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 7 {
				return release + "-" + s.Value[:7]
			}
		}
	}
	return release + "-dev"
}
