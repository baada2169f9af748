#!/usr/bin/env python3
"""The honest runner with one fault, named by the argument."""
import json
import os
import signal
import struct
import subprocess
import sys
import time

import runner as honest


def values(change):
    return "values", lambda s, m, a: a.update(values=change(a["values"]))


def field(type_, name, value):
    """Sets a field of an answer; value may be a function of the message and the answer."""
    return type_, lambda s, m, a: a.update({name: value(m, a) if callable(value) else value})


def without(type_, name):
    return type_, lambda s, m, a: a.pop(name)


def device(**change):
    return "devices", lambda s, m, a: a["devices"][0].update(change)


# Faults in an answer: mode -> (type of the answer, what is done to runner, message and answer).
AFTER = {
    # Wrong work.
    "wrong_values": values(lambda v: [x * 1.001 for x in v]),
    "half_work": ("prepared", lambda s, m, a: halve(s.task)),
    "stale_work": ("prepared", lambda s, m, a: setattr(s.task, "iterate", lambda i: None)),
    "truncated_type": ("prepared", lambda s, m, a: truncate(s.task)),
    "double_iters": ("result", lambda s, m, a: double(s.task, a)),
    "wrong_seed": ("prepared", lambda s, m, a: setattr(s, "task", honest.prepared(m["workload"], m["seed"] + 1))),
    "double_seed": ("prepared", lambda s, m, a: setattr(s, "task", honest.prepared(m["workload"], int(float(m["seed"])) % 2**63))),
    "zero_set": ("prepared", lambda s, m, a: first_set(s.task)),
    "continued": ("prepared", lambda s, m, a: go_on(s.task)),
    "transposed": ("values", lambda s, m, a: transpose(s.task, m, a)),
    "sorted_points": ("values", lambda s, m, a: a.update(values=[s.task.output[p] for p in sorted(m["points"])])),
    "short_digits": values(lambda v: [float("%.9g" % x) for x in v]),
    # Values that are none.
    "null_values": values(lambda v: [None] * len(v)),
    "nan_token": values(lambda v: [float("nan")] * len(v)),
    "infinity_token": values(lambda v: [float("inf")] * len(v)),
    "infinity_overflow": ("values", lambda s, m, a: s.raw('{"type":"values","id":%d,"values":[1e999]}\n' % m["id"])),
    "text_values": values(lambda v: ["1.0"] * len(v)),
    "few_values": values(lambda v: v[1:]),
    "many_values": values(lambda v: v + v[:1]),
    # Times and counts.
    "wall_clock": field("hello", "clock_ns", lambda m, a: time.time_ns()),
    "no_clock": without("hello", "clock_ns"),
    "backwards": ("result", lambda s, m, a: a.update(start_ns=a["end_ns"], end_ns=a["start_ns"])),
    "no_time": field("result", "end_ns", lambda m, a: a["start_ns"]),
    "early": field("result", "start_ns", lambda m, a: a["start_ns"] - 10**12),
    "negative": field("result", "start_ns", -1),
    "late": field("result", "end_ns", lambda m, a: a["end_ns"] + 10**12),
    "overlap": ("result", lambda s, m, a: overlap(s, a)),
    "short": field("result", "end_ns", lambda m, a: a["start_ns"] + m["min_ns"] - 1),
    "few_iters": field("result", "iters", lambda m, a: m["min_iters"] - 1),
    "huge_iters": field("result", "iters", 2**62),
    "beyond_iters": field("result", "iters", 2**64),
    "half_iters": field("result", "iters", 2.5),
    "text_iters": field("result", "iters", "2"),
    "no_iters": without("result", "iters"),
    "null_stamp": field("result", "end_ns", None),
    # What it says of itself.
    "protocol_two": field("hello", "protocol", 2),
    "nameless": without("hello", "runner"),
    "no_devices": field("devices", "devices", []),
    "twin_devices": field("devices", "devices", lambda m, a: a["devices"] * 2),
    "odd_device": device(kind="toaster"),
    "nameless_device": device(id=""),
    "one_set": field("prepared", "sets", 1),
    "no_hint": without("prepared", "iters_hint"),
    "zero_hint": field("prepared", "iters_hint", 0),
    "no_kernel": field("prepared", "kernel", " \n"),
    "many_threads": field("prepared", "threads", 64),
    "changing_devices": ("devices", lambda s, m, a: a["devices"][0].update(id=f"cpu:{m['id']}")),
    # Lines out of order.
    "wrong_id": field("result", "id", lambda m, a: m["id"] + 1),
    "old_id": field("result", "id", 1),
    "unasked": ("prepared", lambda s, m, a: s.wire.send(m["id"], a)),
    "unknown_type": field("result", "type", "success"),
    "wrong_type": field("result", "type", "values"),
    "no_type": without("result", "type"),
    "odd_error": ("result", lambda s, m, a: a.update(type="error", code="oops", message="something")),
    "empty_error": ("result", lambda s, m, a: a.update(type="error", code="failed", message="")),
}

