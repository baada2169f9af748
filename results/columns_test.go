package results

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The columns that others rely on, in the words of the format's definition.
var contract = map[string]string{
	"samples.csv": `schema_version run_id machine_id machine_model trial order runner runner_version kernel device_id device_name
		device_count group_id workload workload_version dtype fill threads power_limit_w started_at duration_s iterations ops bytes
		energy_j energy_domain energy_scope energy_scope_class energy_provenance energy_uncertainty_j idle_power_w standby_power_w
		estimated_energy_low_j estimated_energy_high_j steady throttled simulated verified error_ratio status status_reason`,
	"energy.csv": `run_id trial order domain scope provenance energy_j mean_power_w readings uncertainty_j`,
	"power.csv":  `run_id domain t_s read_s power_w energy_j status`,
	"phases.csv": `run_id trial order phase start_s end_s`,
	"summary.csv": `run_id machine_id machine_model runner device_id workload workload_version dtype fill threads power_limit_w trials
		throughput_op_s throughput_low_op_s throughput_high_op_s power_w energy_per_op_j efficiency_op_j efficiency_low_op_j
		efficiency_high_op_j efficiency_net_op_j energy_scope energy_scope_class energy_provenance systematic_uncertainty_pct
		estimated_efficiency_low_op_j estimated_efficiency_high_op_j simulated`,
}

func TestColumns(t *testing.T) {
	checkColumns(t, samplesTable)
	checkColumns(t, energyTable)
	checkColumns(t, powerTable)
	checkColumns(t, phasesTable)
	checkColumns(t, summaryTable)
}

// checkColumns holds that the contract's columns come first and in its order,
// and that columns and exported fields match one to one.
func checkColumns[Row any](t *testing.T, table *Table[Row]) {
	t.Helper()
	var names []string
	var row Row
	fieldOf := map[uintptr]string{}
	for _, c := range table.Columns {
		at := reflect.ValueOf(c.Field(&row)).Pointer()
		require.Empty(t, fieldOf[at], "%s and %s are one field", c.Name, fieldOf[at])
		fieldOf[at] = c.Name
		require.Regexp(t, regexp.MustCompile(`^[a-z][a-z0-9_]*$`), c.Name)
		require.NotEmpty(t, c.About, c.Name)
		require.Equal(t, unitOfName(c.Name), c.Unit, "unit of %s", c.Name)
		if !c.Extra {
			names = append(names, c.Name)
		}
	}
	require.Equal(t, strings.Fields(contract[table.File]), names)
	v := reflect.ValueOf(&row).Elem()
	for i := range v.NumField() {
		require.NotEmpty(t, fieldOf[v.Field(i).Addr().Pointer()], "%s: field %s has no column", table.File, v.Type().Field(i).Name)
	}
	require.Equal(t, v.NumField(), len(table.Columns), table.File)
}

// unitOfName is the unit that a column's name ends in.
func unitOfName(name string) string {
	for _, u := range []struct{ suffix, unit string }{
		{"per_op_j", "J/op"}, {"_op_s", "op/s"}, {"_b_s", "B/s"}, {"_op_j", "op/J"}, {"_w", "W"}, {"_j", "J"}, {"_pct", "%"}, {"_c", "°C"}, {"_s", "s"}, {"_hz", "Hz"}, {"bytes", "B"},
	} {
		if strings.HasSuffix(name, u.suffix) {
			return u.unit
		}
	}
	return ""
}
