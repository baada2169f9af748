package workloads

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

// factor is how many times the RMS difference between reference and rounded
// reference the RMS error of a row may be: 4, which is right for what is stored
// rounded to nearest.
//
// fp32 has 32, because there most error comes from accumulating, which the rounded
// reference does not do. That error grows with the square root of the longest sum,
// and so does the 32 beyond sums of 2048; TF32 and bf16 stay dozens of times above it.
//
// tf32 has 8: multipliers that ignore the low bits of activations, cutting them off
// instead of rounding, make 2 to 6.5 times the difference in the layers of the
// tests, and those that round both operands to bf16 9 to 18 times.
//
// int8 has 1.25 + 6 / sqrt(Hidden), because a step twice as large makes twice the
// difference and no more. Where a runner quantises other roundings of the same numbers
// its errors are others of the same size, so that the quotient of the two RMS varies
// by about 1 / sqrt(Hidden): of honest runners 1.86, 1.52, 1.24, 1.10 and 1.05 was the
// most for 32, 64, 128, 768 and 2048, of seven bits 1.65 the least from 128 on. Weights
// of six bits make 1.3 to 2.3, less where a few activations are far above the others
// (SwiGLU with a large FFN), and are not always found there; those of five bits are.
func (l Layer) factor() float64 {
	switch l.Type {
	case TF32:
		return 8
	case INT8:
		return 1.25 + 6/math.Sqrt(float64(l.Hidden))
	case FP16, BF16:
		return 4
	}
	longest := max(l.longestProduct(), l.past()+l.Tokens)
	return 32 * math.Sqrt(max(1, float64(longest)/2048))
}

// layerKey names one computed reference.
type layerKey struct {
	name          string
	set, sequence int
	tokens        string
}

// layerRows are reference rows by token, and what each row's RMS error may be.
type layerRows struct {
	rows  map[int][]float64
	bound map[int]float64
}

// layerRatio is the largest row ratio. Rows are judged one by one so that an
// error in one token is not diluted by the others.
func (c *Checker) layerRatio(l Layer, set int, points []int64, values []float64) (float64, error) {
	worst := 0.0
	for sequence, tokens := range l.byRow(points) {
		ref := c.layer(l, set, sequence, slices.Sorted(maps.Keys(tokens)))
		for token, asked := range tokens {
			errs := 0.0
			for _, n := range asked {
				errs += square(values[n] - ref.rows[token][points[n]%int64(l.Hidden)])
			}
			rms := math.Sqrt(errs / float64(len(asked)))
			worst = max(worst, finite(relative(rms, ref.bound[token])))
		}
	}
	return worst, nil
}

// byRow groups the positions in points by sequence and token.
func (l Layer) byRow(points []int64) map[int]map[int][]int {
	rows := map[int]map[int][]int{}
	for n, p := range points {
		row := int(p / int64(l.Hidden))
		sequence, token := row/l.Tokens, row%l.Tokens
		if rows[sequence] == nil {
			rows[sequence] = map[int][]int{}
		}
		rows[sequence][token] = append(rows[sequence][token], n)
	}
	return rows
}

// layer returns the reference for the tokens, ascending, of a sequence, computing
// it at most once.
func (c *Checker) layer(l Layer, set, sequence int, tokens []int) layerRows {
	key := layerKey{l.Name(), set, sequence, fmt.Sprint(tokens)}
	if found, ok := c.layers[key]; ok {
		return found
	}
	y := newReference(l, c.seed, set, sequence, tokens).rows()
	out := layerRows{map[int][]float64{}, map[int]float64{}}
	for i, token := range tokens {
		row := y.both(i)
		out.rows[token] = row[0]
		out.bound[token] = l.factor() * rmsDifference(row[0], row[1])
	}
	c.layers[key] = out
	return out
}

func rmsDifference(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += square(a[i] - b[i])
	}
	return math.Sqrt(sum / float64(len(a)))
}
