"""A transformer layer, prefill and decode, by the definition in PROTOCOL.md.

Everything between two stores is computed in Python's float64; `store` is where
a tensor of the declared type would be written to memory, in tf32 as fp32.
"""
import math

from operands import STORE, key_of, operand

# What scales the tensors besides x down for each fill, in powers of two.
FILL_SHIFT = {"uniform": 0, "zeros": 0, "normal": 1, "integers": 2}


def weight_shift(fan_in):
    s = 0
    while 3 * 4 ** (s + 1) <= 2 * fan_in:
        s += 1
    return s


def tensors(w):
    """name -> (index, shape, shift, offset) of every tensor that w has."""
    h, f, t, c = w["hidden"], w["ffn"], w["tokens"], w["context"]
    q, p = w["heads"] * w["head_dim"], w["kv_heads"] * w["head_dim"]
    cache = (w["batch"], w["kv_heads"], c, w["head_dim"])
    layer_norm, gated, bias = w["norm"] != "rmsnorm_pre", w["act"] == "swiglu", w["bias"]
    table = [
        ("x", (w["batch"], t, h), 0, 0, True),
        ("wqkv", (h, q + 2 * p), weight_shift(h), 0, True),
        ("bqkv", (q + 2 * p,), 3, 0, bias),
        ("wo", (q, h), weight_shift(q), 0, True),
        ("bo", (h,), 3, 0, bias),
        ("norm1_gain", (h,), 3, 1, True),
        ("norm1_bias", (h,), 3, 0, layer_norm),
        ("norm2_gain", (h,), 3, 1, True),
        ("norm2_bias", (h,), 3, 0, layer_norm),
        ("wgate", (h, f), weight_shift(h), 0, gated),
        ("bgate", (f,), 3, 0, gated and bias),
        ("wup", (h, f), weight_shift(h), 0, True),
        ("bup", (f,), 3, 0, bias),
        ("wdown", (f, h), weight_shift(f), 0, True),
        ("bdown", (h,), 3, 0, bias),
        ("k_cache", cache, -1, 0, c > 0),
        ("v_cache", cache, -1, 0, c > 0),
    ]
    more = FILL_SHIFT[w["fill"]]
    return {name: (i, shape, shift + (more if i else 0), offset)
            for i, (name, shape, shift, offset, there) in enumerate(table) if there}


def make(w, seed, set_):
    return {name: operand(w["dtype"], w["fill"], key_of(seed, set_, i), math.prod(shape), shift, offset)
            for name, (i, shape, shift, offset) in tensors(w).items()}


