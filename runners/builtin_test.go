package runners

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"joulemark/workloads"
)

// operandTypes are all types that a matmul can have.
func operandTypes() []workloads.DType {
	all := workloads.DTypes()
	return all[:len(all)-1] // the last, int32, is of results only
}

// The runners of this build through the wire, as they are measured.
func TestBuiltInRunners(t *testing.T) {
	decode := workloads.Layer{Model: workloads.Custom, Phase: workloads.Decode, Context: 40, Hidden: 64, Heads: 4, KVHeads: 2, HeadDim: 16, FFN: 96,
		Norm: workloads.RMSNormPre, Act: workloads.SwiGLU, Attention: workloads.Causal, RopeTheta: 10000, Eps: 1e-5}
	w, err := Start(t.Context(), Launch{Runner: "cpu", Argv: []string{os.Args[0]}, Env: []string{fakeWorker + "=cpu"}, Limits: Limits{Exit: patient}})
	require.NoError(t, err)
	require.Equal(t, "cpu", w.Hello().Runner)
	for _, d := range operandTypes() {
		wl := workloads.Matmul{M: 33, N: 65, K: 140, Type: d}
		require.NoError(t, drive(t.Context(), w, wl), wl.Name())
		if d.InLayer() {
			decode.Type = d
			require.NoError(t, drive(t.Context(), w, decode), decode.Name())
		}
	}
	require.NoError(t, w.Close())
}
