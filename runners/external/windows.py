"""Windows of work: batches of iterations between two synchronisations."""
import math
import time

BATCH_NS = 15e6  # a device drains at the end of each; 15 ms make that invisible
GROWTH = 4  # how much longer a batch may be than the longest before it
CALIBRATION_NS = 20e6  # how long a trial must take for its time to be the hint
MOST = 1 << 20


class Pace:
    """Over how many sets iterations rotate, how long one takes, and how many a batch may have."""

    def __init__(self, sets, iter_ns):
        self.sets, self.iter_ns, self.most = sets, iter_ns, 1

    def batch(self, want_ns):
        return max(1, min(self.most, math.ceil(want_ns / self.iter_ns)))

    def learn(self, iters, took_ns):
        self.iter_ns = max(1.0, took_ns / iters)
        self.most = max(self.most, GROWTH * iters)


def run(task, sets, first, iters):
    """Iterations first…first+iters-1, iteration i on set i mod sets."""
    launch = task.launch
    for i in range(first, first + iters):
        launch(i % sets)
    task.finish()


def iteration_ns(task, sets):
    """Times iterations after a first one, which is not counted."""
    run(task, sets, 0, 1)
    iters = 1
    while True:
        start = time.monotonic_ns()
        run(task, sets, 1, iters)
        took = time.monotonic_ns() - start
        if took >= CALIBRATION_NS or iters >= MOST:
            return max(1.0, took / iters)
        iters *= 2


def window(task, pace, min_ns, min_iters):
    """Start, end and iterations; the clock is read when the device has finished only."""
    start = end = time.monotonic_ns()
    done = 0
    while done < max(1, min_iters) or end - start < min_ns or end == start:
        left = max(min_ns - (end - start), pace.iter_ns * (min_iters - done))
        iters = pace.batch(min(BATCH_NS, left))
        run(task, pace.sets, done, iters)
        now = time.monotonic_ns()
        pace.learn(iters, now - end)
        done, end = done + iters, now
    return start, end, done
