package main

import (
	"fmt"

	"joulemark/results"
)

type verifyVerb struct {
	Dirs []string `arg:"" name:"dir" help:"Run folders."`
}

func (*verifyVerb) Examples() []string {
	return []string{"joulemark verify results/runs/*", "joulemark verify results/record/*"}
}

// Run names each cell that does not follow from the raw readings: exit 1 with any,
// 2 for a folder that cannot be read.
func (v *verifyVerb) Run(e *env) error {
	code := exitCode(exitOK)
	for _, dir := range v.Dirs {
		findings, err := results.Verify(dir)
		if err != nil {
			e.fail(inFolder(dir, err))
			code = exitUsage
			continue
		}
		wrong := 0
		for _, f := range findings {
			if f.Note {
				fmt.Fprintln(e.stdout, "note:", f)
				continue
			}
			fmt.Fprintln(e.stdout, f)
			wrong++
		}
		if wrong == 0 {
			fmt.Fprintf(e.stdout, "%s: every number follows\n", dir)
			continue
		}
		fmt.Fprintf(e.stdout, "%s: %s\n", dir, count(wrong, "finding"))
		code = max(code, exitFailed)
	}
	if code == exitOK {
		return nil
	}
	return code
}
