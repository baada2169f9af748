package gemm

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"joulemark/runners/internal/isa"
)

const standIn = "JOULEMARK_TEST_VNNI_BY_EVEX"

// Few processors have AVX-VNNI without being asked; many more have VPDPBUSD of ymm
// in AVX-512. There the same tests run in a build whose VPDPBUSD is that one: all
// but the encoding is tested, and that is asm's TestVPDPBUSD256.
func TestByteProductsByStandIn(t *testing.T) {
	set, err := isa.Choose(isa.AVX512)
	if err != nil || !set.VNNI {
		t.Log("not run: this processor has no AVX512_VNNI")
		return
	}
	cmd := exec.Command("go", "test", "-overlay", overlay(t), "-run", "Exact|Fences|ThroughDriver", ".")
	cmd.Env = append(os.Environ(), standIn+"=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// The driver's part of VPDPBUSD is what it takes away again for A + 128. It runs in the
// build with the stand-in alone.
func TestByteProductsThroughDriver(t *testing.T) {
	if os.Getenv(standIn) == "" {
		return
	}
	k, r := avx2(isa.Set{Name: isa.AVX2, VNNI: true}, INT8), rand.New(rand.NewPCG(7, 0))
	for range 300 {
		t.Run("", func(t *testing.T) { randomTrial(r, 130).check(t, k) })
	}
}

// overlay replaces the bytes of each VPDPBUSD by the text that stands behind them.
func overlay(t *testing.T) string {
	t.Helper()
	const name = "avx2_amd64.s"
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	inBytes := regexp.MustCompile(`BYTE .* // (VPDPBUSD .*)`)
	if !inBytes.Match(text) {
		t.Fatal("no VPDPBUSD in ", name)
	}
	there, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	here := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(here, inBytes.ReplaceAll(text, []byte("$1")), 0o600); err != nil {
		t.Fatal(err)
	}
	list, err := json.Marshal(map[string]map[string]string{"Replace": {there: here}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "overlay.json")
	if err := os.WriteFile(file, list, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
