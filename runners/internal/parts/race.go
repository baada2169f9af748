//go:build race

package parts

// RaceDetector reports that this build has it: sync.Pool then drops what it is given
// now and then, so that calls of C functions allocate.
const RaceDetector = true
