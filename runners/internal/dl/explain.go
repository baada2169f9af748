package dl

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
)

// dlopen has no codes, only texts. These are what glibc, musl and macOS call a file
// that is not there; the first group is its name.
var missing = []*regexp.Regexp{
	regexp.MustCompile(`^([^:]+): cannot open shared object file: (?:No such file|Not a directory)`),
	regexp.MustCompile(`^Error loading shared library ([^:]+): (?:No such file|Not a directory)`),
	regexp.MustCompile(`Library not loaded: (\S+)`),
	regexp.MustCompile(`^dlopen\(([^,]+), 0x[0-9A-Fa-f]+\): tried: (?:'[^']*' \((?:no such file|errno=2)[^)]*\)[, ]*)+$`),
}

// explain says in one sentence what a loader's text means for the library that it
// was given: ErrNotFound where that is not there itself.
func explain(path, text string) error {
	text = strings.Join(strings.Fields(text), " ")
	if name := missingName(text); name == path {
		return fmt.Errorf("%s: %w", path, ErrNotFound)
	} else if name != "" {
		return fmt.Errorf("%s needs %s, which is not here: install what provides it or add its folder to LD_LIBRARY_PATH", path, name)
	}
	if file, _, _ := strings.Cut(text, ": "); filepath.IsAbs(file) { // a name that the loader found a file for
		if err := inspect(file); err != nil {
			return err
		}
		text = strings.TrimPrefix(text, file+": ")
	}
	text = strings.TrimPrefix(text, path+": ")
	if strings.HasPrefix(text, "cannot dynamically load") {
		return fmt.Errorf("%s is a program and no shared library: name the %s file of the stack", path, suffix())
	}
	return fmt.Errorf("%s cannot be loaded (%s): install the build of it that is for this system", path, text)
}

// missingName is the file that a loader's text says is missing; "" = it says
// something else.
func missingName(text string) string {
	for _, pattern := range missing {
		if found := pattern.FindStringSubmatch(text); found != nil {
			return found[1]
		}
	}
	return ""
}
