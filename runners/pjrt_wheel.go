package runners

import (
	"bufio"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// wheelOf finds the wheel that a library came with and its version, by the list of
// files that pip keeps (RECORD, PEP 376) in a folder NAME-VERSION.dist-info beside
// one of the folders above it. Empty where it came otherwise.
func wheelOf(path string) (name, version string) {
	for packages := filepath.Dir(path); packages != filepath.Dir(packages); packages = filepath.Dir(packages) {
		records, _ := filepath.Glob(filepath.Join(packages, "*.dist-info", "RECORD")) // the pattern is well formed
		for _, record := range records {
			inside, err := filepath.Rel(packages, path)
			if err == nil && lists(record, filepath.ToSlash(inside)) {
				name, version, _ = strings.Cut(strings.TrimSuffix(filepath.Base(filepath.Dir(record)), ".dist-info"), "-")
				return name, version
			}
		}
	}
	return "", ""
}

// lists reports whether a RECORD has a file.
func lists(record, file string) bool {
	f, err := os.Open(record)
	if err != nil {
		return false
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), file+",") {
			return true
		}
	}
	return false
}

// versions are "name version" in alphabetical order.
func versions(libraries map[string]string) (list []string) {
	for _, name := range slices.Sorted(maps.Keys(libraries)) {
		list = append(list, name+" "+libraries[name])
	}
	return list
}
