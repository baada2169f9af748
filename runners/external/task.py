"""What tasks have in common: operand sets, memory, outputs, the end."""
import functools
import time

import torch

import devices
import memory
import operands
import precision

PROGRESS_S = 5.0


@functools.lru_cache(None)
def maker(device):
    """Where operands are made: on a GPU that computes them exactly, else on the CPU."""
    return str(device) if device.type in ("cuda", "xpu") and operands.exact_on(device) else "cpu"


class Task:
    kernel = ""

    def __init__(self, device, threads):
        self.device, self.threads = device, threads
        self.finish = devices.synchronizer(device)
        self.sets, self.bytes, self.output = 0, 0, None

    def plan(self, set_bytes, rest_bytes):
        """Settles the number of sets, before any memory is taken."""
        self.sets = memory.sets(set_bytes, rest_bytes, self.device)
        self.bytes = self.sets * set_bytes + rest_bytes

    def alive(self, progress):
        """A callback that says every few seconds that operands are being made."""
        last = [time.monotonic()]

        def call():
            if time.monotonic() - last[0] > PROGRESS_S:
                last[0] = time.monotonic()
                progress("making operands")
        return call

    def values(self, points):
        at = torch.tensor(points, dtype=torch.int64, device=self.output.device)
        return self.output.reshape(-1)[at].cpu().double().tolist()

    def info(self):
        return {"kernel": self.kernel, "libraries": precision.libraries(self.device), "sets": self.sets,
                "memory_bytes": self.bytes, "threads": self.threads}

    def close(self):
        """Frees everything, also where an error's traceback still holds the task."""
        self.__dict__.clear()
