package plots

import "slices"

// spread moves intervals of these lengths, wanted centred at the given places,
// along a line between low and high so that none overlap, and returns the
// centres. Order is kept; an interval moves no more than its neighbours make it:
// runs that touch share their displacement (pool adjacent violators). Where all
// of them do not fit they are spread evenly and may overlap.
func spread(wanted, lengths []float64, low, high float64) []float64 {
	order := make([]int, len(wanted))
	total := 0.0
	for i := range order {
		order[i] = i
		total += lengths[i]
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case wanted[a] < wanted[b]:
			return -1
		case wanted[a] > wanted[b]:
			return 1
		}
		return 0
	})
	squeeze := 1.0
	if room := high - low; total > room && total > 0 {
		squeeze = room / total
	}
	return settle(order, wanted, lengths, squeeze, low, high)
}

// A cluster is a run of intervals that touch: their summed wishes for its start.
type cluster struct {
	first, count      int
	wish, length, sum float64 // wish = mean start asked for; sum of those
}

func settle(order []int, wanted, lengths []float64, squeeze, low, high float64) []float64 {
	var clusters []cluster
	start := func(c cluster) float64 { return max(low, min(c.wish, high-c.length)) }
	for k, i := range order {
		length := lengths[i] * squeeze
		c := cluster{first: k, count: 1, wish: wanted[i] - length/2, length: length}
		c.sum = c.wish
		for n := len(clusters); n > 0 && start(clusters[n-1])+clusters[n-1].length > start(c); n-- {
			b := clusters[n-1]
			b.sum += c.sum - float64(c.count)*b.length // c's wishes, as starts of the joined run
			b.count += c.count
			b.length += c.length
			b.wish = b.sum / float64(b.count)
			c, clusters = b, clusters[:n-1]
		}
		clusters = append(clusters, c)
	}
	centres := make([]float64, len(wanted))
	for _, c := range clusters {
		at := start(c)
		for k := c.first; k < c.first+c.count; k++ {
			length := lengths[order[k]] * squeeze
			centres[order[k]] = at + length/2
			at += length
		}
	}
	return centres
}
