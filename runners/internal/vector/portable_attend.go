package vector

import "joulemark/workloads"

func scores(dst, q, keys []float32, queries int) {
	dim, n := len(q)/queries, len(dst)/queries
	for i := range queries {
		query := q[i*dim : (i+1)*dim]
		for j := range n {
			sum := 0.0
			for l, v := range keys[j*dim : (j+1)*dim] {
				sum += float64(v) * float64(query[l])
			}
			dst[i*n+j] = float32(sum)
		}
	}
}

func scoresBF16(dst, q []float32, keys []uint16, queries int) {
	dim, n := len(q)/queries, len(dst)/queries
	for i := range queries {
		query := q[i*dim : (i+1)*dim]
		for j := range n {
			sum := 0.0
			for l, v := range keys[j*dim : (j+1)*dim] {
				sum += float64(workloads.BF16Float(v)) * float64(query[l])
			}
			dst[i*n+j] = float32(sum)
		}
	}
}

// gather rounds y at every value: sums in fp64 would need room for a row of them.
// The error is that of fp32 sums in order, as in the other sets.
func gather(y, weights, values []float32, queries int) {
	dim, n := len(y)/queries, len(weights)/queries
	for i := range queries {
		row := y[i*dim : (i+1)*dim]
		for j, w := range weights[i*n : (i+1)*n] {
			for l, v := range values[j*dim : (j+1)*dim] {
				row[l] += w * v
			}
		}
	}
}

func gatherBF16(y, weights []float32, values []uint16, queries int) {
	dim, n := len(y)/queries, len(weights)/queries
	for i := range queries {
		row := y[i*dim : (i+1)*dim]
		for j, w := range weights[i*n : (i+1)*n] {
			for l, v := range values[j*dim : (j+1)*dim] {
				row[l] += w * workloads.BF16Float(v)
			}
		}
	}
}
