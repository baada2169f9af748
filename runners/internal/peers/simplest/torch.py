"""The simplest loop around PyTorch on the CPU: what a user would write to learn how fast
it is. Joulemark's runner `torch` must come near it.

    python torch.py fp64|fp32|bf16 N|layer SECONDS THREADS [CACHE_BYTES]

N multiplies square matrices by torch.mm; `layer` computes one transformer layer in
prefill (4 sequences of 512 tokens, hidden 1024, 16 heads, FFN 4096, layer norm before,
gelu by tanh, full attention, no bias), each line as torch's manual writes it: in bf16
that rounds after every call, which is more often than PROTOCOL.md allows. Operands of
as many sets as hold twice the last-level cache take turns. After a warm-up of 0.3 s it
times a window of so many seconds and prints one line of JSON.
"""
import itertools
import json
import os
import sys
import time

sys.path.pop(0)  # this file's folder, whose torch.py is not the package
DTYPE, WHAT, SECONDS, THREADS = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
CACHE_BYTES = int(sys.argv[5]) if len(sys.argv) > 5 else 32 << 20
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS"):
    os.environ[name] = str(THREADS)

import torch
import torch.nn.functional as F

WARMUP_S = 0.3
BATCH, TOKENS, HIDDEN, HEADS, FFN = 4, 512, 1024, 16, 4096


def random(*shape):
    scale = 1.0 if WHAT != "layer" else shape[0] ** -0.5
    return (torch.randn(*shape) * scale).to({"fp64": torch.float64, "fp32": torch.float32, "bf16": torch.bfloat16}[DTYPE])


def matmul(n):
    """Operands of a set, the iteration, and operations of one."""
    out = random(n, n)
    return lambda: (random(n, n), random(n, n)), lambda a, b: torch.mm(a, b, out=out), 2 * n ** 3


def attention(q, k, v):
    if hasattr(F, "scaled_dot_product_attention"):
        return F.scaled_dot_product_attention(q, k, v)
    return torch.softmax(q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5, -1) @ v


def layer(x, wqkv, wo, wup, wdown, gain1, bias1, gain2, bias2):
    n = F.layer_norm(x, (HIDDEN,), gain1, bias1)
    q, k, v = (n @ wqkv).view(BATCH, TOKENS, 3, HEADS, HIDDEN // HEADS).permute(2, 0, 3, 1, 4)
    a = attention(q, k, v).transpose(1, 2).reshape(BATCH * TOKENS, HIDDEN)
    h = x + a @ wo
    m = F.layer_norm(h, (HIDDEN,), gain2, bias2)
    return h + F.gelu(m @ wup, approximate="tanh") @ wdown


def layers():
    shapes = [(BATCH * TOKENS, HIDDEN), (HIDDEN, 3 * HIDDEN), (HIDDEN, HIDDEN), (HIDDEN, FFN), (FFN, HIDDEN)] + [(HIDDEN,)] * 4
    projections = 2 * BATCH * TOKENS * (4 * HIDDEN * HIDDEN + 2 * HIDDEN * FFN)
    return lambda: [random(*s) for s in shapes], layer, projections + 4 * BATCH * TOKENS * TOKENS * HIDDEN


def loop(step, sets, seconds):
    turns, done, start = itertools.cycle(sets), 0, time.monotonic()
    while time.monotonic() - start < seconds:
        step(*next(turns))
        done += 1
    return done, time.monotonic() - start


def main():
    torch.set_num_threads(THREADS)
    make, step, ops = layers() if WHAT == "layer" else matmul(int(WHAT))
    sets = [make(), make()]
    bytes_ = sum(t.numel() * t.element_size() for t in sets[0])
    while len(sets) * bytes_ < 2 * CACHE_BYTES:
        sets.append(make())
    with torch.inference_mode():
        loop(step, sets, WARMUP_S)
        done, took = loop(step, sets, SECONDS)
    kernel = "layer of torch's own functions" if WHAT == "layer" else "torch.mm"
    print(json.dumps({"library": "torch " + torch.__version__, "kernel": kernel, "dtype": DTYPE, "n": WHAT, "seconds": took,
                      "iterations": done, "ops_per_s": done * ops / took}))


main()
