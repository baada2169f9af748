#!/usr/bin/env python3
"""An honest runner in Python's standard library, written from PROTOCOL.md alone.

It computes matmuls in every type with the arithmetic that each asks for, rounding
after every operation, and layers, and is as slow as that sounds. The tests drive the whole protocol with it; the comments say what a runner
of real speed does otherwise.
"""
import json
import os
import queue
import sys
import threading
import time

from layer import Layer
from operands import bf16, fp16, fp32, key_of, operand, same

PROTOCOL = 1


class Unsupported(Exception):
    """What this runner cannot do."""


# dtype -> (round a product or a sum, round a result)
ARITHMETIC = {
    "fp64": (same, same),
    "fp32": (fp32, fp32),
    "tf32": (fp32, fp32),
    "fp16": (fp32, fp16),
    "bf16": (fp32, bf16),
    "fp8_e4m3": (fp32, bf16),
    "fp8_e5m2": (fp32, bf16),
    "int8": (same, same),
    "int4": (fp32, bf16),
}


class Matmul:
    """A product made ready: operands of every set, and the last output."""

    kernel = "python, one product at a time"
    # A fast runner takes as many sets as twice its last-level cache holds; here
    # no memory is fast enough to matter, and three show the rotation.
    SETS = 3

    def __init__(self, workload, seed):
        self.m, self.n, self.k = workload["m"], workload["n"], workload["k"]
        self.dtype = workload["dtype"]
        fill = workload["fill"]
        self.row_major = workload.get("pack") == "call"
        self.sets = [(self.left(fill, seed, s), self.packed(self.right(fill, seed, s))) for s in range(self.SETS)]
        self.output = None

    def left(self, fill, seed, set_):
        dtype = "bf16" if self.dtype == "int4" else self.dtype
        return operand(dtype, fill, key_of(seed, set_, 0), self.m * self.k)

    def right(self, fill, seed, set_):
        b = operand(self.dtype, fill, key_of(seed, set_, 1), self.k * self.n)
        if self.dtype != "int4":
            return b
        scales = operand("bf16", fill, key_of(seed, set_, 2), -(-self.k // 128) * self.n, 3, 1.0)
        return [v * scales[i // self.n // 128 * self.n + i % self.n] for i, v in enumerate(b)]

    def packed(self, b):
        return b if self.row_major else self.columns(b)

    def columns(self, b):
        return [b[j::self.n] for j in range(self.n)]

    def iterate(self, i):
        a, b = self.sets[i % len(self.sets)]
        columns = self.columns(b) if self.row_major else b  # by column, before or at each call
        rows = [a[r * self.k:(r + 1) * self.k] for r in range(self.m)]
        self.output = [self.dot(row, column) for row in rows for column in columns]

    def dot(self, row, column):
        step, store = ARITHMETIC[self.dtype]
        total = 0
        for x, y in zip(row, column):
            total = step(total + step(x * y))
        return store(total)


def prepared(w, seed):
    """The task of a workload, or what it is that this runner cannot do."""
    if w["version"] != 1 or w["kind"] not in ("matmul", "layer"):
        raise Unsupported(f"{w['name']} of version {w['version']}", "use a matmul or a layer of version 1")
    if w.get("sparsity") or w.get("technique") or w.get("phase") == "train" or w.get("pack", "") not in ("", "call", "prepare"):
        raise Unsupported(w["name"], "use a plain matmul, prefill or decode")
    known = ARITHMETIC if w["kind"] == "matmul" else ("fp32", "tf32", "fp16", "bf16")
    if w["dtype"] not in known:
        raise Unsupported(f"{w['kind']} in {w['dtype']}", "use one of " + ", ".join(known))
    return Matmul(w, seed) if w["kind"] == "matmul" else Layer(w, seed)


def hint(task):
    """Iterations in 100 ms, by trying one."""
    start = time.monotonic_ns()
    task.iterate(0)
    return 1e8 / (time.monotonic_ns() - start)


class Runner:
    """The five requests. Each returns the answer's fields."""

    task = None

    def hello(self, m):
        if m["protocol"] != PROTOCOL:
            raise Unsupported(f"protocol {m['protocol']}", f"this runner speaks {PROTOCOL}")
        return {"type": "hello", "protocol": PROTOCOL, "runner": "python", "version": "1", "clock_ns": time.monotonic_ns()}

    def devices(self, m):
        return {"type": "devices", "devices": [{"id": "cpu", "name": "Python", "kind": "cpu", "match": "cpu"}]}

    def prepare(self, m):
        self.task = None  # frees the last one first
        self.task = prepared(m["workload"], m["seed"])
        return {"type": "prepared", "kernel": self.task.kernel, "libraries": {"python": sys.version.split()[0]},
                "iters_hint": hint(self.task), "sets": len(self.task.sets), "memory_bytes": 0, "threads": 1}

    def run(self, m):
        done, start = 0, time.monotonic_ns()
        while True:
            self.task.iterate(done)
            done, end = done + 1, time.monotonic_ns()
            if done >= m["min_iters"] and end - start >= m["min_ns"] and end > start:
                return {"type": "result", "start_ns": start, "end_ns": end, "iters": done}

    def verify(self, m):
        return {"type": "values", "values": [self.task.output[p] for p in m["points"]]}


class Wire:
    """Lines in and out. Whatever else is printed goes to stderr."""

    def __init__(self):
        self.out = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)
        self.requests = queue.Queue()
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in sys.stdin:
            self.requests.put(line)
        os._exit(0)  # the conductor is gone; what runs is of no use to anybody

    def send(self, id_, fields):
        self.out.write(json.dumps({"id": id_, **fields}) + "\n")
        self.out.flush()


def answer(runner, m):
    try:
        if m["type"] not in ("hello", "devices", "prepare", "run", "verify"):
            raise Unsupported(f"request {m['type']}", "use those of protocol 1")
        return getattr(runner, m["type"])(m)
    except Unsupported as e:
        return {"type": "error", "code": "unsupported", "message": e.args[0] + " is not supported", "remedy": e.args[1]}
    except Exception as e:
        return {"type": "error", "code": "failed", "message": repr(e), "remedy": "see the runner's stderr"}


def serve(runner):
    wire = Wire()
    runner.wire = wire
    while True:
        m = json.loads(wire.requests.get())
        if m["type"] == "bye":
            return
        wire.send(m["id"], answer(runner, m))


if __name__ == "__main__":
    serve(Runner())
