package results_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"joulemark/results/resultstest"

	"github.com/stretchr/testify/require"
)

// The data package tells a stranger's tool how to read every cell: each file is
// listed with its true hash, its fields are its columns in order, and each cell
// is of the type that is promised.
func TestDataPackage(t *testing.T) {
	dir := made(t, resultstest.Options{Noise: 0.01, Threads: 4, PowerLimitW: 300})
	var p struct {
		Profile, Name string
		Resources     []struct {
			Path, Hash, Profile string
			Bytes               int
			Schema              struct {
				Fields        []struct{ Name, Type, Description string }
				MissingValues []string
			}
		}
	}
	require.NoError(t, json.Unmarshal(must(os.ReadFile(filepath.Join(dir, "datapackage.json")))(t), &p))
	require.Equal(t, "data-package", p.Profile)
	require.Regexp(t, `^[-a-z0-9._]+$`, p.Name)
	require.Len(t, p.Resources, 7)
	for _, r := range p.Resources {
		content := must(os.ReadFile(filepath.Join(dir, r.Path)))(t)
		require.Equal(t, fmt.Sprintf("sha256:%x", sha256.Sum256(content)), r.Hash, r.Path)
		require.Equal(t, len(content), r.Bytes)
		if r.Profile != "tabular-data-resource" {
			require.True(t, json.Valid(content), r.Path)
			continue
		}
		cells := readCells(t, dir, r.Path)
		require.Equal(t, []string{""}, r.Schema.MissingValues)
		require.Len(t, r.Schema.Fields, len(cells[0]))
		for i, f := range r.Schema.Fields {
			require.Equal(t, cells[0][i], f.Name)
			require.NotEmpty(t, f.Description)
			for _, row := range cells[1:] {
				require.True(t, isOfType(f.Type, row[i]), "%s %s: %q is no %s", r.Path, f.Name, row[i], f.Type)
			}
		}
	}
}

// isOfType follows the Table Schema, not the code that wrote the cell.
func isOfType(kind, cell string) bool {
	if cell == "" {
		return true
	}
	var err error
	switch kind {
	case "string":
	case "integer":
		_, err = strconv.ParseInt(cell, 10, 64)
	case "number":
		_, err = strconv.ParseFloat(cell, 64)
	case "boolean":
		return cell == "true" || cell == "false"
	case "datetime":
		_, err = time.Parse("2006-01-02T15:04:05.999Z", cell)
	default:
		return false
	}
	return err == nil
}
