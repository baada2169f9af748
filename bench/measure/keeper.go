package measure

import (
	"context"
	"fmt"
	"slices"

	"joulemark/results/joules"
	"joulemark/runners"
)

// A keeper holds the one living worker of a runner within a trial. When a step
// has killed it, the next step gets a fresh one; after two starts in a row that
// failed it gives up and says why for the rest of the trial.
type keeper struct {
	job     *Job
	runner  string
	worker  *runners.Worker
	standby map[string]joules.Span // of this worker by device, as far as taken
	failed  int                    // starts in a row
	lastErr error
}

const maxFailedStarts = 2

// get returns the living worker, starting one if need be.
func (k *keeper) get(ctx context.Context) (*runners.Worker, error) {
	if k.worker != nil && !k.worker.Dead() {
		return k.worker, nil
	}
	k.close()
	if k.failed >= maxFailedStarts {
		return nil, fmt.Errorf("the worker did not start twice: %w", k.lastErr)
	}
	l, err := k.job.launch(k.runner)
	if err == nil {
		k.worker, err = runners.Start(ctx, l)
	}
	if err != nil {
		k.failed, k.lastErr, k.worker = k.failed+1, err, nil
		return nil, err
	}
	k.failed, k.standby = 0, map[string]joules.Span{}
	return k.worker, nil
}

// close ends the worker, politely if it still answers.
func (k *keeper) close() {
	if k.worker != nil {
		k.worker.Close()
	}
	k.worker, k.standby = nil, nil
}

// kill ends the worker at once: what it holds may be broken.
func (k *keeper) kill() {
	if k.worker != nil {
		k.worker.Kill()
		k.worker.Close()
	}
	k.worker, k.standby = nil, nil
}

// keepers are those of one runner: one under the name "" for steps that stand alone,
// or one a device for steps of a crew.
type keepers map[string]*keeper

// of returns the keeper of a name.
func (k keepers) of(j *Job, runner, name string) *keeper {
	if k[name] == nil {
		k[name] = &keeper{job: j, runner: runner}
	}
	return k[name]
}

// only ends the workers of all names but these: an open context of a worker that does
// nothing costs power too.
func (k keepers) only(names []string) {
	for name, keeper := range k {
		if !slices.Contains(names, name) {
			keeper.close()
			delete(k, name)
		}
	}
}

func (k keepers) close() { k.only(nil) }

// kill ends all workers at once.
func (k keepers) kill() {
	for _, keeper := range k {
		keeper.kill()
	}
}
