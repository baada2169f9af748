package runners

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"joulemark/workloads"
)

// PROTOCOL.md is what strangers build on, so all that it shows is run here.

func document(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile("PROTOCOL.md")
	require.NoError(t, err)
	return string(b)
}

// block is the text of the one fenced block of that language.
func block(t testing.TB, language string) string {
	t.Helper()
	parts := strings.Split(document(t), "\n```"+language+"\n")
	require.Len(t, parts, 2)
	text, _, found := strings.Cut(parts[1], "\n```\n")
	require.True(t, found)
	return text
}

// table is the cells of the one table whose header begins so, without the rule.
func table(t *testing.T, header string) (rows [][]string) {
	t.Helper()
	parts := strings.Split(document(t), "\n| "+header+" |")
	require.Len(t, parts, 2)
	lines := strings.Split(parts[1], "\n")
	for _, line := range lines[2:] {
		if !strings.HasPrefix(line, "| ") {
			return rows
		}
		rows = append(rows, strings.Split(strings.Trim(line, "| "), " | "))
	}
	return rows
}

// The lines of the transcript: what a conductor writes is byte for byte what this
// one writes, and our worker answers it with messages of the types shown.
func TestDocumentRequests(t *testing.T) {
	var requests, wanted []string
	for line := range strings.Lines(block(t, "transcript")) {
		direction, text := line[:3], strings.TrimSpace(line[3:])
		h, err := parseHeader([]byte(text))
		require.NoError(t, err)
		switch {
		case direction == "-> ":
			requests = append(requests, strings.Replace(text, `"device":"gpu:0"`, `"device":"cpu"`, 1))
			require.Equal(t, text, rewritten(t, h.Type, text))
		case h.Type != kindProgress:
			wanted = append(wanted, fmt.Sprint(h.Type, " ", h.ID))
		}
	}
	var got []string
	for _, a := range talk(t, "honest", requests...) {
		got = append(got, fmt.Sprint(a["type"], " ", a["id"]))
	}
	require.Equal(t, wanted, got)
}

// rewritten reads a request and writes it as the conductor does. No field may be
// shown that does not exist, and no workload that is not as Encode gives it.
func rewritten(t *testing.T, k kind, text string) string {
	t.Helper()
	request := map[kind]any{
		kindHello: &helloRequest{}, kindPrepare: &prepareRequest{}, kindRun: &runRequest{}, kindVerify: &verifyRequest{},
		kindDevices: &header{}, kindBye: &header{},
	}[k]
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(request), text)
	if p, ok := request.(*prepareRequest); ok {
		w, err := workloads.DecodeJSON(p.Workload)
		require.NoError(t, err)
		p.Workload, err = workloads.Encode(w)
		require.NoError(t, err)
	}
	b, err := json.Marshal(request)
	require.NoError(t, err)
	return string(b)
}

// The answers of the transcript, as the conductor takes them, in a session whose
// requests were sent in time.
func TestDocumentAnswers(t *testing.T) {
	seen, runs := map[kind]int{}, []runRequest{}
	var afterNS int64
	var last Result
	var info Info
	for line := range strings.Lines(block(t, "transcript")) {
		text := []byte(strings.TrimSpace(line[3:]))
		h, err := parseHeader(text)
		require.NoError(t, err)
		if line[:3] == "-> " {
			var run runRequest
			if h.Type == kindRun {
				require.NoError(t, json.Unmarshal(text, &run))
				runs = append(runs, run)
			}
			continue
		}
		seen[h.Type]++
		switch h.Type {
		case kindHello:
			var a helloAnswer
			require.NoError(t, json.Unmarshal(text, &a))
			afterNS = *a.ClockNS
			_, err = parseHello(h.Type, text, afterNS, afterNS)
		case kindDevices:
			_, _, err = parseDevices(h.Type, text)
		case kindPrepared:
			info, err = parsePrepared(h.Type, text)
		case kindProgress:
			_, err = parse[progressAnswer](kindProgress, h.Type, text)
		case kindError:
			_, err = parseError(text)
		case kindResult:
			require.Equal(t, runs[0].ID, h.ID)
			last, err = parseResult(h.Type, text, runs[0].MinNS, runs[0].MinIters, afterNS, math.MaxInt64)
			afterNS, runs = last.EndNS, runs[1:]
		case kindValues:
			requireValues(t, exampleMatmul, 7, (last.Iters-1)%info.Sets, text)
		}
		require.NoError(t, err, "%s", text)
	}
	require.Equal(t, map[kind]int{kindHello: 1, kindDevices: 1, kindPrepared: 1, kindProgress: 1, kindError: 1, kindResult: 2, kindValues: 1}, seen)
}

var exampleMatmul = workloads.Matmul{M: 2, N: 3, K: 4, Type: workloads.FP32}

// requireValues holds the values of a JSON object against the reference.
func requireValues(t *testing.T, w workloads.Workload, seed uint64, set int, text []byte) {
	t.Helper()
	var a valuesAnswer
	require.NoError(t, json.Unmarshal(text, &a))
	points, values := make([]Point, len(a.Values)), make([]float64, len(a.Values))
	for i, v := range a.Values {
		points[i], values[i] = Point(i), float64(v)
	}
	require.EqualValues(t, workloads.OutputLen(w), len(values))
	r, err := workloads.NewChecker(seed).Ratio(w, set, points, values)
	require.NoError(t, err)
	require.LessOrEqual(t, r, 1.0)
}

