package runners

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"joulemark/workloads"
)

// checkMatmul is small enough for an interpreter and a multiple of what tensor cores
// ask for; its sums are long enough to tell fp32 from narrower types.
func checkMatmul(d workloads.DType, f workloads.Fill) workloads.Matmul {
	return workloads.Matmul{M: 32, N: 16, K: 32, Type: d, Fill: f}
}

// checkLayers have between them every part of a layer.
func checkLayers(d workloads.DType) []workloads.Layer {
	base := workloads.Layer{Model: workloads.Custom, Batch: 2, Hidden: 32, Heads: 4, KVHeads: 2, HeadDim: 8, FFN: 48, Eps: 1e-5, Type: d}
	prefill, decode, full := base, base, base
	prefill.Phase, prefill.Tokens, prefill.Norm, prefill.Act, prefill.Attention, prefill.Bias = workloads.Prefill, 19, workloads.LayerNormPre, workloads.GELUTanh, workloads.Causal, true
	decode.Phase, decode.Tokens, decode.Context, decode.Norm, decode.Act, decode.Attention, decode.RopeTheta = workloads.Decode, 1, 9, workloads.RMSNormPre, workloads.SwiGLU, workloads.Causal, 10000
	full.Phase, full.Tokens, full.Norm, full.Act, full.Attention, full.Bias = workloads.Prefill, 5, workloads.LayerNormPost, workloads.GELUErf, workloads.Full, true
	return []workloads.Layer{prefill, decode, full}
}

// strangers are requests that no runner knows all of.
func (c *checker) strangers() {
	unknown := map[string]any{"colour": "red", "later": map[string]any{"x": []int{1}}}
	err := c.raw(kindDevices, unknown, func(k kind, line []byte) error { _, _, err := parseDevices(k, line); return err })
	c.judge(1, "fields that it does not know are ignored", err, "read the fields that you know and leave the others")
	for _, n := range []struct {
		what  string
		field string
		value any
	}{
		{"an unknown kind of workload", "kind", "poem"},
		{"an unknown type", "dtype", "fp3"},
		{"another workload version", "version", 99},
		{"an unknown sparsity", "sparsity", "7:9"},
		{"an unknown packing", "pack", "never"},
	} {
		what := n.what + " is unsupported"
		err := c.nonsense(n.field, n.value)
		if errors.Is(err, ErrUnsupported) {
			c.ok("%s", what)
			continue
		}
		if err == nil {
			err = errors.New("it prepared it")
		}
		c.wrong(6, what+": "+c.reason(err), `answer error with the code "unsupported" for what you do not know, and live on`)
	}
}

// nonsense asks for a matmul with a field that no runner knows so.
func (c *checker) nonsense(field string, value any) error {
	encoded, err := workloads.Encode(checkMatmul(workloads.FP32, workloads.Uniform))
	if err != nil {
		return err
	}
	workload := map[string]any{}
	if err := json.Unmarshal(encoded, &workload); err != nil {
		return err
	}
	workload[field] = value
	return c.raw(kindPrepare, map[string]any{"workload": workload, "device": c.device.ID, "seed": 1, "threads": 1},
		func(k kind, line []byte) error { _, err := parsePrepared(k, line); return err })
}

// raw sends a request of any fields.
func (c *checker) raw(k kind, fields map[string]any, accept func(kind, []byte) error) error {
	w, err := c.worker()
	if err != nil {
		return err
	}
	return w.ask(c.ctx, k, w.limits.Prepare, func(h header) any {
		fields["type"], fields["id"] = h.Type, h.ID
		return fields
	}, func(k kind, line []byte, _, _ int64) error { return accept(k, line) })
}

// types asks for every type, in a matmul and in layers.
func (c *checker) types() {
	for _, d := range workloads.DTypes() {
		if d == workloads.INT32 {
			continue // a result's type only
		}
		c.supports("matmul in "+string(d), checkMatmul(d, workloads.Uniform))
		for _, l := range checkLayers(d) {
			if workloads.Computable(l) == nil {
				c.supports(fmt.Sprintf("%s of a layer in %s (%s, %s, %s)", l.Phase, d, l.Norm, l.Act, l.Attention), l)
			}
		}
	}
}

