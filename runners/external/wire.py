"""The protocol of PROTOCOL.md: lines in and out, errors, and the five requests.

Nothing here knows torch. Whatever else is printed goes to stderr.
"""
import gc
import json
import math
import os
import queue
import sys
import threading
import time

import windows

PROTOCOL = 1
MAX_LINE = 1 << 20


class Refusal(Exception):
    """One of the protocol's three errors: message without full stop, and remedy."""

    code = "failed"

    def __init__(self, message, remedy=""):
        super().__init__(message)
        self.message, self.remedy = message, remedy


class Unavailable(Refusal):
    code = "unavailable"


class Unsupported(Refusal):
    code = "unsupported"


class Failed(Refusal):
    code = "failed"


class Lost(Failed):
    """The device is gone for this process: a fresh one is needed."""


class Wire:
    """stdin and stdout, moved to descriptors that libraries and children do not have."""

    def __init__(self):
        self.input, self.output = os.dup(0), os.dup(1)  # not inherited (PEP 446)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.close(null)
        os.dup2(2, 1)
        self.requests = queue.Queue()
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        """Runs on a thread of its own, so that the end of stdin is seen in mid-window."""
        rest = b""
        while True:
            data = os.read(self.input, 1 << 16)
            if not data:
                os._exit(0)  # the conductor is gone; what runs is of no use to anybody
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                self.requests.put(line)

    def send(self, id_, fields):
        line = json.dumps({"id": id_, **fields}, allow_nan=False).encode() + b"\n"
        if len(line) > MAX_LINE:
            raise Failed(f"the answer has {len(line)} bytes and may have {MAX_LINE}", "ask for less at once")
        while line:
            line = line[os.write(self.output, line):]


def finite(value):
    """A number as JSON can carry it; json writes 17 digits where they are needed."""
    return value if math.isfinite(value) else None


class Session:
    """Answers requests for one backend, which has name, version, devices() and
    prepare(workload, device, seed, threads, progress) -> task; a task has
    launch(set), finish(), values(points), info() and close()."""

    def __init__(self, backend):
        self.backend, self.task, self.pace, self.ran = backend, None, None, False

    def hello(self, m, _):
        if m["protocol"] != PROTOCOL:
            raise Unsupported(f"protocol {m['protocol']} was asked for and this runner speaks {PROTOCOL}", "use programs of one version")
        return {"type": "hello", "protocol": PROTOCOL, "runner": self.backend.name, "version": self.backend.version,
                "clock_ns": time.monotonic_ns()}

    def devices(self, m, _):
        return {"type": "devices", **self.backend.devices()}

    def prepare(self, m, progress):
        self.release()  # two tasks may not fit into memory
        if m.get("isa"):
            raise Unsupported(f"this runner cannot be held to the instruction set {m['isa']!r}", "leave --isa out")
        self.task = self.backend.prepare(m["workload"], m["device"], m["seed"], m.get("threads", 0), progress)
        try:
            info = self.task.info()
            self.pace = windows.Pace(info["sets"], windows.iteration_ns(self.task, info["sets"]))
        except BaseException:
            self.release()
            raise
        return {"type": "prepared", **info, "iters_hint": 1e8 / self.pace.iter_ns}

    def run(self, m, _):
        if self.task is None:
            raise Failed("nothing is prepared", "send prepare before run")
        start, end, iters = windows.window(self.task, self.pace, m["min_ns"], m["min_iters"])
        self.ran = True
        return {"type": "result", "start_ns": start, "end_ns": end, "iters": iters}

    def verify(self, m, _):
        if not self.ran:
            raise Failed("nothing has run yet", "send run before verify")
        return {"type": "values", "values": [finite(v) for v in self.task.values(m["points"])]}

    def release(self):
        task, self.task, self.pace, self.ran = self.task, None, None, False
        if task is not None:
            task.close()


KINDS = ("hello", "devices", "prepare", "run", "verify")


def answer(session, m, wire):
    """The answer's fields; every fault becomes one of the three errors."""
    def progress(message):
        wire.send(m["id"], {"type": "progress", "message": message})

    try:
        if m["type"] not in KINDS:
            raise Failed(f"no request is called {str(m['type'])[:40]}", "PROTOCOL.md lists them")
        return getattr(session, m["type"])(m, progress)
    except Exception as e:
        refusal = e if isinstance(e, Refusal) else session.backend.explain(e)
        if m["type"] == "prepare" or refusal.code == "failed":
            print(f"{m['type']}: {e!r}", file=sys.stderr)
        if isinstance(refusal, Lost):
            wire.send(m["id"], error(refusal))
            os._exit(1)
        return error(refusal)


def error(refusal):
    return {"type": "error", "code": refusal.code, "message": refusal.message, "remedy": refusal.remedy}


def read(line):
    m = json.loads(line)
    if not isinstance(m, dict) or "type" not in m or "id" not in m:
        raise ValueError("no type or id")
    return m


def serve(backend):
    """Answers one by one, in the order of the requests, until bye."""
    wire, session = Wire(), Session(backend)
    while True:
        line = wire.requests.get()
        try:
            m = read(line)
        except ValueError as e:
            wire.send(0, error(Failed(f"a request is no message: {e}", "send one JSON object a line")))
            continue
        if m["type"] == "bye":
            session.release()
            os._exit(0)  # what libraries do as they are unloaded is of no use to anybody
        if m["type"] == "run":
            hush()
        else:
            gc.enable()
        wire.send(m["id"], answer(session, m, wire))


def hush():
    """Keeps the garbage collector out of the windows: it collects once before the first."""
    if gc.isenabled():
        gc.collect()
        gc.disable()
