package onednn

// A Need is the memory of a task in bytes, counted before any is taken.
type Need struct {
	SetBytes  int64 // each operand set
	RestBytes int64 // buffers, scratch and the memory that operands are repacked from
}

// Total is the memory of a task with so many sets.
func (n Need) Total(sets int) int64 { return n.SetBytes*int64(sets) + n.RestBytes }

// objectBytes is what an operand takes in each set besides its data: two objects
// of the library with descriptors of 700 bytes, and what keeps them here.
const objectBytes = 2048

// Need is the memory that Fill takes.
func (g *graph) Need() Need {
	n, staging := Need{RestBytes: g.restBytes}, int64(0)
	for _, s := range g.storages {
		if s.operand == nil {
			n.RestBytes += s.bytes
			continue
		}
		n.SetBytes += s.bytes + objectBytes
		if s.operand.to != nil {
			staging = max(staging, storedBytes(s.operand.tensor))
		}
	}
	n.RestBytes += staging
	for _, node := range g.nodes {
		if node.varies() {
			n.SetBytes += int64(len(node.arguments)) * 16
		}
	}
	return n
}

// varies reports whether a node works on other memory in each set.
func (n node) varies() bool {
	for _, a := range n.arguments {
		if a.place.in.operand != nil {
			return true
		}
	}
	return false
}
