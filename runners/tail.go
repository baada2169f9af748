package runners

import (
	"bytes"
	"io"
	"strings"
	"sync"
	"unicode"
)

const (
	tailLines = 20
	tailBytes = 8 << 10
)

// tail keeps the last bytes of what is written to it, however much that is.
type tail struct {
	mu   sync.Mutex
	buf  []byte
	over bool // Go's runtime has told its reason to end; stacks longer than the tail follow
}

// drain reads r to its end, so that a worker that floods stderr never blocks.
func (t *tail) drain(r io.Reader) {
	_, _ = io.Copy(t, r) // the end of stderr is no news: the process's exit is
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over {
		return len(p), nil
	}
	t.buf = append(t.buf, p...)
	t.cutStacks()
	if extra := len(t.buf) - tailBytes; extra > 0 {
		t.buf = append(t.buf[:0], t.buf[extra:]...)
	}
	return len(p), nil
}

// cutStacks drops the stacks behind a fatal error of Go's runtime.
func (t *tail) cutStacks() {
	for _, head := range []string{"\n\nruntime stack:", "\n\ngoroutine "} {
		if i := bytes.Index(t.buf, []byte(head)); i >= 0 && bytes.Contains(t.buf[:i], []byte("fatal error: ")) {
			t.buf, t.over = t.buf[:i+1], true
		}
	}
}

// String is the last whole lines, at most tailLines, without control characters.
func (t *tail) String() string {
	t.mu.Lock()
	text := string(t.buf)
	full := len(t.buf) == tailBytes
	t.mu.Unlock()
	if _, rest, found := strings.Cut(text, "\n"); full && found && rest != "" {
		text = rest // the first line lost its beginning
	}
	lines := withoutDump(strings.Split(strings.TrimRight(text, "\r\n"), "\n"))
	lines = lines[max(0, len(lines)-tailLines):]
	for i, l := range lines {
		lines[i] = printable(l)
	}
	return strings.Join(lines, "\n")
}

// dumpHeads begin what Go's runtime prints of a signal that a library has raised
// (runtime/signal_unix.go): registers and stacks, which hide what the library said
// before.
var dumpHeads = []string{"SIGABRT: abort", "SIGSEGV: segmentation violation", "SIGBUS: bus error", "SIGILL: illegal instruction", "SIGFPE: floating-point exception",
	"SIGTRAP: trace trap", "fatal error: unexpected signal"}

// withoutDump leaves out Go's dump behind the last words of a library; where there
// are none, the dump's first line stays.
func withoutDump(lines []string) []string {
	for i, l := range lines {
		for _, head := range dumpHeads {
			if strings.HasPrefix(l, head) {
				return lines[:max(i, 1)]
			}
		}
	}
	return lines
}

// maxWord bounds, in runes, what a worker may say about itself: it goes into every
// row, onto terminals and into figures.
const maxWord = 500

// word is printable text of bounded length.
func word(s string) string {
	s = printable(s)
	if r := []rune(s); len(r) > maxWord {
		s = strings.TrimSpace(string(r[:maxWord-1])) + "…"
	}
	return s
}

// printable makes text of a worker safe to print and to keep in a row: a
// terminal would obey its escape sequences.
func printable(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, strings.ToValidUTF8(s, "?")))
}
