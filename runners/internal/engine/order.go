package engine

// An order is a permutation of 0…n-1: i -> i*stride mod n, stride coprime to n.
type order struct{ n, stride int }

func inOrder(n int) order { return order{n, 1} }

// spread visits chunks so that any prefix samples the whole range evenly (a
// stride near the golden section), because chunks of causal attention grow in
// cost and the first ones alone would say too little.
func spread(n int) order {
	stride := max(1, int(float64(n)*0.6180339887498949))
	for gcd(stride, n) != 1 {
		stride++
	}
	return order{n, stride}
}

func (o order) at(i int) int { return i * o.stride % o.n }

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
