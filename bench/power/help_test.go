package power_test

import (
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/bench/power"
	"joulemark/bench/power/fixture"
	"joulemark/results/joules"
)

// tree unpacks a fixture and returns its root.
func tree(t *testing.T, name string) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, fixture.Unpack(name, dir))
	return dir
}

// open opens one meter on a config.
func open(t *testing.T, cfg power.Config, meter string) (power.Meter, error) {
	t.Helper()
	found, err := power.OpenAll(cfg, []string{meter})
	require.NoError(t, err)
	require.Len(t, found, 1)
	if found[0].Err == nil {
		t.Cleanup(func() { found[0].Meter.Close() })
	}
	return found[0].Meter, found[0].Err
}

// must opens one meter that has to be there.
func must(t *testing.T, cfg power.Config, meter string) power.Meter {
	t.Helper()
	m, err := open(t, cfg, meter)
	require.NoError(t, err)
	return m
}

func names(m power.Meter) string {
	var list []string
	for _, d := range m.Domains() {
		list = append(list, d.Name)
	}
	return strings.Join(list, " ")
}

func domain(t *testing.T, m power.Meter, name string) joules.Domain {
	t.Helper()
	for _, d := range m.Domains() {
		if d.Name == name {
			return d
		}
	}
	require.Failf(t, "no domain", "%s is not among %s", name, names(m))
	return joules.Domain{}
}

// values reads a meter once, by domain name; NaN for an error.
func values(m power.Meter) map[string]joules.Reading {
	readings := make([]joules.Reading, len(m.Domains()))
	m.Read(readings)
	by := map[string]joules.Reading{}
	for i, d := range m.Domains() {
		by[d.Name] = readings[i]
	}
	return by
}

// denying opens files like the kernel for a user who may not read those whose
// path holds part. Tests may run as root, who may read everything.
func denying(part string) func(string) (power.File, error) {
	return func(path string) (power.File, error) {
		if strings.Contains(path, part) {
			return nil, &fs.PathError{Op: "open", Path: path, Err: syscall.EACCES}
		}
		return os.Open(path)
	}
}

// A failing file opens and then fails each read, as drivers do.
type failing struct{ err error }

func (f failing) ReadAt([]byte, int64) (int, error) { return 0, f.err }
func (f failing) Close() error                      { return nil }

// failingAt makes files whose path holds part fail with err.
func failingAt(part string, err error) func(string) (power.File, error) {
	return func(path string) (power.File, error) {
		if strings.Contains(path, part) {
			return failing{err}, nil
		}
		return os.Open(path)
	}
}

var errIO = &fs.PathError{Op: "read", Path: "energy_uj", Err: syscall.EIO}
