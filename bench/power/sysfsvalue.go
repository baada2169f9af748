package power

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"strconv"
	"strings"
)

var (
	errEmpty  = errors.New("the file is empty")
	errNumber = errors.New("no number in the file")
)

// maxGaugeMicro is the largest believable gauge in micro-units: drivers print
// an error code as an unsigned 32-bit number just below 2^32 (amdgpu's -95
// reads 4294967201 µW).
const maxGaugeMicro = 4.2e9

// parseMicro reads one sysfs number, an integer in micro-units, as units. It
// takes a sign, leading zeros and surrounding space, and nothing else.
func parseMicro(b []byte) (float64, error) {
	text := strings.TrimSpace(string(b))
	if text == "" {
		return math.NaN(), errEmpty
	}
	if n, err := strconv.ParseUint(text, 10, 64); err == nil {
		return float64(n) / 1e6, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return math.NaN(), errNumber
	}
	return float64(n) / 1e6, nil
}

// A valueFile is one sysfs number kept open and read again from its start: one
// system call a reading. Drivers may remove and re-create their attributes
// (acpi_power_meter does at every change of its configuration), which leaves
// the open file dead, so it is opened again once when a read fails.
type valueFile struct {
	cfg  Config
	path string
	file File
	buf  [64]byte
}

func openValue(cfg Config, path string) (*valueFile, error) {
	f, err := cfg.open(path)
	if err != nil {
		return nil, err
	}
	return &valueFile{cfg: cfg, path: path, file: f}, nil
}

func (v *valueFile) micro() (float64, error) {
	x, err := v.once()
	if err == nil {
		return x, nil
	}
	f, again := v.cfg.open(v.path)
	if again != nil {
		return math.NaN(), err
	}
	v.file.Close()
	v.file = f
	return v.once()
}

func (v *valueFile) once() (float64, error) {
	n, err := v.file.ReadAt(v.buf[:], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return math.NaN(), err
	}
	return parseMicro(v.buf[:n])
}

func (v *valueFile) close() { v.file.Close() }

// refused is the error for a file that is there and may not be read.
func refused(path string) error {
	return fmt.Errorf("%w: %w: %s: permission denied: run as root, or sudo chmod a+r %s",
		ErrUnavailable, ErrRefused, path, path)
}

func isPermission(err error) bool { return errors.Is(err, fs.ErrPermission) }
