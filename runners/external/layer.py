"""A transformer layer, prefill and decode, as PROTOCOL.md section 6 defines it."""
import math

import torch
import torch.nn.functional as F

import attention
import norms
import operands
import precision
import products
from task import Task, maker
from wire import Unsupported

TYPES = ("fp32", "tf32", "fp16", "bf16")
# What scales the tensors besides x down for each fill, in powers of two.
FILL_SHIFT = {"uniform": 0, "zeros": 0, "normal": 1, "integers": 2}
FORM = {"gelu_tanh": "tanh", "gelu_erf": "none"}


def weight_shift(fan_in):
    s = 0
    while 3 * 4 ** (s + 1) <= 2 * fan_in:
        s += 1
    return s


def tensors(w):
    """name -> (number, shape, shift, offset) of every tensor that w has."""
    h, f, t, c = w["hidden"], w["ffn"], w["tokens"], w["context"]
    q, p = w["heads"] * w["head_dim"], w["kv_heads"] * w["head_dim"]
    cache = (w["batch"], w["kv_heads"], c, w["head_dim"])
    layer_norm, gated, bias = w["norm"] != "rmsnorm_pre", w["act"] == "swiglu", w["bias"]
    table = [
        ("x", (w["batch"] * t, h), 0, 0, True),
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


class Layer(Task):
    def __init__(self, w, device, seed, threads, progress, compiled=False):
        super().__init__(device, threads)
        self.w, self.type = w, precision.storage(w["dtype"])
        check(w)
        self.products = products.choose(w["dtype"], self.type, device, compiled)
        self.attention = attention.choose(w, device)
        if isinstance(self.products, products.Upcast) and isinstance(self.attention, attention.Fused):
            precision.settle(precision.has_tf32(device))  # exact on operands of 16 bits, which weights of attention are not
        self.layer_norm = norms.choose(self.type, device)
        self.rotary = attention.Rotary(w, device) if w["rope_theta"] else None
        self.wide = {"wqkv"} if self.rotary else set()
        self.wide |= {"wgate", "wup"} if w["act"] == "swiglu" else set()
        self.plan(self.set_bytes(), self.rest_bytes())
        self.data = self.make_all(seed, self.alive(progress))
        self.forward = torch.compile(self.layer, dynamic=False) if compiled else self.layer
        multiplied = "fp32" if type(self.products) is products.Upcast else w["dtype"]
        self.kernel = f"{self.products.kernel}; {self.attention.kernel}; {precision.stack(device, multiplied)}" + ("; torch.compile" if compiled else "")
        progress("compiling" if compiled else "first iteration")
        for s in range(self.sets if compiled else 1):
            self.launch(s)
        self.finish()

    def weights(self):
        return [n for n in ("wqkv", "wo", "wgate", "wup", "wdown") if n in tensors(self.w)]

    def set_bytes(self):
        """Of one set as it is held."""
        size = torch.empty(0, dtype=self.type).element_size()
        upcast = self.weights() if type(self.products) is products.Upcast else self.wide
        return sum(math.prod(shape) * max(size, self.products.bytes_wide if name in upcast else 0)
                   for name, (_, shape, _, _) in tensors(self.w).items())

    def rest_bytes(self):
        """Of what an iteration makes, in fp32: a handful of rows and, where attention
        stores them, scores."""
        w = self.w
        rows, entries = w["batch"] * w["tokens"], w["context"] + w["tokens"]
        scores = w["heads"] * entries * 3 if isinstance(self.attention, attention.Explicit) else 0
        return 4 * rows * (4 * w["hidden"] + 4 * (w["heads"] + w["kv_heads"]) * w["head_dim"] + 3 * w["ffn"] + scores)

    def make_all(self, seed, alive):
        """All sets; small ones many at once, or the calls would take longer than the elements."""
        largest = max(math.prod(shape) for _, shape, _, _ in tensors(self.w).values())
        at_once, data = max(1, operands.CHUNK // largest), []
        for first in range(0, self.sets, at_once):
            data += self.make(seed, range(first, min(first + at_once, self.sets)), alive)
        return data

    def make(self, seed, sets, alive):
        """The tensors of some sets, weights as the products want them."""
        rows, made = self.w["batch"] * self.w["tokens"], [{} for _ in sets]
        for name, (number, shape, shift, offset) in tensors(self.w).items():
            t = torch.empty((len(sets), *shape), dtype=self.type, device=self.device)
            keys = operands.keys_of(seed, sets, number, maker(self.device))
            operands.fill(t, self.w["dtype"], self.w["fill"], keys, shift, offset, alive)
            for one, of_set in zip(made, t):
                if name in self.wide:
                    one[name] = self.products.hold_wide(of_set)
                else:
                    one[name] = self.products.hold(of_set, rows) if name in self.weights() else of_set
        return made

    def launch(self, set_):
        self.output = self.forward(self.data[set_])

    def layer(self, t):
        p, post = self.products, self.w["norm"] == "layernorm_post"
        x = t["x"]
        n = x if post else self.norm(x, t, "norm1")
        a = self.attend(t, *self.project(t, n))
        h = p.added(x, a, t["wo"], t.get("bo"))
        h = self.norm(h, t, "norm1") if post else h
        u = self.feed(t, h if post else self.norm(h, t, "norm2"))
        y = p.added(h, u, t["wdown"], t.get("bdown"))
        return self.norm(y, t, "norm2") if post else y

    def norm(self, x, t, name):
        """In fp32, rounded once."""
        if self.w["norm"] != "rmsnorm_pre":
            return self.layer_norm(x, t[name + "_gain"], t[name + "_bias"], self.w["eps"])
        wide = x.float()
        scale = torch.rsqrt(wide.square().mean(-1, keepdim=True) + self.w["eps"])
        return (wide * scale * t[name + "_gain"].float()).to(x.dtype)

    def project(self, t, n):
        """q [batch,heads,T,D] and k, v [batch,kv_heads,T,D] as stored."""
        w = self.w
        shape = (w["batch"], w["tokens"], w["heads"] + 2 * w["kv_heads"], w["head_dim"])
        if self.rotary is None:
            qkv = self.products.stored(n, t["wqkv"], t.get("bqkv")).view(shape)
            q, k, v = qkv.split((w["heads"], w["kv_heads"], w["kv_heads"]), dim=2)
        else:
            qk, v = self.products.wide(n, t["wqkv"], t.get("bqkv")).view(shape).split((w["heads"] + w["kv_heads"], w["kv_heads"]), dim=2)
            q, k = self.rotary(qk).to(n.dtype).split((w["heads"], w["kv_heads"]), dim=2)
        return (x.to(n.dtype).transpose(1, 2) for x in (q, k, v))

    def attend(self, t, q, k, v):
        """Attention rows [batch*T, heads*D] over the cache and the new tokens."""
        if self.w["phase"] == "decode":
            t["k_cache"][:, :, -1:].copy_(k)  # the token takes the place of entry C-1
            t["v_cache"][:, :, -1:].copy_(v)
            k, v = t["k_cache"], t["v_cache"]
        elif self.w["context"]:
            k, v = torch.cat((t["k_cache"], k), 2), torch.cat((t["v_cache"], v), 2)
        return self.attention(q, k, v).transpose(1, 2).reshape(q.shape[0] * q.shape[2], -1)

    def feed(self, t, m):
        p, w = self.products, self.w
        if w["act"] != "swiglu":
            return p.gelu(m, t["wup"], t.get("bup"), FORM[w["act"]])
        gate = F.silu(p.wide(m, t["wgate"], t.get("bgate")))
        return gate.mul_(p.wide(m, t["wup"], t.get("bup"))).to(m.dtype)


def check(w):
    """Refuses what is not computed as defined."""
    if w["dtype"] not in TYPES:
        raise Unsupported(f"layers in {w['dtype']}", "use one of " + ", ".join(TYPES))
    if w["phase"] not in ("prefill", "decode") or w.get("technique"):
        raise Unsupported(f"phase {w['phase']} with technique {w.get('technique') or 'none'}", "use prefill or decode without a technique")
