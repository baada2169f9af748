package plots

import (
	"fmt"

	"joulemark/workloads"
)

// ceilingRank stands behind all other work.
const ceilingRank = 90

func describePeak(w workloads.Peak) work {
	d := work{panel: "Multiply-adds from registers", label: string(w.Type), unit: unitOf(string(w.Type)), dtype: string(w.Type)}
	if w.ISA != "" {
		d.label += " " + w.ISA
	}
	d.comment = fillComment(w.Fill)
	d.finishCeiling(ceilingRank, w)
	return d
}

// describeStream has no unit where there is no arithmetic.
func describeStream(w workloads.Stream) work {
	d := work{panel: "Arrays in caches and memory", label: fmt.Sprintf("%s %s", w.Kernel, binarySize(w.Footprint)), dtype: string(workloads.FP64)}
	if w.NonTemporal {
		d.label += ", non-temporal"
	}
	if w.Ops() > 0 {
		d.unit = "FLOP"
	}
	d.comment = fillComment(w.Fill)
	d.finishCeiling(ceilingRank+2, w)
	return d
}

func (d *work) finishCeiling(rank int, w workloads.Workload) {
	d.finish("matmul", w)
	d.rank[0] += rank
}

// binarySize writes bytes with the largest binary prefix that divides them.
func binarySize(n int) string {
	prefixes := []string{"B", "KiB", "MiB", "GiB"}
	i := 0
	for ; i+1 < len(prefixes) && n > 0 && n%1024 == 0; i++ {
		n /= 1024
	}
	return fmt.Sprintf("%d %s", n, prefixes[i])
}
