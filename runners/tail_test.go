package runners

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTail(t *testing.T) {
	test := func(want string, writes ...string) {
		t.Helper()
		var tl tail
		for _, w := range writes {
			n, err := tl.Write([]byte(w))
			require.NoError(t, err)
			require.Equal(t, len(w), n)
		}
		require.Equal(t, want, tl.String())
	}
	var lines []string
	for i := range 1000 {
		lines = append(lines, fmt.Sprintf("line %d", i))
	}
	long := strings.Repeat("y", tailBytes)
	test("")
	test("one", "one\n")
	test("one\ntwo", "o", "ne\nt", "wo")
	test("a [31m b", "a\x1b[31m\tb\r\n")
	test("a?b", "a\xffb\n")
	test(strings.Join(lines[1000-tailLines:], "\n"), strings.Join(lines, "\n")+"\n")
	test("TT_FATAL: no chips", "TT_FATAL: no chips\nSIGABRT: abort\nPC=0x7f m=0 sigcode=18446744073709551610\nrax 0x0\ngs 0x0\n")
	test("SIGSEGV: segmentation violation", "SIGSEGV: segmentation violation\nPC=0x0 m=0\n")
	test("runtime: out of memory: cannot allocate 9-byte block\nfatal error: out of memory",
		"runtime: out of memory: cannot allocate 9-byte block\nfatal error: out of memory\n\ngoroutine 1 gp=0x1 m=0 mp=0x2 [running, locked to thread]:\nruntime.throw()\n\t/go/panic.go:1229 +0x4a\n", strings.Repeat("runtime.gopark()\n", 1000))
	test("end", "beginning", long, "\nend\n")
	test(long, "beginning", long)
	test(long[1:]+"z", long, "z")
}
