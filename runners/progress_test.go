package runners

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// alive answers a request after so many progress messages, one every so often,
// on the bubble's clock, so that no machine is too slow for it.
func alive(t *testing.T, k kind, messages int, every, limit time.Duration) (err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &Worker{launch: Launch{Runner: "x"}, exited: make(chan struct{})}
		close(w.exited) // there is no process to kill
		r := &request{header: header{k, 1}, progress: make(chan struct{}, 1), done: make(chan struct{})}
		w.pending = []*request{r}
		finished := make(chan struct{})
		go func() {
			defer close(finished)
			for range messages {
				time.Sleep(every)
				_, _ = w.take([]byte(`{"type":"progress","id":1,"message":"compiling"}`), 0)
			}
			_, _ = w.take([]byte(`{"type":"error","id":1,"code":"unsupported","message":"done"}`), 0)
		}()
		err = w.await(t.Context(), r, limit)
		<-finished
	})
	return err
}

func TestProgressExtendsPrepare(t *testing.T) {
	require.ErrorIs(t, alive(t, kindPrepare, 50, time.Minute, 90*time.Second), ErrUnsupported, "an answer came in the end")
}

func TestSilenceEndsPrepare(t *testing.T) {
	err := alive(t, kindPrepare, 1, 2*time.Minute, 90*time.Second)
	require.ErrorIs(t, err, ErrFailed)
	require.ErrorContains(t, err, "no answer to prepare within 1m30s")
}

func TestProgressExtendsNothingElse(t *testing.T) {
	require.ErrorContains(t, alive(t, kindRun, 50, time.Minute, 90*time.Second), "no answer to run within 1m30s")
}

func TestRunLimit(t *testing.T) {
	l := Limits{}.withDefaults()
	require.Equal(t, 60*time.Second, l.run(10*time.Second))
	require.Equal(t, 30*time.Second, l.run(0))
	require.Equal(t, 65*time.Millisecond, Limits{RunFactor: 2, RunSlack: 5 * time.Millisecond}.run(30*time.Millisecond))
}
