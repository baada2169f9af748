package main

import (
	_ "github.com/BurntSushi/toml"
	_ "github.com/alecthomas/kong"
	_ "github.com/jedib0t/go-pretty/v6/table"
	_ "github.com/klauspost/cpuid/v2"
	_ "github.com/prometheus/procfs"
	_ "github.com/prometheus/procfs/sysfs"
	_ "github.com/stretchr/testify/require"
	_ "golang.org/x/image/font/sfnt"
	_ "golang.org/x/perf/benchmath"
	_ "golang.org/x/sys/unix"
	_ "golang.org/x/term"
	_ "gonum.org/v1/plot"
	_ "gonum.org/v1/plot/cmpimg"
	_ "gonum.org/v1/plot/vg/vgimg"
	_ "gonum.org/v1/plot/vg/vgsvg"
)

func main() {}
