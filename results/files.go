package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Files of a run folder.
const (
	PlanFile    = "plan.json"
	MachineFile = "machine.json"
	PackageFile = "datapackage.json"
)

// ErrNotARun: the directory holds no run.
var ErrNotARun = errors.New("not a run folder")

// writeWhole replaces a file at once: whoever reads it sees the old or the new
// content, also after a crash in the middle.
func writeWhole(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return writeError(path, err)
	}
	defer os.Remove(f.Name()) // gone already where all went well
	_, err = f.Write(content)
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	return writeError(path, err)
}

// writeError says which file could not be written and what to do.
func writeError(path string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w: nothing written before is lost; %s", path, bare(err), remedy(err))
}

// bare drops the path that a PathError repeats.
func bare(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}

func writeJSON(path string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return writeWhole(path, append(b, '\n'))
}

// readJSON reads a document of the folder and refuses a higher major version.
func readJSON(dir, name string, v any) error {
	path := filepath.Join(dir, name)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is %w: it has no %s; name a folder that joulemark run made", dir, ErrNotARun, name)
	}
	if err != nil {
		return err
	}
	unfit := json.Unmarshal(b, v)
	var version struct {
		SchemaVersion string `json:"schema_version"`
	}
	if p, known := v.(interface{ schema() string }); known && unfit == nil {
		version.SchemaVersion = p.schema() // a plan may be large: once is enough
	} else if err := json.Unmarshal(b, &version); err != nil {
		return fmt.Errorf("%s is no JSON document (%w): restore it from a copy", path, err)
	}
	if err := checkVersion(path, version.SchemaVersion); err != nil {
		return err
	}
	if unfit != nil {
		return fmt.Errorf("%s does not fit its schema (%w): restore it from a copy", path, unfit)
	}
	return nil
}

func (p *Plan) schema() string    { return p.SchemaVersion }
func (m *Machine) schema() string { return m.SchemaVersion }
