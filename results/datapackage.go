package results

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A dataPackage is datapackage.json: a Frictionless Data Package that describes
// every column and holds the SHA-256 of every file.
type dataPackage struct {
	Profile     string     `json:"profile"`
	Name        string     `json:"name"`
	Version     string     `json:"version"`        // of the schema
	Schema      string     `json:"schema_version"` // the same, under the name the other documents use
	Description string     `json:"description"`
	Resources   []resource `json:"resources"`
}

type resource struct {
	Name        string       `json:"name"`
	Path        string       `json:"path"`
	Profile     string       `json:"profile"`
	Type        string       `json:"type,omitempty"` // "json": keeps validators from taking plan.json for a pipeline of theirs
	Format      string       `json:"format"`
	MediaType   string       `json:"mediatype"`
	Encoding    string       `json:"encoding"`
	Description string       `json:"description"`
	Bytes       int64        `json:"bytes"`
	Hash        string       `json:"hash"` // "sha256:" and hexadecimal digits
	Schema      *tableSchema `json:"schema,omitempty"`
}

type tableSchema struct {
	Fields        []schemaField `json:"fields"`
	MissingValues []string      `json:"missingValues"`
}

type schemaField struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Unit        string `json:"unit,omitempty"`
	Description string `json:"description"`
}

// described lists the files of a run in the order they are described and hashed.
func described() []resource {
	return []resource{
		document(PlanFile, "what was to be done"),
		document(MachineFile, "hardware, software, settings, sessions and sensors"),
		tabular(samplesTable),
		tabular(energyTable),
		tabular(powerTable),
		tabular(phasesTable),
		tabular(summaryTable),
	}
}

func document(file, about string) resource {
	return resource{Name: stem(file), Path: file, Profile: "data-resource", Type: "json", Format: "json",
		MediaType: "application/json", Encoding: "utf-8", Description: about}
}

func tabular[Row any](t *Table[Row]) resource {
	schema := &tableSchema{MissingValues: []string{""}}
	for _, c := range t.Columns {
		schema.Fields = append(schema.Fields, schemaField{c.Name, string(c.Kind), c.Unit, c.About})
	}
	return resource{Name: stem(t.File), Path: t.File, Profile: "tabular-data-resource", Format: "csv",
		MediaType: "text/csv", Encoding: "utf-8", Description: t.About, Schema: schema}
}

func stem(file string) string { return file[:len(file)-len(filepath.Ext(file))] }

// writePackage describes and hashes what lies in the folder.
func writePackage(dir, runID string) error {
	p := dataPackage{Profile: "data-package", Name: packageName(runID), Version: SchemaVersion, Schema: SchemaVersion,
		Description: "a run of joulemark: speed and energy of computing, with every reading"}
	for _, r := range described() {
		var err error
		r.Hash, r.Bytes, err = hashFile(filepath.Join(dir, r.Path))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		p.Resources = append(p.Resources, r)
	}
	return writeJSON(filepath.Join(dir, PackageFile), p)
}

// packageName is the run's id in the letters that the standard allows.
func packageName(runID string) string {
	name := []byte(runID)
	for i, c := range name {
		if 'A' <= c && c <= 'Z' {
			name[i] = c + 'a' - 'A'
		} else if !isDigit(c) && (c < 'a' || c > 'z') && c != '-' && c != '_' && c != '.' {
			name[i] = '-'
		}
	}
	return "joulemark-" + string(name)
}

// hashFile returns "sha256:…" and the length of a file.
func hashFile(path string) (string, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	if err != nil {
		return "", 0, fmt.Errorf("%s: %w", path, bare(err))
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil)), n, nil
}