// supports prepares a workload, does two iterations and holds the output against
// float64, as the conductor does before it measures.
func (c *checker) supports(what string, w workloads.Workload) {
	info, err := c.prepare(w, checkSeed)
	if errors.Is(err, ErrUnsupported) {
		c.ok("%s: unsupported, and says so", what)
		return
	}
	if err != nil {
		c.wrong(3, what+": "+c.reason(err), `answer prepared, or error with the code "unsupported" and what to do instead`)
		return
	}
	if c.able == nil {
		c.able = w
	}
	if info.Threads > 1 {
		c.wrong(3, fmt.Sprintf("%s: one thread was asked for and it says that it uses %d", what, info.Threads), "compute with no more than `threads` threads")
	}
	err = c.verified(w, checkSeed, info, 2)
	c.judge(9, fmt.Sprintf("%s: two iterations on two of %d sets, values right (%s)", what, info.Sets, info.Kernel), err,
		"compute iteration i on set i mod sets, with the operands of section 8 and the arithmetic of section 6")
}

// operands makes the fills and the ends of the seeds' range.
func (c *checker) operands() {
	for _, f := range []workloads.Fill{workloads.Normal, workloads.Integers, workloads.Zeros} {
		w := c.able
		if m, ok := w.(workloads.Matmul); ok {
			m.Fill = f
			w = m
		}
		what := fmt.Sprintf("operands of the fill %s, seed 0", f)
		info, err := c.prepare(w, 0)
		if errors.Is(err, ErrUnsupported) {
			c.ok("%s: unsupported, and says so", what)
			continue
		}
		if err == nil {
			err = c.verified(w, 0, info, 1)
		}
		c.judge(8, what, err, "make operands bit for bit as defined there")
	}
	info, err := c.prepare(c.able, math.MaxInt64)
	if err == nil {
		err = c.verified(c.able, math.MaxInt64, info, 1)
	}
	c.judge(1, "operands of the largest seed, 2^63-1", err, "read integers as 64-bit integers, not as doubles")
}

// answers looks at how values are given.
func (c *checker) answers() {
	d := workloads.FP64
	if _, err := c.prepare(checkMatmul(d, workloads.Uniform), checkSeed); err != nil {
		d = workloads.FP32
	}
	w := checkMatmul(d, workloads.Uniform)
	if _, err := c.prepare(w, checkSeed); err != nil {
		return // no such matmul: the lines above say so
	}
	if _, err := c.run(0, 1); err != nil {
		c.judge(3, "one iteration", err, "answer result")
		return
	}
	points := []int64{5, 0, workloads.OutputLen(w) - 1, 5, 17}
	err := c.sameOrder(points)
	c.judge(3, "verify answers its points in their order, repeated ones too", err, "send one value a point, in the order of the points")
	digits, err := c.digits(points)
	if want := map[workloads.DType]int{workloads.FP64: 15, workloads.FP32: 8}[d]; err == nil && digits < want {
		err = fmt.Errorf("the longest %s value has %d digits", d, digits)
	}
	c.judge(3, "values are finite and keep their digits", err, "send 17 significant digits, which keep a double")
	many := make([]int64, maxPoints)
	values, err := c.w.Verify(c.ctx, many)
	if err == nil && slices.ContainsFunc(values, func(v float64) bool { return v != values[0] }) {
		err = errors.New("one point asked for many times has several values")
	}
	c.judge(3, fmt.Sprintf("verify takes %d points at once", maxPoints), err, "take up to that many")
}

func (c *checker) sameOrder(points []int64) error {
	together, err := c.w.Verify(c.ctx, points)
	if err != nil {
		return err
	}
	for i, p := range points {
		alone, err := c.w.Verify(c.ctx, []int64{p})
		if err != nil {
			return err
		}
		if alone[0] != together[i] {
			return fmt.Errorf("point %d is %v alone and %v among others", p, alone[0], together[i])
		}
	}
	return nil
}

// digits is the number of significant digits of the longest value.
func (c *checker) digits(points []int64) (most int, err error) {
	err = c.raw(kindVerify, map[string]any{"points": points}, func(k kind, line []byte) error {
		a, err := parse[struct{ Values []*json.Number }](kindValues, k, line)
		for _, v := range a.Values {
			if v == nil {
				return errors.New("a value is null")
			}
			number, _, _ := strings.Cut(strings.ToLower(v.String()), "e")
			number = strings.TrimLeft(strings.NewReplacer("-", "", ".", "").Replace(number), "0")
			most = max(most, len(number))
		}
		return err
	})
	return most, err
}
