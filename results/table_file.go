package results

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
)

// A tableFile appends whole rows to one CSV file. It may be used by several
// goroutines.
type tableFile[Row any] struct {
	table *Table[Row]
	path  string

	mu   sync.Mutex
	file *os.File
	size int64 // of whole rows
	buf  []byte
}

// openTable opens the file for appending and writes the header into a new one.
func openTable[Row any](dir string, t *Table[Row]) (*tableFile[Row], error) {
	path := filepath.Join(dir, t.File)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return nil, writeError(path, err)
	}
	size, err := f.Seek(0, io.SeekEnd)
	tf := &tableFile[Row]{table: t, path: path, file: f, size: size}
	if err == nil && size == 0 {
		err = tf.write(t.appendHeader(nil))
	}
	if err != nil {
		f.Close()
		return nil, writeError(path, err)
	}
	return tf, nil
}

// add appends rows in one write(2).
func (f *tableFile[Row]) add(rows ...Row) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.buf = f.buf[:0]
	for i := range rows {
		f.buf = f.table.appendRow(f.buf, &rows[i])
	}
	return writeError(f.path, f.write(f.buf))
}

// write appends whole lines, or nothing: what a full disk took of them is cut
// again, so that the file stays valid.
func (f *tableFile[Row]) write(lines []byte) error {
	if len(lines) == 0 {
		return nil
	}
	if _, err := f.file.Write(lines); err != nil {
		if cut := f.file.Truncate(f.size); cut != nil {
			return fmt.Errorf("%w (and the incomplete line could not be cut: %w)", err, cut)
		}
		return err
	}
	f.size += int64(len(lines))
	return nil
}

func (f *tableFile[Row]) close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return writeError(f.path, f.file.Close())
}

// An extent is how much of a file is whole lines. Rows hold no line ends of
// their own, so that a line that was being written when the machine stopped is
// just what follows the last line end.
type extent struct {
	lines       int
	whole, size int64 // bytes
}

func extentOf(f *os.File) (e extent, err error) {
	block := make([]byte, 256<<10)
	for {
		n, err := f.ReadAt(block, e.size)
		if i := bytes.LastIndexByte(block[:n], '\n'); i >= 0 {
			e.lines += bytes.Count(block[:n], []byte{'\n'})
			e.whole = e.size + int64(i) + 1
		}
		e.size += int64(n)
		if err == io.EOF {
			return e, nil
		}
		if err != nil {
			return e, err
		}
	}
}
