package plots

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWrap(t *testing.T) {
	s := style{size: 9}
	text := "Operations per joule of gross energy, higher is better; whiskers: 95\u00a0% intervals of a_word_longer_than_any_line_can_be_without_breaking_it."
	for _, width := range []float64{40, 80, 150, 300, 2000} {
		lines := s.wrap(text, width)
		for _, line := range lines {
			require.LessOrEqual(t, s.width(line), width, "%q at %v", line, width)
			require.NotEmpty(t, line)
		}
		// Nothing is lost: without spaces, the text is as before.
		require.Equal(t, strings.ReplaceAll(text, " ", ""), strings.ReplaceAll(strings.Join(lines, ""), " ", ""))
	}
	require.Equal(t, []string{"one", "two three"}, s.wrap("one\ntwo  three", 500))
	require.Equal(t, []string{"95\u00a0%"}, s.wrap("95\u00a0%", 25), "a no-break space does not break")
	require.Equal(t, []string{""}, s.wrap("", 100))
}

func TestShorten(t *testing.T) {
	s := style{size: 9}
	long := "failed: wrong values, error 3.1 times what is allowed"
	for _, width := range []float64{20, 60, 120} {
		short := s.shorten(long, width)
		require.LessOrEqual(t, s.width(short), width)
		require.True(t, strings.HasSuffix(short, ellipsis))
		require.True(t, strings.HasPrefix(long, strings.TrimSuffix(short, ellipsis)))
	}
	require.Equal(t, long, s.shorten(long, s.width(long)))
}

// Every rune that the figures print must be in the linked fonts; a missing one
// would show as an empty box.
func TestFontsHaveTheRunes(t *testing.T) {
	for _, f := range []*face{regular(), bold()} {
		for _, r := range "AZaz09 \u00a0×·…±³²µ°–—%/()+-,.;:=éüß" {
			index, err := f.font.GlyphIndex(nil, r)
			require.NoError(t, err)
			require.NotZero(t, index, "%q", r)
		}
	}
}
