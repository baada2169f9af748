package main

import (
	"fmt"
	"path/filepath"

	"joulemark/plots"
)

type plotVerb struct {
	Dirs   []string `arg:"" name:"dir" help:"Run folders; several are drawn together."`
	Figure []string `sep:"none" placeholder:"NAME" help:"Figure to draw; repeatable. Default: all (joulemark list figures)."`
	Format []string `sep:"none" placeholder:"FORMAT" help:"png or svg; repeatable. Default: both."`
	Out    string   `placeholder:"DIR" help:"Folder for the figures. Default: figures/ in the run folder; with several runs it must be given."`
}

func (*plotVerb) Examples() []string {
	return []string{"joulemark plot results/runs/*  --out figures", "joulemark plot --figure efficiency --format svg results/runs/mon"}
}

// Run draws figures and prints their paths.
func (v *plotVerb) Run(e *env) error {
	runs, err := openRuns(e, v.Dirs)
	if err != nil {
		return err
	}
	if v.Out == "" {
		if len(v.Dirs) > 1 {
			return fmt.Errorf("%d runs have no common folder for figures: add --out DIR", len(v.Dirs))
		}
		v.Out = filepath.Join(v.Dirs[0], "figures")
	}
	files, skipped, err := plots.Save(runs, v.Figure, v.Format, v.Out)
	for _, f := range files {
		fmt.Fprintln(e.stdout, f)
	}
	for _, s := range skipped {
		fmt.Fprintf(e.stderr, "no figure %s: %s\n", s.Figure, s.Reason)
	}
	return err
}
