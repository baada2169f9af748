package joules

import (
	"math/rand/v2"
	"testing"
	"time"
)

// BenchmarkMillion builds a series of a million readings and asks it a hundred
// thousand spans of 10 s.
func BenchmarkMillion(b *testing.B) {
	for _, d := range []Domain{
		counterOf(time.Millisecond, raplUnitJ, raplWrapJ),
		gaugeOf(GaugeInstant, 100*time.Millisecond, 0),
	} {
		b.Run(string(d.Kind), func(b *testing.B) {
			w := world{law: square(100, 300, 0.7), domain: d, noiseW: 1}
			rng := rand.New(rand.NewPCG(1, 1))
			points := make([]Point, 1e6)
			for i := range points {
				t := float64(i) / 10
				points[i] = Point{TimeS: t, ReadS: 1e-5, Value: w.value(t, rng), Status: StatusOK}
			}
			for b.Loop() {
				s := NewSeries(d, points)
				sum := 0.0
				for i := range 100_000 {
					sum += s.Energy(Span{float64(i)*0.9 + 1, float64(i)*0.9 + 11}).EnergyJ
				}
				if !(sum > 0) {
					b.Fatal("no energy")
				}
			}
		})
	}
}
