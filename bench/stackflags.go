package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"joulemark/bench/measure"
	"joulemark/results"
	"joulemark/runners"
	"joulemark/workloads"
)

// stackFlags name programs and libraries. They come from the command line or the
// user's own configuration, never from suites or run folders.
type stackFlags struct {
	External []string `sep:"none" placeholder:"NAME=COMMAND" help:"A program that speaks the worker protocol, as a runner; repeatable. Split without a shell."`
	Lib      []string `sep:"none" placeholder:"RUNNER=PATH" help:"Library that a runner loads, in place of the one it finds; repeatable."`
}

// configuration is the user's own file: programs and libraries that every run
// knows, as TOML.
type configuration struct {
	External map[string]string `toml:"external"` // name -> command
	Lib      map[string]string `toml:"lib"`      // runner -> path, which counts from the file's folder
	path     string            // of the file
}

// configPath is where that file lies: JOULEMARK_CONFIG, else joulemark.toml in the
// user's folder of configurations (on Linux ~/.config).
func configPath() string {
	if path := os.Getenv("JOULEMARK_CONFIG"); path != "" {
		return path
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "joulemark.toml")
}

func readConfiguration() (c configuration, err error) {
	path := configPath()
	if path == "" {
		return c, nil
	}
	meta, err := toml.DecodeFile(path, &c)
	switch {
	case errors.Is(err, fs.ErrNotExist) && os.Getenv("JOULEMARK_CONFIG") == "":
		return c, nil
	case errors.Is(err, fs.ErrNotExist):
		return c, fmt.Errorf("JOULEMARK_CONFIG: %w: name a file that exists, or unset it", err)
	case err != nil:
		return c, fmt.Errorf("%s: %w: mend the file or remove it", path, err)
	case len(meta.Undecoded()) > 0:
		return c, fmt.Errorf("%s: %s is not known: it may hold the tables [external] and [lib]", path, meta.Undecoded()[0])
	}
	c.path = path
	return c, nil
}

// into gives a job its programs and libraries: those of the configuration, then
// those of the command line.
func (f stackFlags) into(job *measure.Job) error {
	c, err := readConfiguration()
	if err != nil {
		return err
	}
	for _, x := range f.External {
		name, command, err := pair("--external", x)
		if err != nil {
			return err
		}
		if c.External == nil {
			c.External = map[string]string{}
		}
		c.External[name] = command
	}
	if job.Libs, err = libs(c, f.Lib); err != nil {
		return err
	}
	job.External = map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(c.External)) {
		if !runnerName.MatchString(name) {
			return fmt.Errorf("--external %q: a runner's name has letters, digits, '.', '_' and '-' alone: choose another", name)
		}
		if job.External[name], err = splitWords(c.External[name]); err != nil {
			return fmt.Errorf("--external %s: %w", name, err)
		}
	}
	return nil
}

// runnerName is what may stand in rows, file names and figures.
var runnerName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// libs are the named libraries by runner, those of the command line before those of
// the configuration.
func libs(c configuration, flags []string) (map[string]string, error) {
	out := map[string]string{}
	for runner, file := range c.Lib {
		whole, err := library(runner, file, filepath.Dir(c.path))
		if err != nil {
			return nil, fmt.Errorf("%s, [lib]: %w", c.path, err)
		}
		out[runner] = whole
	}
	for _, x := range flags {
		runner, file, err := pair("--lib", x)
		if err != nil {
			return nil, err
		}
		if out[runner], err = library(runner, file, "."); err != nil {
			return nil, fmt.Errorf("--lib %w", err)
		}
	}
	return out, nil
}

// library checks one. A path with a separator counts from dir and is made absolute,
// because the worker may look from elsewhere; a bare name is left to the loader.
func library(runner, file, dir string) (string, error) {
	if err := knownStack(runner); err != nil {
		return "", err
	}
	if strings.TrimSpace(file) == "" {
		return "", fmt.Errorf("%s: no path is given: name a file", runner)
	}
	if !strings.ContainsRune(file, filepath.Separator) {
		return file, nil
	}
	if !filepath.IsAbs(file) {
		file = dir + string(filepath.Separator) + file
	}
	if _, err := os.Stat(file); err != nil {
		return "", fmt.Errorf("%s: %w: name a file that exists", runner, err)
	}
	whole, err := filepath.Abs(file)
	if err != nil {
		return "", fmt.Errorf("%s: %w: name the file with its whole path", runner, err)
	}
	return whole, nil
}

// unusedLib finds a --lib that this run would not load: the user would take the
// figures of another library for its own.
func (f stackFlags) unusedLib(p *results.Plan) error {
	for _, x := range f.Lib {
		runner, _, _ := strings.Cut(x, "=")
		runner = strings.TrimSpace(runner)
		if !slices.ContainsFunc(p.Devices, func(d results.PlanDevice) bool { return d.Runner == runner }) {
			return fmt.Errorf("--lib %s: nothing here would be measured by %s: add --runner %s, or leave --lib out", runner, runner, runner)
		}
	}
	return nil
}

// knownStack refuses a library for a runner that does not exist or loads none.
func knownStack(runner string) error {
	var loading []string
	for _, e := range runners.Entries() {
		if e.Needs != "" {
			loading = append(loading, e.Name)
		}
	}
	if slices.Contains(loading, runner) {
		return nil
	}
	return fmt.Errorf("%s: no runner of this name loads a library%s (joulemark list runners)", runner, workloads.DidYouMean(runner, loading))
}
