package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
		if theirs, known := listed[r.Path]; known && r.Schema != nil {
			v.described(r.Path, theirs.Schema, r.Schema)
		}
	}
	return nil
}

// described compares the types and units that the document gives to the columns:
// nothing else holds its hash. Words may change between versions.
func (v *verifier) described(file string, theirs, ours *tableSchema) {
	if theirs == nil {
		v.find(PackageFile, 0, file, "the columns are not described")
		return
	}
	if !slices.Equal(theirs.MissingValues, ours.MissingValues) {
		v.find(PackageFile, 0, file, fmt.Sprintf("missingValues is %q and not %q", theirs.MissingValues, ours.MissingValues))
	}
	for _, c := range ours.Fields {
		i := slices.IndexFunc(theirs.Fields, func(f schemaField) bool { return f.Name == c.Name })
		if i >= 0 && (theirs.Fields[i].Type != c.Type || theirs.Fields[i].Unit != c.Unit) {
			v.find(PackageFile, 0, file+" "+c.Name, fmt.Sprintf("%s stands there, the column is %s",
				strings.TrimSpace(theirs.Fields[i].Type+" "+theirs.Fields[i].Unit), strings.TrimSpace(c.Type+" "+c.Unit)))
		}
	}
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
