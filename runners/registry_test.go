package runners

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRegistry(t *testing.T) {
	defer func(saved map[string]Entry) { registry = saved }(registry)
	registry = map[string]Entry{}
	open := func(Setup) (Runner, error) { return &fakeRunner{}, nil }
	for _, name := range []string{"b", "c", "a"} {
		Register(Entry{Name: name, Open: open})
	}
	var names []string
	for _, e := range Entries() {
		names = append(names, e.Name)
	}
	require.Equal(t, []string{"a", "b", "c"}, names)
	e, ok := Lookup("b")
	require.True(t, ok)
	require.Equal(t, "b", e.Name)
	_, ok = Lookup("d")
	require.False(t, ok)
	require.Panics(t, func() { Register(Entry{Name: "a", Open: open}) })
	require.Panics(t, func() { Register(Entry{Name: "e"}) })
	require.Panics(t, func() { Register(Entry{Open: open}) })
}

// What `list` and the README print of each runner of this build.
func TestEntriesAreDescribed(t *testing.T) {
	for _, e := range Entries() {
		require.NotEmpty(t, e.Summary, e.Name)
		require.True(t, slices.Contains([]string{"cpu", "accelerator", "any"}, e.DeviceKind), e.Name)
		require.NotEmpty(t, e.version(), e.Name)
	}
}
