#!/usr/bin/env python3
"""Joulemark's PyTorch runner: any device of torch, through the protocol of PROTOCOL.md.

`joulemark run --runner torch` starts it; by itself it is `python3 torch_runner.py`.
torch is loaded by the first request that needs it, since hello must come at once.
With --compile or JOULEMARK_TORCH_COMPILE=1 layers go through torch.compile.
"""
import importlib.util
import os
import sys

import wire

# What must stand in the environment before a stack is loaded.
os.environ.setdefault("PT_HPU_LAZY_MODE", "0")  # Gaudi: run at once, not at the next mark_step
FATAL = ("CUDA error", "HIP error", "device-side assert", "device lost", "DEVICE_LOST", "UR_RESULT_ERROR")
OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "not enough memory", "OUT_OF_DEVICE_MEMORY", "OUT_OF_RESOURCES")


def load():
    """torch, or what is missing."""
    try:
        import torch
    except ImportError as e:
        raise wire.Unavailable(f"{sys.executable} cannot import torch ({e})", f"{sys.executable} -m pip install torch") from None
    if not torch.is_inference_mode_enabled():
        torch.inference_mode().__enter__()  # for as long as the process lives: nothing is ever differentiated
    return torch


class Backend:
    name = "torch"

    def __init__(self, compiled=False):
        self.version = os.environ.get("JOULEMARK_RUNNER_VERSION", "unknown")
        self.compiled = compiled
        self.found, self.notes = None, []

    def all(self):
        """id -> (torch.device, description); what must be told once is told here."""
        if self.found is None:
            load()
            import devices
            self.notes = devices.load_kinds()
            self.found = {**self.ipus(), **devices.found()}
        return self.found

    def ipus(self):
        if importlib.util.find_spec("poptorch") is None:
            return {}
        import poptorch_backend
        self.notes.append(poptorch_backend.NOTE)
        return poptorch_backend.found()

    def devices(self):
        found = [d for _, d in self.all().values()]
        torch = load()
        about = {"path": os.path.dirname(torch.__file__), "version": torch.__version__, "notes": self.notes}
        try:
            import precision
            about["kernel"] = "CPU: " + ", ".join(f"{k} {v}" for k, v in precision.libraries(torch.device("cpu")).items() if k != "torch")
        except RuntimeError as e:
            about["notes"] = [*self.notes, f"torch does not say what it is built with ({e})"]
        return {"devices": found, "about": about}

    def prepare(self, w, device_id, seed, threads, progress):
        torch = load()
        if device_id not in self.all():
            raise wire.Unavailable(f"no device {device_id!r}", "choose one of " + ", ".join(self.all()))
        if w["version"] != 1 or w["kind"] not in ("matmul", "layer") or w.get("sparsity"):
            raise wire.Unsupported(f"{w['name']} of version {w['version']}", "use a dense matmul or a layer of version 1")
        device, _ = self.found[device_id]
        if device_id.startswith("ipu"):
            import poptorch_backend
            return poptorch_backend.prepare(w, seed)
        import memory
        import precision
        memory.empty_cache(device)
        precision.settle(w["dtype"] == "tf32" and precision.has_tf32(device))
        threads = use_threads(torch, threads) if device.type == "cpu" else 0
        if w["kind"] == "matmul":
            from matmul import Matmul
            return Matmul(w, device, seed, threads, progress)
        from layer import Layer
        return Layer(w, device, seed, threads, progress, self.compiled)

    def explain(self, e):
        """An exception of torch as one of the three errors."""
        text = str(e).strip() or type(e).__name__
        line = text.splitlines()[0].rstrip(". ")[:300]
        if isinstance(e, MemoryError) or any(word.lower() in text.lower() for word in OUT_OF_MEMORY):
            return wire.Failed(f"out of memory: {line}", "take a smaller workload, or close what else uses the device")
        if any(word in text for word in FATAL):
            return wire.Lost(line, "see the driver's log; the next step starts a fresh process")
        if isinstance(e, NotImplementedError) or "not implemented" in text or "not supported" in text or "nsupported" in text:
            return wire.Unsupported(line, "choose another type or a newer torch")
        return wire.Failed(f"{type(e).__name__}: {line}", "see the end of the runner's stderr")


def use_threads(torch, threads):
    """Sets and returns how many threads compute; 0 = as many as the environment gives.
    More than there are CPUs would wait for each other."""
    if threads > 0:
        torch.set_num_threads(min(threads, cpus()))
    return torch.get_num_threads()


def cpus():
    """How many CPUs this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


if __name__ == "__main__":
    wire.serve(Backend("--compile" in sys.argv[1:] or os.environ.get("JOULEMARK_TORCH_COMPILE") == "1"))
