package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"joulemark/bench/measure"
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
	Lib      map[string]string `toml:"lib"`      // runner -> path
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
	case err != nil:
		return c, fmt.Errorf("%s: %w: mend the file or remove it", path, err)
	case len(meta.Undecoded()) > 0:
		return c, fmt.Errorf("%s: %s is not known: it may hold the tables [external] and [lib]", path, meta.Undecoded()[0])
	}
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
	if job.Libs, err = libs(c.Lib, f.Lib); err != nil {
		return err
	}
	job.External = map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(c.External)) {
		if job.External[name], err = splitWords(c.External[name]); err != nil {
			return err
		}
	}
	return nil
}

// libs are the named libraries by runner. A path with a separator is made absolute,
// because the worker may look from elsewhere; a bare name is left to the loader.
func libs(configured map[string]string, flags []string) (map[string]string, error) {
	out := map[string]string{}
	maps.Copy(out, configured)
	for _, x := range flags {
		runner, path, err := pair("--lib", x)
		if err != nil {
			return nil, err
		}
		out[runner] = path
	}
	for runner, path := range out {
		if err := knownStack(runner); err != nil {
			return nil, err
		}
		if !strings.ContainsRune(path, filepath.Separator) {
			continue
		}
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("--lib %s: %w: name a file that exists", runner, err)
		}
		abs, err := filepath.Abs(path)
		if err != nil {
			return nil, fmt.Errorf("--lib %s: %w: name the file with its whole path", runner, err)
		}
		out[runner] = abs
	}
	return out, nil
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
	return fmt.Errorf("--lib %s: no runner of this name loads a library%s (joulemark list runners)", runner, workloads.DidYouMean(runner, loading))
}