// Whole outputs.
func TestDocumentOutputs(t *testing.T) {
	d := json.NewDecoder(strings.NewReader(block(t, "vectors")))
	n := 0
	for ; d.More(); n++ {
		var line json.RawMessage
		require.NoError(t, d.Decode(&line))
		var v struct {
			Seed     uint64
			Set      int
			Workload json.RawMessage
		}
		require.NoError(t, json.Unmarshal(line, &v))
		w, err := workloads.DecodeJSON(v.Workload)
		require.NoError(t, err)
		requireValues(t, w, v.Seed, v.Set, line)
	}
	require.Equal(t, 9, n)
}

// The table of operand values, each from its stored pattern too.
func TestDocumentVectors(t *testing.T) {
	rows := table(t, "seed | set | tensor | index | fill | dtype | shift | offset | value | bits")
	seen := map[string]bool{}
	for _, r := range rows {
		seen[r[5]+" "+r[4]] = true
		require.Len(t, r, 10)
		n := func(column int) int { v, err := strconv.Atoi(r[column]); require.NoError(t, err); return v }
		seed, err := strconv.ParseUint(r[0], 10, 64)
		require.NoError(t, err)
		value, err := strconv.ParseFloat(r[8], 64)
		require.NoError(t, err)
		tensor := workloads.Tensor{Index: n(2), Fill: workloads.Fill(r[4]), Type: workloads.DType(r[5]), Shift: n(6), Offset: float64(n(7))}
		require.Equal(t, tensor.At(seed, n(1), uint64(n(3))), value, "%v", r)
		require.Equal(t, patterns(tensor.Type, value), r[9], "%v", r)
	}
	require.Len(t, seen, 4*len(operandTypes()), "every type and fill")
}

// The table of matmuls has every type, with the type that its result has.
func TestDocumentTypes(t *testing.T) {
	var got, want []string
	for _, r := range table(t, "dtype | A, B | products and sums | C") {
		result, _, _ := strings.Cut(r[3], ",")
		got = append(got, r[0]+" gives "+result)
	}
	for _, d := range operandTypes() {
		want = append(want, string(d)+" gives "+string(d.Out()))
	}
	require.Equal(t, want, got)
}

func patterns(d workloads.DType, value float64) string {
	switch d {
	case workloads.FP64:
		return fmt.Sprintf("%016x", math.Float64bits(value))
	case workloads.FP32, workloads.TF32:
		return fmt.Sprintf("%08x", math.Float32bits(float32(value)))
	case workloads.FP16, workloads.BF16:
		return fmt.Sprintf("%04x", workloads.Bits(d, value))
	case workloads.FP8E4M3, workloads.FP8E5M2:
		return fmt.Sprintf("%02x", workloads.Bits(d, value))
	}
	return fmt.Sprintf("%02x", uint8(int8(value)))
}

// The table of keys and words, by the six lines that PROTOCOL.md gives, and those
// against what the fp64 fill shows of a word.
func TestDocumentWords(t *testing.T) {
	const g = 0x9E3779B97F4A7C15
	mix := func(z uint64) uint64 {
		z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
		z = (z ^ z>>27) * 0x94D049BB133111EB
		return z ^ z>>31
	}
	rows := table(t, "seed | s | t | key | word(0) | word(1) | word(2^32)")
	require.Len(t, rows, 3)
	for _, r := range rows {
		n := func(column int) uint64 {
			v, err := strconv.ParseUint(r[column], 10, 64)
			require.NoError(t, err)
			return v
		}
		key := mix(mix(mix(n(0)+g)+g*(n(1)+1)) + g*(n(2)+1))
		require.Equal(t, fmt.Sprintf("%016x", key), r[3])
		for column, i := range map[int]uint64{4: 0, 5: 1, 6: 1 << 32} {
			word := mix(key + g*(i+1))
			require.Equal(t, fmt.Sprintf("%016x", word), r[column])
			tensor := workloads.Tensor{Index: int(n(2)), Type: workloads.FP64, Fill: workloads.Uniform}
			require.Equal(t, math.Ldexp(float64(int64(word>>11)-1<<52), -52), tensor.At(n(0), int(n(1)), i))
		}
	}
	for i := range uint64(3) {
		require.True(t, bytes.Contains([]byte(document(t)), fmt.Appendf(nil, "%016x", mix(g*(i+1)))))
	}
}

// The numbers of the table of limits are the defaults.
func TestDocumentLimits(t *testing.T) {
	l := Limits{}.withDefaults()
	want := [][]string{
		{"`hello`, `devices`, each `verify`", fmt.Sprintf("%.0f s", l.Hello.Seconds())},
		{"`prepare`", fmt.Sprintf("%.0f s since the request or the last `progress`", l.Prepare.Seconds())},
		{"`run`", map[float64]string{3: "three"}[l.RunFactor] + fmt.Sprintf(" times the expected time, and %.0f s", l.RunSlack.Seconds())},
		{"ending after `bye` or the end of stdin", fmt.Sprintf("%.0f s", l.Exit.Seconds())},
		{"taking a request from stdin", fmt.Sprintf("%.0f s", l.Write.Seconds())},
		{"bytes without an answer, `progress` included", fmt.Sprintf("%d MiB", l.IdleBytes>>20)},
	}
	require.Equal(t, want, table(t, "| limit"))
	require.Equal(t, l.Hello, l.Devices)
	require.Equal(t, l.Hello, l.Verify)
	require.Equal(t, 1_048_576, l.LineBytes)
}
