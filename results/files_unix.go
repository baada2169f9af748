//go:build unix

package results

import (
	"errors"
	"io/fs"

	"golang.org/x/sys/unix"
)

// remedy of an error of writing.
func remedy(err error) string {
	switch {
	case errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) || errors.Is(err, unix.EFBIG):
		return "make room and go on with --resume"
	case errors.Is(err, fs.ErrPermission) || errors.Is(err, unix.EROFS):
		return "choose another --out, or make it writable"
	}
	return "go on with --resume when the disk is well"
}
