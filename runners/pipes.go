package runners

import "os"

// pipes are the three pipes of a process: ends for it and ends for us, each in
// the order stdin, stdout, stderr.
type pipes struct{ theirs, ours [3]*os.File }

func newPipes() (*pipes, error) {
	p := &pipes{}
	for i := range p.theirs {
		r, w, err := os.Pipe()
		if err != nil {
			p.closeTheirs()
			p.closeOurs()
			return nil, err
		}
		p.theirs[i], p.ours[i] = w, r
		if i == 0 {
			p.theirs[i], p.ours[i] = r, w
		}
	}
	return p, nil
}

func (p *pipes) closeTheirs() { closeAll(p.theirs[:]) }

// closeOurs unblocks whoever still reads or writes.
func (p *pipes) closeOurs() { closeAll(p.ours[:]) }

func closeAll(files []*os.File) {
	for _, f := range files {
		if f != nil {
			_ = f.Close() // closing twice and closing a pipe lose nothing
		}
	}
}
