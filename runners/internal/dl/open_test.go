//go:build linux

package dl

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/runners/internal/parts"
)

const answer = `
int answer(void) { return 42; }
long sum(long a, long b) { return a + b; }
double scaled(int n, double x, float y) { return n * x * y; }
const char *word(void) { return "speck"; }
`

func TestOpenBindsWhatALibraryHas(t *testing.T) {
	l, err := Open(shared(t, t.TempDir(), "libanswer.so", answer))
	require.NoError(t, err)
	require.True(t, l.Has("answer"))
	require.False(t, l.Has("question"))

	var ask func() int32
	var scaled func(n int32, x float64, y float32) float64
	var word func() string
	require.NoError(t, l.Bind(map[string]any{"answer": &ask, "scaled": &scaled, "word": &word}))
	require.Equal(t, int32(42), ask())
	require.Equal(t, 15.0, scaled(3, 2.5, 2))
	require.Equal(t, "speck", word())

	sum, err := l.Symbol("sum")
	require.NoError(t, err)
	require.Equal(t, uintptr(1<<40+1), Call(sum, 1<<40, 1))
}

func TestBindIsAllOrNothing(t *testing.T) {
	path := shared(t, t.TempDir(), "libanswer.so", answer)
	l, err := Open(path)
	require.NoError(t, err)
	var ask, question func() int32
	err = l.Bind(map[string]any{"answer": &ask, "question": &question})
	require.EqualError(t, err, path+" has no function question and is another library or version than is needed: name the right one")
	require.Nil(t, ask)
	require.Nil(t, question)
	_, err = l.Symbol("question")
	require.ErrorContains(t, err, "has no function question")
}

func TestOpenTakesTheFirstThatLoads(t *testing.T) {
	dir := t.TempDir()
	good := shared(t, dir, "libanswer.so", answer)
	text := file(t, dir, "libtext.so", []byte("GROUP ( libc.so.6 )"))
	absent := filepath.Join(dir, "libabsent.so")

	for _, paths := range [][]string{{absent, good}, {"libnotevenaname.so.7", good}, {text, good}, {good, text}} {
		l, err := Open(paths...)
		require.NoError(t, err, paths)
		require.Equal(t, good, l.Path)
	}
	_, err := Open(absent, text)
	require.ErrorContains(t, err, "libtext.so is no shared library", "what is there and broken says more than what is absent")
	_, err = Open(text, dir)
	require.ErrorContains(t, err, "libtext.so is no shared library", "the first of the broken ones")
	_, err = Open(absent, "libnotevenaname.so.7")
	require.ErrorIs(t, err, ErrNotFound)
	require.EqualError(t, err, absent+", libnotevenaname.so.7: not found")
}

func TestOpenFindsNamesAsTheLoaderDoes(t *testing.T) {
	l, err := Open("libm.so.6")
	require.NoError(t, err)
	require.Equal(t, "libm.so.6", l.Path)
	require.True(t, l.Has("cos"))
}

// What one library defines is seen by others only after OpenGlobal.
func TestOpenGlobal(t *testing.T) {
	dir := t.TempDir()
	provider := shared(t, dir, "libprovider.so", `int provided(void) { return 7; }`)
	user := shared(t, dir, "libuser.so", `int provided(void); int used(void) { return provided(); }`)

	_, err := Open(provider)
	require.NoError(t, err)
	_, err = Open(user)
	require.ErrorContains(t, err, user+" cannot be loaded (undefined symbol: provided): install the build of it that is for this system")

	_, err = OpenGlobal(provider)
	require.NoError(t, err)
	l, err := Open(user)
	require.NoError(t, err)
	used, err := l.Symbol("used")
	require.NoError(t, err)
	require.Equal(t, uintptr(7), Call(used))
}

// A call whose arguments stand ready makes no garbage.
func TestCallAllocatesNothing(t *testing.T) {
	l, err := Open(shared(t, t.TempDir(), "libanswer.so", answer))
	require.NoError(t, err)
	sum, err := l.Symbol("sum")
	require.NoError(t, err)
	args := []uintptr{1, 2}
	garbage := testing.AllocsPerRun(100, func() { Call(sum, args...) })
	require.True(t, garbage == 0 || parts.RaceDetector, "%g allocations", garbage)
}
