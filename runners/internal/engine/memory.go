package engine

import "errors"

// ErrMemory is wrapped by the error of New when the system does not give the memory
// of a task; the message says how much it was.
var ErrMemory = errors.New("not enough memory")

// slack behind the last piece can be read: kernels may load a whole vector, or the
// prefetcher a page, beyond an end.
const slack = 4 << 10
