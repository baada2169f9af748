package measure

import (
	"path"
	"regexp"
	"strings"
)

// somePath is an absolute path in a text, where no address or relative path goes on.
var somePath = regexp.MustCompile(`(^|[\s"'` + "`" + `(=,:])(/[^/\s"'` + "`" + `(),:;][^\s"'` + "`" + `(),:;]*)`)

// systemFolders are the same on every machine: what lies there says nothing of the user.
var systemFolders = []string{"/usr/", "/lib/", "/lib64/", "/sys/", "/proc/", "/dev/", "/etc/", "/opt/"}

// withoutPlaces cuts the user's own paths to their last part, for what is stored in a
// run folder: folders are published, and a home's name is nobody's business.
func withoutPlaces(text string) string {
	return somePath.ReplaceAllStringFunc(text, func(hit string) string {
		at := strings.IndexByte(hit, '/')
		for _, f := range systemFolders {
			if strings.HasPrefix(hit[at:], f) {
				return hit
			}
		}
		return hit[:at] + "…/" + path.Base(hit[at:])
	})
}

func withoutPlacesAll(texts []string) (out []string) {
	for _, t := range texts {
		out = append(out, withoutPlaces(t))
	}
	return out
}
