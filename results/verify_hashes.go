package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// hashes compares every file with datapackage.json. Only files of a run are
// opened, whatever names a stranger's document holds.
func (v *verifier) hashes() error {
	path := filepath.Join(v.run.Dir, PackageFile)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		v.stopped(PackageFile, 0, "", "the file is missing: a finished run has the hashes of its files there")
		return nil
	}
	if err != nil {
		return err
	}
	var p dataPackage
	if err := json.Unmarshal(b, &p); err != nil {
		return fmt.Errorf("%s is no data package (%w): restore it from a copy", path, err)
	}
	if err := checkVersion(path, p.Schema); err != nil {
		return err
	}
	listed := map[string]resource{}
	for _, r := range p.Resources {
		listed[r.Path] = r
	}
	for _, r := range described() {
		if err := v.hash(r.Path, listed); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) hash(file string, listed map[string]resource) error {
	hash, size, err := hashFile(filepath.Join(v.run.Dir, file))
	r, known := listed[file]
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if known {
			v.find(PackageFile, 0, file, "the file is listed and missing")
		}
	case err != nil:
		return err
	case !known:
		v.find(PackageFile, 0, file, "the file has no hash there")
	case r.Hash != hash || r.Bytes != size:
		v.find(PackageFile, 0, file, "the file is not the one that was written: its hash differs")
	}
	return nil
}
