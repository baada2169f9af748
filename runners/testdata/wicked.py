#!/usr/bin/env python3
"""The honest runner with one fault, named by the argument."""
import os
import signal
import struct
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import runner as honest  # noqa: E402

CHILD = None


def forever():
    while True:
        time.sleep(1000)


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def spawn(**pipes):
    """A child that would live on, in the worker's process group."""
    global CHILD
    CHILD = subprocess.Popen(["sleep", "1000"], **pipes)


def truncated(x):
    """fp32 cut to the bits of bf16."""
    return struct.unpack("<f", struct.pack("<I", struct.unpack("<I", struct.pack("<f", x))[0] & 0xFFFF0000))[0]


class Wicked(honest.Runner):
    """Each fault is a function of the message (before) or of the answer (after)."""

    def __init__(self, mode):
        self.mode = mode

    def raw(self, text):
        self.wire.out.write(text)
        self.wire.out.flush()

    def flood(self, text):
        while True:
            self.raw(text)

    def respond(self, m):
        getattr(self, "before_" + self.mode, lambda m: None)(m)
        a = getattr(honest.Runner, m["type"])(self, m)
        getattr(self, "on_" + self.mode, lambda m, a: None)(m, a)
        return a

    def hello(self, m): return self.respond(m)
    def devices(self, m): return self.respond(m)
    def prepare(self, m): return self.respond(m)
    def run(self, m): return self.respond(m)
    def verify(self, m): return self.respond(m)

    # Wrong work.

    def on_wrong_values(self, m, a):
        if "values" in a: a["values"] = [v * 1.001 for v in a["values"]]

    def on_half_work(self, m, a):
        if a["type"] == "prepared":
            task, half = self.task, self.task.k // 2
            task.dot = lambda row, column: honest.Matmul.dot(task, row[:half], column[:half])

    def on_stale_work(self, m, a):
        if a["type"] == "prepared": self.task.iterate = lambda i: None

    def on_truncated_type(self, m, a):
        if a["type"] == "prepared":
            for x, columns in self.task.sets:
                x[:] = map(truncated, x)
                columns[:] = [list(map(truncated, c)) for c in columns]

    def before_double_iters(self, m):
        if m["type"] == "run": m["min_iters"] = 4

    def on_double_iters(self, m, a):
        if "iters" in a:
            while a["iters"] % 3 == 0:  # with three sets, the double of 3 n ends on the same set
                self.task.iterate(a["iters"])
                a["iters"], a["end_ns"] = a["iters"] + 1, time.monotonic_ns()
            a["iters"] *= 2

    def on_wrong_seed(self, m, a):
        if a["type"] == "prepared": self.task = honest.Matmul(m["workload"], m["seed"] + 1)

    def on_transposed(self, m, a):
        if "values" in a:
            t = self.task
            a["values"] = [t.output[p % t.n * t.m + p // t.n] for p in m["points"]]

    # Values that are none.

    def on_null_values(self, m, a):
        if "values" in a: a["values"] = [None] * len(a["values"])

    def on_nan_token(self, m, a):
        if "values" in a: a["values"] = [float("nan")] * len(a["values"])

    def on_infinity_token(self, m, a):
        if "values" in a: a["values"] = [float("inf")] * len(a["values"])

    def on_infinity_overflow(self, m, a):
        if "values" in a:
            self.raw('{"type":"values","id":%d,"values":[%s]}\n' % (m["id"], ",".join(["1e999"] * len(a["values"]))))

    def on_text_values(self, m, a):
        if "values" in a: a["values"] = ["1.0"] * len(a["values"])

    def on_few_values(self, m, a):
        if "values" in a: a["values"].pop()

    def on_many_values(self, m, a):
        if "values" in a: a["values"].append(0.0)

    # Times and counts.

    def on_wall_clock(self, m, a):
        if a["type"] == "hello": a["clock_ns"] = time.time_ns()

    def on_no_clock(self, m, a):
        if a["type"] == "hello": del a["clock_ns"]

    def on_backwards(self, m, a):
        if "end_ns" in a: a["start_ns"], a["end_ns"] = a["end_ns"], a["start_ns"]

    def on_no_time(self, m, a):
        if "end_ns" in a: a["end_ns"] = a["start_ns"]

    def on_early(self, m, a):
        if "end_ns" in a: a["start_ns"] -= 10**12

    def on_negative(self, m, a):
        if "end_ns" in a: a["start_ns"] = -1

    def on_late(self, m, a):
        if "end_ns" in a: a["end_ns"] += 10**12

    def on_overlap(self, m, a):
        if "end_ns" in a:
            a["start_ns"] = getattr(self, "first_start", a["start_ns"])
            self.first_start = a["start_ns"]

    def on_short(self, m, a):
        if "end_ns" in a: a["end_ns"] = a["start_ns"] + m["min_ns"] - 1

    def on_few_iters(self, m, a):
        if "iters" in a: a["iters"] = m["min_iters"] - 1

    def on_huge_iters(self, m, a):
        if "iters" in a: a["iters"] = 2**62

    def on_beyond_iters(self, m, a):
        if "iters" in a: a["iters"] = 2**64

    def on_half_iters(self, m, a):
        if "iters" in a: a["iters"] += 0.5

    def on_text_iters(self, m, a):
        if "iters" in a: a["iters"] = str(a["iters"])

    def on_no_iters(self, m, a):
        if "iters" in a: del a["iters"]

    def on_null_stamp(self, m, a):
        if "end_ns" in a: a["end_ns"] = None

    # What it says of itself.

    def on_protocol_two(self, m, a):
        if a["type"] == "hello": a["protocol"] = 2

    def on_nameless(self, m, a):
        if a["type"] == "hello": del a["runner"]

    def on_no_devices(self, m, a):
        if a["type"] == "devices": a["devices"] = []

    def on_twin_devices(self, m, a):
        if a["type"] == "devices": a["devices"] *= 2

    def on_odd_device(self, m, a):
        if a["type"] == "devices": a["devices"][0]["kind"] = "toaster"

    def on_one_set(self, m, a):
        if a["type"] == "prepared": a["sets"] = 1

    def on_no_hint(self, m, a):
        if a["type"] == "prepared": del a["iters_hint"]

    def on_zero_hint(self, m, a):
        if a["type"] == "prepared": a["iters_hint"] = 0

    def on_no_kernel(self, m, a):
        if a["type"] == "prepared": a["kernel"] = " \n"

    # Lines out of order.

    def on_wrong_id(self, m, a):
        if a["type"] == "result": a["id"] = m["id"] + 1

    def on_old_id(self, m, a):
        if a["type"] == "result": a["id"] = 1

    def on_unasked(self, m, a):
        if a["type"] == "prepared":
            self.wire.send(m["id"], a)  # and once more by the rules

    def on_unknown_type(self, m, a):
        if a["type"] == "result": a["type"] = "success"

    def on_wrong_type(self, m, a):
        if a["type"] == "result": a["type"] = "values"

    def on_no_type(self, m, a):
        if a["type"] == "result": del a["type"]

    def on_odd_error(self, m, a):
        if a["type"] == "result": a.update(type="error", code="oops", message="something")

    def on_empty_error(self, m, a):
        if a["type"] == "result": a.update(type="error", code="failed", message="")

    def before_rubbish(self, m):
        if m["type"] == "run": self.raw("Using device 0: \x1b[31mToaster\n")

    def before_array(self, m):
        if m["type"] == "run": self.raw("[1,2,3]\n")

    def before_half_line(self, m):
        if m["type"] == "run":
            self.raw('{"type":"result","id":')
            os._exit(0)

    # Too much.

    def before_flood_line(self, m):
        if m["type"] == "run": self.flood("x" * 4096)

    def before_flood_blank(self, m):
        if m["type"] == "run": self.flood("\n" * 4096)

    def before_flood_progress(self, m):
        if m["type"] == "prepare": self.flood('{"type":"progress","id":%d,"message":"soon"}\n' % m["id"] * 64)

    def before_flood_stderr(self, m):
        if m["type"] == "run":
            for i in range(20000):
                print("line", i, "x" * 80, file=sys.stderr)

    # Silence.

    def before_hang_hello(self, m):
        if m["type"] == "hello": forever()

    def before_hang_devices(self, m):
        if m["type"] == "devices": forever()

    def before_hang_prepare(self, m):
        if m["type"] == "prepare": forever()

    def before_hang_run(self, m):
        if m["type"] == "run": forever()

    def before_hang_verify(self, m):
        if m["type"] == "verify": forever()

    def before_mute(self, m):
        if m["type"] == "run":
            os.close(self.wire.out.fileno())
            forever()

    # Death.

    def before_exit_hello(self, m):
        if m["type"] == "hello": sys.exit("no such library: libmarvel.so.3")

    def before_exit_devices(self, m):
        if m["type"] == "devices": os._exit(3)

    def before_kill_prepare(self, m):
        if m["type"] == "prepare": die()

    def before_kill_run(self, m):
        if m["type"] == "run": die()

    def before_abort_verify(self, m):
        if m["type"] == "verify": os.abort()

    # Families.

    def before_orphan(self, m):
        if m["type"] == "run":
            spawn(stdout=self.wire.out.fileno())
            die()

    def before_hang_with_child(self, m):
        if m["type"] == "run":
            spawn()
            forever()

    def before_leave_child(self, m):
        if m["type"] == "verify": spawn(stderr=subprocess.DEVNULL)


class DeafWire(honest.Wire):
    """Neither bye nor the end of stdin ends it."""

    def listen(self):
        for line in sys.stdin:
            if '"bye"' not in line: self.requests.put(line)


def main():
    with open(os.environ["WICKED_PID_FILE"], "w") as f:
        f.write(str(os.getpid()))
    mode = sys.argv[1]
    if mode == "deaf":
        honest.Wire = DeafWire
    honest.serve(Wicked(mode))


if __name__ == "__main__":
    main()
