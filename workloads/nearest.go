package workloads

// Nearest returns the known name that is fewest single-letter edits away from
// name, the first of equals, or "" when more than half of name's letters
// (at least two) would have to change.
func Nearest(name string, known []string) string {
	best, limit := "", max(2, len(name)/2)
	for _, k := range known {
		if d := edits(name, k); d <= limit {
			best, limit = k, d-1
		}
	}
	return best
}

// edits is the Levenshtein distance in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}

// DidYouMean is the middle of a message about an unknown name, as in
// `no suite "quik": did you mean "quick"?`: from the colon on, or empty where
// nothing known is near.
func DidYouMean(name string, known []string) string {
	if n := Nearest(name, known); n != "" {
		return `: did you mean "` + n + `"?`
	}
	return ""
}
