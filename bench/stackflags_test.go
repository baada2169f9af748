package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/bench/measure"
	"joulemark/results"
)

// configured writes the user's own configuration.
func configured(t *testing.T, text string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "joulemark.toml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	t.Setenv("JOULEMARK_CONFIG", path)
}

func TestProgramsAndLibrariesComeFromTheConfigurationAndTheCommandLine(t *testing.T) {
	lib := filepath.Join(t.TempDir(), "libx.so")
	require.NoError(t, os.WriteFile(lib, nil, 0o600))
	configured(t, "[external]\nmine = \"python3 'my runner.py' --fast\"\nother = \"a\"\n[lib]\nonednn = \"libdnnl.so.3\"\npjrt = \"/\"\n")
	job := &measure.Job{}
	require.NoError(t, stackFlags{External: []string{"other=b c"}, Lib: []string{"pjrt=" + lib}}.into(job))
	require.Equal(t, map[string][]string{"mine": {"python3", "my runner.py", "--fast"}, "other": {"b", "c"}}, job.External)
	require.Equal(t, map[string]string{"onednn": "libdnnl.so.3", "pjrt": lib}, job.Libs)
}

func TestARelativeLibraryIsMadeAbsolute(t *testing.T) {
	configured(t, "")
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("x.so", nil, 0o600))
	job := &measure.Job{}
	require.NoError(t, stackFlags{Lib: []string{"pjrt=./x.so"}}.into(job))
	require.True(t, filepath.IsAbs(job.Libs["pjrt"]))
}

func TestConfigurationsAndLibrariesThatAreWrong(t *testing.T) {
	for want, f := range map[string]struct {
		config string
		flags  stackFlags
	}{
		"mend the file or remove it":                        {config: "[external\n"},
		"external2 is not known: it may hold":               {config: "[external2]\na = \"b\"\n"},
		"no runner of this name loads a library":            {config: "[lib]\nnobody = \"x\"\n"},
		"joulemark.toml, [lib]: pjrt: stat /nowhere/x.so":   {config: "[lib]\npjrt = \"/nowhere/x.so\"\n"},
		"joulemark.toml, [lib]: pjrt: no path is given":     {config: "[lib]\npjrt = \"\"\n"},
		"--external x: command":                             {flags: stackFlags{External: []string{`x="a`}}},
		"a runner's name has letters":                       {flags: stackFlags{External: []string{"a/b=c"}}},
		"--lib pjrt: stat /nowhere/x.so: no such":           {flags: stackFlags{Lib: []string{"pjrt=/nowhere/x.so"}}},
		`--lib "pjrt": write it as NAME=VALUE`:              {flags: stackFlags{Lib: []string{"pjrt"}}},
		`did you mean "onednn"?`:                            {flags: stackFlags{Lib: []string{"onedn=x"}}},
		`--external "=python3": write it as NAME=VALUE`:     {flags: stackFlags{External: []string{"=python3"}}},
		"--lib cpu: no runner of this name loads a library": {flags: stackFlags{Lib: []string{"cpu=x"}}},
	} {
		configured(t, f.config)
		require.ErrorContains(t, f.flags.into(&measure.Job{}), want)
	}
}

func TestAConfigurationThatIsNamedMustExist(t *testing.T) {
	t.Setenv("JOULEMARK_CONFIG", filepath.Join(t.TempDir(), "none.toml"))
	require.ErrorContains(t, stackFlags{}.into(&measure.Job{}), "name a file that exists, or unset it")
	t.Setenv("JOULEMARK_CONFIG", "")
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	require.NoError(t, stackFlags{}.into(&measure.Job{}))
}

// A run folder names runners, never what starts or is loaded.
func TestFlagsAreStoredWithoutCommandsAndPaths(t *testing.T) {
	require.Equal(t, []string{"run", "--lib", "pjrt=…", "--lib=onednn=…", "--external", "a=…", "--external=b=…", "--seed", "1"},
		safeFlags([]string{"run", "--lib", "pjrt=/home/me/x.so", "--lib=onednn=/y", "--external", "a=sh -c x", "--external=b=c", "--seed", "1"}))
}

// A run may begin anywhere; the file stays where it is.
func TestALibraryOfTheConfigurationCountsFromItsFile(t *testing.T) {
	configured(t, "[lib]\npjrt = \"./x.so\"\n")
	dir := filepath.Dir(os.Getenv("JOULEMARK_CONFIG"))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "x.so"), nil, 0o600))
	t.Chdir(t.TempDir())
	job := &measure.Job{}
	require.NoError(t, stackFlags{}.into(job))
	require.Equal(t, filepath.Join(dir, "x.so"), job.Libs["pjrt"])
}

// Nobody is to take the figures of cpu for those of the library that he named.
func TestALibraryThatIsNotUsedIsRefused(t *testing.T) {
	plan := &results.Plan{Devices: []results.PlanDevice{{Runner: "cpu", ID: "cpu"}}}
	require.EqualError(t, stackFlags{Lib: []string{"blas=libmkl.so"}}.unusedLib(plan),
		"--lib blas: nothing here would be measured by blas: add --runner blas, or leave --lib out")
	plan.Devices = append(plan.Devices, results.PlanDevice{Runner: "blas"})
	require.NoError(t, stackFlags{Lib: []string{"blas=libmkl.so"}}.unusedLib(plan))
}
