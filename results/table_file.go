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

// wholeLines is the length of the file up to the end of its last whole line,
// and its full length. Rows hold no line ends of their own, so that a line that
// was being written when the machine stopped is just what follows the last one.
func wholeLines(f *os.File) (whole, size int64, err error) {
	size, err = f.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, 0, err
	}
	block := make([]byte, 64<<10)
	for end := size; end > 0; {
		start := max(0, end-int64(len(block)))
		part := block[:end-start]
		if _, err := f.ReadAt(part, start); err != nil {
			return 0, 0, err
		}
		if i := bytes.LastIndexByte(part, '\n'); i >= 0 {
			return start + int64(i) + 1, size, nil
		}
		end = start
	}
	return 0, size, nil
}
