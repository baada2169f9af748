package plots

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"joulemark/results"
	"joulemark/workloads"
)

// Formats that Save writes.
const (
	PNG = "png"
	SVG = "svg"
)

// Save draws the named figures (none = all) of the runs into dir, which it makes,
// in each of the formats (none = PNG and SVG). It returns the paths written, and
// the figures that these runs have nothing for, each with its reason; a later
// page of a figure is named with its number, "efficiency-2.png".
func Save(runs []*results.Run, names, formats []string, dir string) (files []string, skipped []Skipped, err error) {
	chosen, err := choose(names)
	if err != nil {
		return nil, nil, err
	}
	if formats, err = checkFormats(formats); err != nil {
		return nil, nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, nil, fmt.Errorf("%w: choose another folder for the figures", err)
	}
	for _, f := range chosen {
		pages, err := f.Draw(runs)
		if errors.Is(err, ErrSkipped) {
			skipped = append(skipped, Skipped{f.Name, err.Error()})
			continue
		}
		if err != nil {
			return files, skipped, fmt.Errorf("figure %s: %w", f.Name, err)
		}
		wrote, err := savePages(pages, f.Name, formats, dir)
		files = append(files, wrote...)
		if err != nil {
			return files, skipped, err
		}
	}
	return files, skipped, nil
}

func savePages(pages []*Page, name string, formats []string, dir string) (files []string, err error) {
	for i, page := range pages {
		page.Name = name
		if i > 0 {
			page.Name = fmt.Sprintf("%s-%d", name, i+1)
		}
		for _, format := range formats {
			path := filepath.Join(dir, page.Name+"."+format)
			if err := savePage(page, format, path); err != nil {
				return files, err
			}
			files = append(files, path)
		}
	}
	return files, nil
}

// savePage encodes first and writes then, so that no half picture stays behind.
func savePage(page *Page, format, path string) error {
	var b bytes.Buffer
	var err error
	if format == PNG {
		err = page.WritePNG(&b, PixelsPerPoint)
	} else {
		err = page.WriteSVG(&b)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("%w: choose another folder for the figures", err)
	}
	return nil
}

// choose finds the figures by name, in the order of the names.
func choose(names []string) ([]Figure, error) {
	all := Figures()
	if len(names) == 0 {
		return all, nil
	}
	var chosen []Figure
	for _, name := range names {
		f, known := figures[name]
		if !known {
			return nil, unknown(name, all)
		}
		chosen = append(chosen, f)
	}
	return chosen, nil
}

func checkFormats(formats []string) ([]string, error) {
	if len(formats) == 0 {
		return []string{PNG, SVG}, nil
	}
	for i, f := range formats {
		if f != PNG && f != SVG {
			return nil, fmt.Errorf("no figure format %q: choose %s or %s", f, PNG, SVG)
		}
		for _, before := range formats[:i] {
			if f == before {
				return nil, fmt.Errorf("figure format %q is named twice: name it once", f)
			}
		}
	}
	return formats, nil
}

func unknown(name string, all []Figure) error {
	var known []string
	for _, f := range all {
		known = append(known, f.Name)
	}
	if near := workloads.Nearest(name, known); near != "" {
		return fmt.Errorf("no figure %q: did you mean %q? (joulemark list figures)", name, near)
	}
	return fmt.Errorf("no figure %q: choose from %s (joulemark list figures)", name, strings.Join(known, ", "))
}
