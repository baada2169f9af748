package plots

import (
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"joulemark/results"
)

func TestFiguresAreSorted(t *testing.T) {
	var names []string
	for _, f := range Figures() {
		names = append(names, f.Name)
		require.NotEmpty(t, f.Summary)
	}
	require.Equal(t, []string{"efficiency", "power", "roofline", "size"}, names)
}

func TestSave(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "figures")
	run := fixture{model: "m", run: "r", trials: 3, rows: quickRows[:1]}.build(t)
	files, skipped, err := Save([]*results.Run{run}, nil, nil, dir)
	require.NoError(t, err)
	want := []string{"efficiency.png", "efficiency.svg", "size.png", "size.svg"}
	for i := range want {
		want[i] = filepath.Join(dir, want[i])
	}
	require.Equal(t, want, files)
	require.Len(t, skipped, 2)
	require.Equal(t, []string{"power", "roofline"}, []string{skipped[0].Figure, skipped[1].Figure})
	require.Contains(t, skipped[0].Reason, "no power readings")
	require.Contains(t, skipped[1].Reason, "no ceilings of the machine")
	for _, f := range files {
		require.FileExists(t, f)
	}
	requirePixels(t, files[0])
}

func requirePixels(t *testing.T, path string) {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	head, err := png.DecodeConfig(file)
	require.NoError(t, err)
	require.Equal(t, 1800, head.Width)
	require.Zero(t, head.Height%PixelsPerPoint)
}

// Two scope classes make two pages; the second file has a number.
func TestSaveNumbersPages(t *testing.T) {
	rows := []fixtureRow{
		{runner: "cpu", workload: quickRows[0].workload, speed: 40, power: 100, energy: raplEnergy},
		{runner: "cuda", workload: quickRows[0].workload, speed: 900, power: 400, energy: plugEnergy},
	}
	run := fixture{model: "m", run: "r", trials: 6, rows: rows}.build(t)
	dir := t.TempDir()
	files, _, err := Save([]*results.Run{run}, []string{"efficiency"}, []string{SVG}, dir)
	require.NoError(t, err)
	require.Equal(t, []string{filepath.Join(dir, "efficiency.svg"), filepath.Join(dir, "efficiency-2.svg")}, files)
}

func TestSaveRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	cases := []struct {
		name, dir       string
		figures, format []string
		want            string
	}{
		{"near name", "x", []string{"eficiency"}, nil, `no figure "eficiency": did you mean "efficiency"? (joulemark list figures)`},
		{"far name", "x", []string{"zzzzzzzzzzzz"}, nil, `no figure "zzzzzzzzzzzz": choose from efficiency, power, roofline, size (joulemark list figures)`},
		{"format", "x", nil, []string{"pdf"}, `no figure format "pdf": choose png or svg`},
		{"format twice", "x", nil, []string{"png", "png"}, `figure format "png" is named twice: name it once`},
		{"file in the way", file, nil, nil, "choose another folder for the figures"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			files, _, err := Save(nil, c.figures, c.format, c.dir)
			require.ErrorContains(t, err, c.want)
			require.Empty(t, files)
		})
	}
	require.NoDirExists(t, "x", "nothing is made before the names are right")
}

func TestRegisterRefusesATakenName(t *testing.T) {
	require.Panics(t, func() { Register(PowerOf(1, 1)) })
	require.Panics(t, func() { Register(Figure{Name: "nothing to draw"}) })
}
