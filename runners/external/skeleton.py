#!/usr/bin/env python3
"""A runner to copy: fp64 matmul in plain Python, after PROTOCOL.md (its sections in brackets).
    joulemark run --external mine="python3 skeleton.py" --runner mine
    joulemark list runners --check mine --external mine="python3 skeleton.py"
"""
import json, os, queue, sys, threading, time

wire = os.fdopen(os.dup(1), "w")  # [1] the protocol keeps stdout for itself …
os.dup2(2, 1)  # … and what libraries print goes to stderr
requests, task = queue.Queue(), {}
M64, G, SETS = (1 << 64) - 1, 0x9E3779B97F4A7C15, 3  # [5] SETS: take what twice your last-level cache holds, two at least


def listen():  # [1] a thread of its own, so that the end of stdin ends a window too
    for line in sys.stdin:
        requests.put(json.loads(line))
    os._exit(0)


def mix(z):  # [8] the generator of operands
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & M64
    z = (z ^ z >> 27) * 0x94D049BB133111EB & M64
    return z ^ z >> 31


def operand(seed, s, tensor, length):
    key = mix(mix(mix(seed + G & M64) + G * (s + 1) & M64) + G * (tensor + 1) & M64)
    return [((mix(key + G * (i + 1) & M64) >> 11) - (1 << 52)) / (1 << 52) for i in range(length)]


def iterate(i):  # [6] C = A B on set i mod SETS; here your device works
    a, b = task["sets"][i % SETS]
    n, k = task["n"], task["k"]
    task["c"] = [sum(x * y for x, y in zip(a[r:r + k], b[j::n])) for r in range(0, len(a), k) for j in range(n)]


def window(min_ns, min_iters):  # [3] iterations 0, 1, 2 …; wait for your device before each look at the clock
    done, start = 0, time.monotonic_ns()
    while True:
        iterate(done)
        done, end = done + 1, time.monotonic_ns()
        if end - start >= max(1, min_ns) and done >= min_iters:
            return {"type": "result", "start_ns": start, "end_ns": end, "iters": done}


def answer(m):
    if m["type"] == "hello":
        return {"type": "hello", "protocol": 1, "runner": "skeleton", "version": "1", "clock_ns": time.monotonic_ns()}
    if m["type"] == "devices":  # match: "cpu", or the card's PCI address, finds the power sensor
        return {"type": "devices", "devices": [{"id": "cpu", "name": "Python", "kind": "cpu", "match": "cpu"}]}
    if m["type"] == "prepare":
        task.clear()  # the last task goes first
        w = m["workload"]
        if [w["version"], w["kind"], w.get("dtype"), w.get("fill"), w.get("sparsity"), w.get("pack", "call"), m.get("isa")] != [1, "matmul", "fp64", "uniform", None, "call", None]:
            return {"type": "error", "code": "unsupported", "message": f"{w.get('name')} is not what this runner computes", "remedy": "use a dense fp64 matmul, uniform, and no isa"}
        task.update(n=w["n"], k=w["k"], sets=[(operand(m["seed"], s, 0, w["m"] * w["k"]), operand(m["seed"], s, 1, w["k"] * w["n"])) for s in range(SETS)])
        once = window(0, 1)  # iters_hint: how many fit in 100 ms
        return {"type": "prepared", "kernel": "a loop in Python", "libraries": {"python": sys.version.split()[0]}, "sets": SETS,
                "iters_hint": 1e8 / (once["end_ns"] - once["start_ns"]), "memory_bytes": 0, "threads": 1}
    if m["type"] == "run":
        return window(m["min_ns"], m["min_iters"])
    return {"type": "values", "values": [task["c"][p] for p in m["points"]]}  # verify; write null for what is not finite


threading.Thread(target=listen, daemon=True).start()
while (request := requests.get())["type"] != "bye":  # [1] one by one, in the order of the requests
    try:
        reply = answer(request)
    except Exception as e:
        reply = {"type": "error", "code": "failed", "message": repr(e), "remedy": "see its stderr"}
    print(json.dumps({"id": request["id"], **reply}), file=wire, flush=True)
