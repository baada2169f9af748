package results

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const phasesHeader = "run_id,trial,order,phase,start_s,end_s\n"

func readPhases(content string) (rows []PhaseRow, err error) {
	err = phasesTable.read(strings.NewReader(content), func(_ int, p *PhaseRow) error {
		rows = append(rows, *p)
		return nil
	})
	return rows, err
}

// Columns are found by name, whoever wrote the file.
func TestReadFreely(t *testing.T) {
	want := []PhaseRow{{"r", 1, 2, "window", 0.5, 2.5}}
	for name, content := range map[string]string{
		"as written":     phasesHeader + "r,1,2,window,0.5,2.5\n",
		"other order":    "end_s,start_s,phase,order,trial,run_id\n2.5,0.5,window,2,1,r\n",
		"unknown column": "note,run_id,trial,order,phase,start_s,end_s\nx,r,1,2,window,0.5,2.5\n",
		"dos lines":      strings.ReplaceAll(phasesHeader+"r,1,2,window,0.5,2.5\n", "\n", "\r\n"),
		"byte order":     "\uFEFF" + phasesHeader + "r,1,2,window,0.5,2.5\n",
		"all quoted":     phasesHeader + `"r","1","2","window","0.5","2.5"` + "\n",
		"other floats":   phasesHeader + "r,1,2,window,5e-1,+2.50\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readPhases(content)
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
}

// Each fault is named with file, row as a spreadsheet shows it, and column.
func TestReadFaults(t *testing.T) {
	good := phasesHeader + "r,1,1,window,0,1\n"
	for want, content := range map[string]string{
		"phases.csv row 1: the file is empty: it needs at least its header row":                             "",
		"phases.csv row 1, phase: this column is missing: restore the file, or measure again":               "run_id,trial,order,start_s,end_s\n",
		"phases.csv row 1, trial: this column stands there twice: remove one":                               "trial," + phasesHeader,
		`phases.csv row 3, start_s: "NaN" is not a finite decimal number (an unknown one is an empty cell)`: good + "r,1,1,tail,NaN,1\n",
		`phases.csv row 3, end_s: "1e999" is not a finite decimal number (an unknown one is an empty cell)`: good + "r,1,1,tail,1,1e999\n",
		`phases.csv row 3, trial: "" is empty and may not be`:                                               good + "r,,1,tail,1,2\n",
		`phases.csv row 3, trial: "1.5" is not an integer`:                                                  good + "r,1.5,1,tail,1,2\n",
		`phases.csv row 3, order: "99999999999999999999" is not an integer`:                                 good + "r,1,99999999999999999999,tail,1,2\n",
		"phases.csv row 3: 5 cells stand there, the header has 6":                                           good + "r,1,1,tail,1\n",
		"phases.csv row 3: 7 cells stand there, the header has 6":                                           good + "r,1,1,tail,1,2,3\n",
		`phases.csv row 3: line 3 is not CSV: bare " in non-quoted-field`:                                   good + "r,1,1,ta\"il,1,2\n",
		`phases.csv row 3: line 3 is not CSV: extraneous or missing " in quoted-field`:                      good + "\"r,1,1,tail,1,2\n",
	} {
		_, err := readPhases(content)
		require.EqualError(t, err, want)
	}
}

func TestReadTruthsAndTimes(t *testing.T) {
	row := func(column, cell string) error {
		s := NewSample()
		line := strings.Split(string(samplesTable.encode([]Sample{s})), "\n")
		cells := strings.Split(line[1], ",")
		for i, c := range samplesTable.Columns {
			if c.Name == column {
				cells[i] = cell
			}
		}
		content := line[0] + "\n" + strings.Join(cells, ",") + "\n"
		return samplesTable.read(strings.NewReader(content), func(int, *Sample) error { return nil })
	}
	require.NoError(t, row("steady", "true"))
	require.NoError(t, row("steady", ""))
	require.EqualError(t, row("steady", "TRUE"), `samples.csv row 2, steady: "TRUE" is none of true, false and empty`)
	require.EqualError(t, row("steady", "0"), `samples.csv row 2, steady: "0" is none of true, false and empty`)
	require.NoError(t, row("started_at", "2026-11-23T10:15:00Z"))
	require.NoError(t, row("started_at", "2026-11-23T10:15:00.123456789Z"))
	require.ErrorContains(t, row("started_at", "2026-11-23T10:15:00+01:00"), "is not a time like")
	require.ErrorContains(t, row("started_at", "23.11.2026"), "is not a time like")
	require.EqualError(t, row("seed", "-1"), `samples.csv row 2, seed: "-1" is not an integer`)
}

func FuzzReadSamples(f *testing.F) {
	s := NewSample()
	s.StatusReason, s.EnergyJ = `a "b", c`, 1.5
	f.Add(string(samplesTable.encode([]Sample{s})))
	f.Add("schema_version\n1.0\n")
	f.Fuzz(func(t *testing.T, content string) { fuzzTable(t, samplesTable, content) })
}

func FuzzReadPower(f *testing.F) {
	f.Add("run_id,domain,t_s,read_s,power_w,energy_j,status\nr,rapl:package-0,1,0.001,,12.5,ok\n")
	f.Add("run_id,domain,t_s,read_s,power_w,energy_j,status\nr,d,1e400,,,,late\n")
	f.Fuzz(func(t *testing.T, content string) { fuzzTable(t, powerTable, content) })
}

// fuzzTable holds that a file is refused with a place or, once read and written,
// reads the same for ever.
func fuzzTable[Row any](t *testing.T, table *Table[Row], content string) {
	collect := func(content string) (rows []Row, err error) {
		err = table.read(strings.NewReader(content), func(_ int, row *Row) error {
			rows = append(rows, *row)
			return nil
		})
		return rows, err
	}
	rows, err := collect(content)
	if err != nil {
		require.Contains(t, err.Error(), table.File)
		return
	}
	once := string(table.encode(rows))
	again, err := collect(once)
	require.NoError(t, err)
	require.Equal(t, once, string(table.encode(again)))
}
