package main

import (
	"bytes"
	"io"
	"unicode"
)

// harmless is a terminal or pipe to which text from files of strangers may go: a
// terminal would obey the escape sequences in a name.
type harmless struct {
	io.Writer
	failed *error // the first error of a write; nil = not kept
}

// Write replaces control characters other than line ends and tabs.
func (h harmless) Write(p []byte) (int, error) {
	_, err := h.Writer.Write(bytes.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return unicode.ReplacementChar
		}
		return r
	}, p))
	if err != nil {
		if h.failed != nil && *h.failed == nil {
			*h.failed = err
		}
		return 0, err
	}
	return len(p), nil
}
