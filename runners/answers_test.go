package runners

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseHello(t *testing.T) {
	test := func(line string, ok bool) {
		t.Helper()
		_, err := parseHello(kindHello, []byte(line), 100, 200)
		require.Equal(t, ok, err == nil, "%v", err)
	}
	test(`{"protocol":1,"runner":"x","clock_ns":100}`, true)
	test(`{"protocol":1,"runner":"x","clock_ns":200,"more":[1]}`, true)
	test(`{"protocol":1,"runner":"x","clock_ns":99}`, false)
	test(`{"protocol":1,"runner":"x","clock_ns":201}`, false)
	test(`{"protocol":1,"runner":"x","clock_ns":150.0}`, false)
	test(`{"protocol":1,"runner":"x","clock_ns":null}`, false)
	test(`{"protocol":0,"runner":"x","clock_ns":150}`, false)
	test(`{"runner":"x","clock_ns":150}`, false)
}

// The window must lie where it can have run: 1000…2000 here.
func TestParseResult(t *testing.T) {
	test := func(line string, ok bool) {
		t.Helper()
		_, err := parseResult(kindResult, []byte(line), 100, 5, 1000, 2000)
		require.Equal(t, ok, err == nil, "%v", err)
	}
	test(`{"start_ns":1000,"end_ns":2000,"iters":5}`, true)
	test(`{"start_ns":1000,"end_ns":1100,"iters":100}`, true)
	test(`{"start_ns":999,"end_ns":2000,"iters":5}`, false)
	test(`{"start_ns":1000,"end_ns":2001,"iters":5}`, false)
	test(`{"start_ns":1000,"end_ns":1099,"iters":5}`, false)
	test(`{"start_ns":1500,"end_ns":1400,"iters":5}`, false)
	test(`{"start_ns":-9223372036854775808,"end_ns":2000,"iters":5}`, false)
	test(`{"start_ns":1000,"end_ns":9223372036854775807,"iters":5}`, false)
	test(`{"start_ns":1000,"end_ns":2000,"iters":4}`, false)
	test(`{"start_ns":1000,"end_ns":2000,"iters":-5}`, false)
	test(`{"start_ns":1000,"end_ns":2000,"iters":1001}`, false)
	test(`{"start_ns":1e3,"end_ns":2000,"iters":5}`, false)
}

// Times are 64-bit integers: through float64 this stamp would be another.
func TestStampsAreExact(t *testing.T) {
	const start = 1<<53 + 1
	r, err := parseResult(kindResult, []byte(`{"start_ns":9007199254740993,"end_ns":9007199254740995,"iters":1}`), 1, 1, 0, math.MaxInt64)
	require.NoError(t, err)
	require.Equal(t, Result{start, start + 2, 1}, r)
}

func TestParsePrepared(t *testing.T) {
	test := func(line string, ok bool) {
		t.Helper()
		_, err := parsePrepared(kindPrepared, []byte(line))
		require.Equal(t, ok, err == nil, "%v", err)
	}
	test(`{"kernel":"k","iters_hint":0.001,"sets":2}`, true)
	test(`{"kernel":"k","iters_hint":1,"sets":1}`, false)
	test(`{"kernel":"k","iters_hint":-1,"sets":2}`, false)
	test(`{"kernel":"k","iters_hint":null,"sets":2}`, false)
	test(`{"kernel":"k","iters_hint":1e400,"sets":2}`, false)
	test(`{"kernel":"","iters_hint":1,"sets":2}`, false)
	test(`{"kernel":"k","iters_hint":1,"sets":2,"memory_bytes":-1}`, false)
	test(`{"kernel":"k","iters_hint":1,"sets":2,"threads":-1}`, false)
	test(`{"kernel":"k","iters_hint":1,"sets":2,"libraries":["a"]}`, false)
}

// What a worker says is printed on terminals and kept in rows.
func TestTextIsPrintable(t *testing.T) {
	info, err := parsePrepared(kindPrepared, []byte(`{"kernel":"a\u001b[31m b\nc","libraries":{"l\u0007":"1\r2"},"iters_hint":1,"sets":2}`))
	require.NoError(t, err)
	require.Equal(t, "a [31m b c", info.Kernel)
	require.Equal(t, map[string]string{"l": "1 2"}, info.Libraries)
	h, err := parseError([]byte(`{"code":"failed","message":"bad\nthing.","remedy":"do \u001b this"}`))
	require.NoError(t, err)
	require.Equal(t, honest{ErrFailed, "bad thing: do   this"}, h)
}

func TestValues(t *testing.T) {
	got, err := appendValues([]float64{7}, 3, kindValues, []byte(`{"values":[0.1,null,-5e-324]}`))
	require.NoError(t, err)
	require.Equal(t, 7.0, got[0])
	require.Equal(t, 0.1, got[1])
	require.True(t, math.IsNaN(got[2]))
	require.Equal(t, -math.SmallestNonzeroFloat64, got[3])
}

// Every float64 survives the wire bit for bit, and what is not finite becomes null.
func TestNumberRoundTrip(t *testing.T) {
	for _, x := range []float64{0, math.Copysign(0, -1), 1.0 / 3, math.MaxFloat64, 5e-324, -1e21, 2147483647} {
		b, err := number(x).MarshalJSON()
		require.NoError(t, err)
		var back number
		require.NoError(t, back.UnmarshalJSON(b))
		require.Equal(t, math.Float64bits(x), math.Float64bits(float64(back)), string(b))
	}
	for _, x := range []float64{inf, -inf, math.NaN()} {
		b, err := number(x).MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, "null", string(b))
	}
}
