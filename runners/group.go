package runners

// Group is the number of the worker's process group: its CPU time is ours and no
// competitor's.
func (w *Worker) Group() int { return w.cmd.Process.Pid }