class Layer:
    kernel = "python, by definition"
    SETS = 2

    def __init__(self, w, seed):
        self.w = w
        self.store = STORE["fp32" if w["dtype"] == "tf32" else w["dtype"]]
        self.sets = [make(w, seed, s) for s in range(self.SETS)]
        self.output = None

    def iterate(self, i):
        t = self.sets[i % self.SETS]
        self.output = [v for b in range(self.w["batch"]) for row in self.sequence(t, b) for v in row]

    def sequence(self, t, b):
        """Output rows of one sequence."""
        w, h, tokens = self.w, self.w["hidden"], self.w["tokens"]
        x = [t["x"][(b * tokens + i) * h:(b * tokens + i + 1) * h] for i in range(tokens)]
        post = w["norm"] == "layernorm_post"
        norm1 = lambda row: self.norm(row, t["norm1_gain"], t.get("norm1_bias"))
        norm2 = lambda row: self.norm(row, t["norm2_gain"], t.get("norm2_bias"))
        n = x if post else [norm1(row) for row in x]
        a = self.attention(t, b, [self.linear(row, t["wqkv"], t.get("bqkv")) for row in n])
        y = []
        for xi, ai in zip(x, a):
            mid = self.stored(map(sum, zip(xi, self.linear(ai, t["wo"], t.get("bo")))))
            mid = norm1(mid) if post else mid
            u = self.stored(self.feed(t, mid if post else norm2(mid)))
            out = self.stored(map(sum, zip(mid, self.linear(u, t["wdown"], t.get("bdown")))))
            y.append(norm2(out) if post else out)
        return y

    def stored(self, row):
        return [self.store(v) for v in row]

    def linear(self, x, weight, bias):
        """x W + bias, not stored. W is row-major, one row an element of x."""
        width = len(weight) // len(x)
        out = list(bias) if bias else [0.0] * width
        for k, v in enumerate(x):
            for j, m in enumerate(weight[k * width:(k + 1) * width]):
                out[j] += v * m
        return out

    def norm(self, x, gain, bias):
        mean = sum(x) / len(x) if bias else 0.0
        scale = 1 / math.sqrt(sum((v - mean) ** 2 for v in x) / len(x) + self.w["eps"])
        out = [(v - mean) * scale * g for v, g in zip(x, gain)]
        return self.stored(map(sum, zip(out, bias)) if bias else out)

    def feed(self, t, m):
        up = self.linear(m, t["wup"], t.get("bup"))
        if self.w["act"] == "swiglu":
            gate = self.linear(m, t["wgate"], t.get("bgate"))
            return [g / (1 + math.exp(-g)) * u for g, u in zip(gate, up)]
        if self.w["act"] == "gelu_erf":
            return [0.5 * v * (1 + math.erf(v / math.sqrt(2))) for v in up]
        return [0.5 * v * (1 + math.tanh(math.sqrt(2 / math.pi) * (v + 0.044715 * v ** 3))) for v in up]

    def attention(self, t, b, qkv):
        """Attention rows of one sequence from q, k, v of its new tokens."""
        w, d = self.w, self.w["head_dim"]
        heads, groups, past = w["heads"], w["kv_heads"], w["context"] - (w["phase"] == "decode")
        new = [self.split(row, past + i) for i, row in enumerate(qkv)]
        out = []
        for i, row in enumerate(new):
            seen = len(new) if w["attention"] == "full" else i + 1
            result = []
            for head in range(heads):
                g = head // (heads // groups)
                keys = self.cached(t, "k_cache", b, g, past) + [r[heads + g] for r in new[:seen]]
                values = self.cached(t, "v_cache", b, g, past) + [r[heads + groups + g] for r in new[:seen]]
                result += self.mix(row[head], keys, values, 1 / math.sqrt(d))
            out.append(self.stored(result))
        return out

    def split(self, row, position):
        """The heads of q, k and v, q and k rotated, as stored."""
        d, turned = self.w["head_dim"], self.w["heads"] + self.w["kv_heads"]
        parts = [row[i:i + d] for i in range(0, len(row), d)]
        if self.w["rope_theta"]:
            parts[:turned] = [self.rotated(p, position) for p in parts[:turned]]
        return [self.stored(p) for p in parts]

    def rotated(self, head, position):
        half = len(head) // 2
        angles = [position * self.w["rope_theta"] ** (-2 * j / len(head)) for j in range(half)]
        low, high = head[:half], head[half:]
        return ([x * math.cos(a) - y * math.sin(a) for x, y, a in zip(low, high, angles)] +
                [y * math.cos(a) + x * math.sin(a) for x, y, a in zip(low, high, angles)])

    def cached(self, t, name, b, group, entries):
        d = self.w["head_dim"]
        first = (b * self.w["kv_heads"] + group) * self.w["context"]
        return [t[name][(first + e) * d:(first + e + 1) * d] for e in range(entries)]

    def mix(self, query, keys, values, scale):
        scores = [sum(map(lambda x, y: x * y, query, k)) * scale for k in keys]
        top = max(scores)
        weights = [math.exp(s - top) for s in scores]
        total = sum(weights)
        return [sum(p * v[j] for p, v in zip(weights, values)) / total for j in range(len(query))]
