//go:build amd64 || arm64

package engine

// pause tells the core that it waits: it saves power, and a thread on the same core
// gets its share.
//
//go:noescape
func pause()
