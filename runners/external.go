package runners

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// externalFiles are the runners in other languages that come with this program.
//
//go:embed external/*.py
var externalFiles embed.FS

// unpackExternal writes them into a folder of the user's cache, named by what they
// hold, and returns it. Where there is no such folder, or it cannot be written, it is a
// temporary one.
func unpackExternal() (dir string, err error) {
	names, err := fs.Glob(externalFiles, "external/*.py")
	if err != nil || len(names) == 0 {
		return "", fmt.Errorf("%w: this program was built without runners/external: build it again", ErrFailed)
	}
	sum := sha256.New()
	for _, name := range names {
		content, _ := externalFiles.ReadFile(name) // it was just listed
		fmt.Fprintf(sum, "%s %d\n%s", name, len(content), content)
	}
	hash := hex.EncodeToString(sum.Sum(nil))[:16]
	if cache, err := os.UserCacheDir(); err == nil {
		dir = filepath.Join(cache, "joulemark", "runners", hash)
		if err := os.MkdirAll(dir, 0o700); err == nil && writeExternal(dir, names) == nil {
			return dir, nil
		}
	}
	if dir, err = os.MkdirTemp("", "joulemark-runner-"); err == nil {
		err = writeExternal(dir, names)
	}
	if err != nil {
		return "", fmt.Errorf("%w: the runner's files cannot be written: %w: set XDG_CACHE_HOME to a folder that can be written", ErrUnavailable, err)
	}
	return dir, nil
}

// writeExternal makes each file of the folder what it is to be; a file that is right
// is left alone, since another worker may be reading it.
func writeExternal(dir string, names []string) error {
	for _, name := range names {
		content, err := externalFiles.ReadFile(name)
		if err != nil {
			return err
		}
		path := filepath.Join(dir, filepath.Base(name))
		if have, err := os.ReadFile(path); err == nil && string(have) == string(content) {
			continue
		}
		if err := replaceFile(path, content); err != nil {
			return err
		}
	}
	return nil
}

// replaceFile writes beside the file and renames, so that nobody reads half of it.
func replaceFile(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already where all went well
	_, err = f.Write(content)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
