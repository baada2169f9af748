"""Graphcore IPUs through PopTorch.

NEVER RUN by this project: Graphcore publishes no SDK and no IPU was at hand. It is
written from the PopTorch user guide (docs.graphcore.ai: inferenceModel, Options,
deviceIterations, outputMode) and says so in the kernel's name of each row and in a
note of `list`. Only dense matmuls in fp32 and fp16 are offered. It is imported only
where the package poptorch is installed.
"""
import torch

import operands
from task import Task
from wire import Unsupported

TYPES = {"fp32": torch.float32, "fp16": torch.float16}
SETS = 2
NOTE = "PopTorch is installed: Joulemark's backend for it was written without an IPU or its SDK and has never run: check every value and report what you see"
ITERATIONS = 64  # on the device between two synchronisations


def found():
    """id -> (device, description)."""
    import poptorch
    if not poptorch.ipuHardwareIsAvailable():
        return {}
    return {"ipu:0": (torch.device("cpu"), {"id": "ipu:0", "name": "Graphcore IPU", "kind": "accelerator"})}


def prepare(w, seed):
    if w["kind"] != "matmul" or w["dtype"] not in TYPES or w.get("pack"):
        raise Unsupported(f"{w['name']} on an IPU", "use a matmul in fp32 or fp16 without pack")
    return Matmul(w, seed)


class Product(torch.nn.Module):
    """A product of the operands of a set, all of which stay on the device."""

    def __init__(self, a, b):
        super().__init__()
        self.a, self.b = torch.nn.Parameter(a, False), torch.nn.Parameter(b, False)

    def forward(self, set_):
        return torch.matmul(self.a[set_[0]], self.b[set_[0]])


class Matmul(Task):
    """Launched iterations are gathered and run when finish is called: one call of the
    compiled model does up to ITERATIONS and returns the last result."""

    def __init__(self, w, seed):
        import poptorch
        super().__init__(torch.device("cpu"), 0)
        self.sets, self.kernel = SETS, f"poptorch {poptorch.__version__} matmul (backend never run by Joulemark)"
        a, b = (self.made(w, seed, i, shape) for i, shape in enumerate(((w["m"], w["k"]), (w["k"], w["n"]))))
        self.bytes = a.nbytes + b.nbytes
        self.models = {n: self.compiled(poptorch, Product(a, b), n) for n in (1, ITERATIONS)}
        self.queue, self.finish = [], self.drain
        for n in self.models:
            self.models[n](torch.zeros(n, dtype=torch.int32))

    def made(self, w, seed, number, shape):
        out = torch.empty((SETS, *shape), dtype=TYPES[w["dtype"]])
        operands.fill(out, w["dtype"], w["fill"], operands.keys_of(seed, range(SETS), number))
        return out

    def compiled(self, poptorch, model, iterations):
        options = poptorch.Options()
        options.deviceIterations(iterations)
        options.outputMode(poptorch.OutputMode.Final)
        options.Precision.setPartialsType(torch.float32)  # sums in fp32
        return poptorch.inferenceModel(model, options)

    def info(self):
        return {"kernel": self.kernel, "libraries": {"torch": torch.__version__}, "sets": self.sets, "memory_bytes": self.bytes, "threads": 0}

    def launch(self, set_):
        self.queue.append(set_)

    def drain(self):
        while self.queue:
            n = ITERATIONS if len(self.queue) >= ITERATIONS else 1
            now, self.queue = self.queue[:n], self.queue[n:]
            self.output = self.models[n](torch.tensor(now, dtype=torch.int32))
