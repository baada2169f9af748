//go:build !race

package parts

// RaceDetector reports whether this build has it.
const RaceDetector = false
