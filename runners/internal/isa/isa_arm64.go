package isa

// native: every arm64 has NEON.
func native() []Set { return []Set{{Name: NEON}} }
