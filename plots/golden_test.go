package plots

import (
	"bytes"
	"flag"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

var regen = flag.Bool("regen", false, "write the golden pictures anew; look at each one afterwards")

// goldenDensity is pixels a point of the goldens: two thirds of what Save writes,
// fine enough to judge and small enough to keep.
const goldenDensity = 2

// A pixel differs when a channel moves by more than this many of 255: rasterising
// rounds differently with fused multiply-adds.
const pixelTolerance = 24

// differingShare is the part of pixels that may differ.
const differingShare = 0.0005

// golden compares a page with its picture in testdata.
func golden(t *testing.T, name string, page *Page) {
	t.Helper()
	requireReadable(t, page)
	path := filepath.Join("testdata", name+".png")
	if *regen {
		writePicture(t, path, page)
	}
	file, err := os.Open(path)
	require.NoError(t, err, "run: go test ./plots -regen, and look at the picture")
	defer file.Close()
	want, err := png.Decode(file)
	require.NoError(t, err)
	got := page.Image(goldenDensity)
	if share := pictureDifference(want, got); share > differingShare {
		kept := filepath.Join(os.TempDir(), "joulemark-"+name+".got.png")
		writePicture(t, kept, page)
		require.Failf(t, "picture differs", "%s %v against %s %v: %.3f %% of the pixels",
			path, want.Bounds().Size(), kept, got.Bounds().Size(), 100*share)
	}
}

func writePicture(t *testing.T, path string, page *Page) {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, page.WritePNG(&b, goldenDensity))
	require.NoError(t, os.WriteFile(path, b.Bytes(), 0o644))
}

// pictureDifference is the share of pixels that differ, 1 if the sizes do.
func pictureDifference(a, b image.Image) float64 {
	size := a.Bounds()
	if size != b.Bounds() {
		return 1
	}
	differ := 0
	for y := size.Min.Y; y < size.Max.Y; y++ {
		for x := size.Min.X; x < size.Max.X; x++ {
			if pixelDiffers(a, b, x, y) {
				differ++
			}
		}
	}
	return float64(differ) / float64(size.Dx()*size.Dy())
}

func pixelDiffers(a, b image.Image, x, y int) bool {
	r1, g1, b1, _ := a.At(x, y).RGBA()
	r2, g2, b2, _ := b.At(x, y).RGBA()
	far := func(p, q uint32) bool { return max(p, q)-min(p, q) > pixelTolerance*257 }
	return far(r1, r2) || far(g1, g2) || far(b1, b2)
}