# Faults instead of an answer: mode -> (type of the request, what is done).
BEFORE = {
    "rubbish": ("run", lambda s, m: s.raw("Using device 0: \x1b[31mToaster\n")),
    "array": ("run", lambda s, m: s.raw("[1,2,3]\n")),
    "half_line": ("run", lambda s, m: (s.raw('{"type":"result","id":'), os._exit(0))),
    "prints": ("verify", lambda s, m: s.raw("libmarvel 3.1 initialised\n")),
    "strict": ("devices", lambda s, m: len(m) > 2 and sys.exit("unknown field")),
    "anything": ("prepare", lambda s, m: m["workload"].update(kind="matmul", dtype="fp32", version=1, sparsity="")),
    "refuses": ("prepare", lambda s, m: m["workload"].update(kind="poem")),
    # Too much, too little, too late.
    "swapped": ("run", lambda s, m: swap(s)),
    "leak": ("prepare", lambda s, m: kept.append(b"x" * (64 << 20))),
    "gap": ("run", lambda s, m: time.sleep(0.4)),
    "flood_line": ("run", lambda s, m: s.flood("x" * 4096)),
    "flood_blank": ("run", lambda s, m: s.flood("\n" * 4096)),
    "flood_progress": ("prepare", lambda s, m: s.flood('{"type":"progress","id":%d,"message":"soon"}\n' % m["id"] * 64)),
    "flood_stderr": ("run", lambda s, m: [print("line", i, "x" * 80, file=sys.stderr) for i in range(20000)]),
    # Silence.
    "hang_hello": ("hello", lambda s, m: forever()),
    "hang_devices": ("devices", lambda s, m: forever()),
    "hang_prepare": ("prepare", lambda s, m: forever()),
    "hang_run": ("run", lambda s, m: forever()),
    "hang_verify": ("verify", lambda s, m: forever()),
    "mute": ("run", lambda s, m: (os.close(s.wire.out.fileno()), forever())),
    # Death.
    "exit_hello": ("hello", lambda s, m: sys.exit("no such library: libmarvel.so.3")),
    "exit_devices": ("devices", lambda s, m: os._exit(3)),
    "kill_prepare": ("prepare", lambda s, m: kill()),
    "kill_run": ("run", lambda s, m: kill()),
    "abort_verify": ("verify", lambda s, m: os.abort()),
    # Families: children that would live on.
    "orphan": ("run", lambda s, m: (spawn(stdout=s.wire.out.fileno()), kill())),
    "hang_with_child": ("run", lambda s, m: (spawn(), forever())),
    "leave_child": ("verify", lambda s, m: spawn(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)),
}


kept = []


def swap(runner):
    """Answers the request behind this one first."""
    m = json.loads(runner.wire.requests.get())
    runner.wire.send(m["id"], honest.Runner.run(runner, m))


def first_set(task):
    iterate = task.iterate
    task.iterate = lambda i: iterate(0)


def go_on(task):
    """Counts iterations from prepare on, not from the run's beginning."""
    iterate, count = task.iterate, iter(range(1 << 62))
    task.iterate = lambda i: iterate(next(count))


def halve(task):
    half = task.k // 2
    task.dot = lambda row, column: honest.Matmul.dot(task, row[:half], column[:half])


def truncate(task):
    """Cuts fp32 operands to the bits of bf16."""
    def cut(x):
        return struct.unpack("<f", struct.pack("<I", struct.unpack("<I", struct.pack("<f", x))[0] & 0xFFFF0000))[0]
    task.sets = [(list(map(cut, a)), [list(map(cut, c)) for c in columns]) for a, columns in task.sets]


def double(task, a):
    while a["iters"] % 3 == 0:  # of three sets, twice 3 n iterations end on the same as 3 n
        task.iterate(a["iters"])
        a["iters"], a["end_ns"] = a["iters"] + 1, time.monotonic_ns()
    a["iters"] *= 2


def transpose(task, m, a):
    a["values"] = [task.output[p % task.n * task.m + p // task.n] for p in m["points"]]


def overlap(runner, a):
    runner.first = getattr(runner, "first", a["start_ns"])
    a["start_ns"] = runner.first


def forever():
    while True:
        time.sleep(1000)


def kill():
    os.kill(os.getpid(), signal.SIGKILL)


def spawn(**pipes):
    subprocess.Popen(["sleep", "1000"], **pipes)


class Wicked(honest.Runner):
    def __init__(self, mode):
        self.before, self.after = BEFORE.get(mode), AFTER.get(mode)

    def raw(self, text):
        self.wire.out.write(text)
        self.wire.out.flush()

    def flood(self, text):
        while True:
            self.raw(text)

    def respond(self, m):
        if self.before and self.before[0] == m["type"]:
            self.before[1](self, m)
        a = getattr(honest.Runner, m["type"])(self, m)
        if self.after and self.after[0] == a["type"]:
            self.after[1](self, m, a)
        return a

    hello = devices = prepare = run = verify = respond


class DeafWire(honest.Wire):
    """Neither bye nor the end of stdin ends it."""

    def listen(self):
        for line in sys.stdin:
            if '"bye"' not in line:
                self.requests.put(line)


class StayingWire(honest.Wire):
    """It ends with stdin, but not after bye."""

    def listen(self):
        for line in sys.stdin:
            if '"bye"' not in line:
                self.requests.put(line)
        time.sleep(3)
        os._exit(0)


def main(mode):
    if mode == "deaf":
        honest.Wire = DeafWire
    elif mode == "stays":
        honest.Wire = StayingWire
    elif mode != "none" and mode not in AFTER and mode not in BEFORE:
        sys.exit("no fault is called " + mode)
    honest.serve(Wicked(mode))


if __name__ == "__main__":
    main(sys.argv[1])
