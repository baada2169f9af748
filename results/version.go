package results

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrNewer: the folder was written by a version whose meaning of columns this
// one does not know.
var ErrNewer = errors.New("written by a newer joulemark")

// checkVersion refuses a higher major version; place says where it was read.
func checkVersion(place, version string) error {
	theirs, ok := major(version)
	if !ok {
		return fmt.Errorf("%s: schema_version %q is no version like %q: restore the file", place, shorten(version), SchemaVersion)
	}
	if ours, _ := major(SchemaVersion); theirs > ours {
		return fmt.Errorf("%s: schema_version %s is %w, this one reads %d.x: update joulemark", place, version, ErrNewer, ours)
	}
	return nil
}

func major(version string) (int, bool) {
	first, _, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(first)
	return n, err == nil && n >= 0
}
