"""What torch can compute on here, and what ties each device to a power sensor.

A device is matched by its PCI address or UUID, never by its order: power sensors
and torch count cards differently.
"""
import ctypes
import importlib.util
import os
import platform
import re
import subprocess

import torch

# Kinds of torch.device that count their devices -> the package that adds the kind
# to torch ("": torch itself has it).
KINDS = {"cuda": "", "xpu": "", "hpu": "habana_frameworks.torch.core", "npu": "torch_npu", "mlu": "torch_mlu", "musa": "torch_musa"}


def load_kinds():
    """Imports the packages that add kinds, where they are installed."""
    notes = []
    for package in filter(None, KINDS.values()):
        if importlib.util.find_spec(package.split(".")[0]) is None:
            continue
        try:
            importlib.import_module(package)
        except Exception as e:
            notes.append(f"{package} is installed and cannot be imported ({first_line(e)}): see its installation guide")
    return notes


def first_line(e):
    text = str(e).strip()
    return text.splitlines()[0].rstrip(". ")[:300] if text else type(e).__name__


def module(kind):
    return getattr(torch, kind, None)


def count(kind):
    m = module(kind)
    try:
        return m.device_count() if m is not None and m.is_available() else 0
    except (AttributeError, RuntimeError):
        return 0


def found():
    """id -> (torch.device, description as the protocol has it), accelerators first."""
    all_ = {}
    for kind in KINDS:
        for i in range(count(kind)):
            d = describe(kind, i)
            all_[d["id"]] = (torch.device(kind, i), d)
    if has_mps():
        all_["mps"] = (torch.device("mps"), {"id": "mps", "name": cpu_name() + " GPU", "kind": "accelerator", "memory_bytes": total_memory()})
    all_["cpu"] = (torch.device("cpu"), {"id": "cpu", "name": cpu_name(), "kind": "cpu", "match": "cpu", "memory_bytes": total_memory()})
    return all_


def has_mps():
    """Metal, in versions of torch that can wait for it."""
    backend = getattr(torch.backends, "mps", None)
    return backend is not None and backend.is_available() and hasattr(torch, "mps")


def describe(kind, i):
    p = module(kind).get_device_properties(i) if hasattr(module(kind), "get_device_properties") else None
    d = {"id": f"{'hip' if is_hip(kind) else kind}:{i}", "kind": "accelerator",
         "name": getattr(p, "name", "") or module(kind).get_device_name(i),
         "memory_bytes": int(getattr(p, "total_memory", 0) or 0)}
    match = match_of(kind, i, p)
    return {**d, "match": match} if match else d


def is_hip(kind):
    return kind == "cuda" and bool(getattr(torch.version, "hip", None))


def match_of(kind, i, p):
    """PCI address, else UUID, else nothing."""
    if all(hasattr(p, name) for name in ("pci_domain_id", "pci_bus_id", "pci_device_id")):
        return f"{p.pci_domain_id:04x}:{p.pci_bus_id:02x}:{p.pci_device_id:02x}.0"
    address = driver_address(kind, i)
    uuid = getattr(p, "uuid", None)
    if address or uuid is None:
        return address
    return str(uuid) if kind != "cuda" or str(uuid).startswith(("GPU-", "MIG-")) else f"GPU-{uuid}"


def driver_address(kind, i):
    """The PCI address from the driver itself, for versions of torch that do not tell:
    cuDeviceGetPCIBusId of cuda.h, hipDeviceGetPCIBusId of hip_runtime_api.h. Both
    count devices as torch does, after CUDA_VISIBLE_DEVICES or HIP_VISIBLE_DEVICES."""
    if kind != "cuda":
        return ""
    text = ctypes.create_string_buffer(32)
    try:
        if is_hip(kind):
            ok = ctypes.CDLL(mapped("libamdhip64.so") or "libamdhip64.so").hipDeviceGetPCIBusId(text, 32, i)
        else:
            cuda, device = ctypes.CDLL("libcuda.so.1"), ctypes.c_int()
            ok = cuda.cuInit(0) or cuda.cuDeviceGet(ctypes.byref(device), i) or cuda.cuDeviceGetPCIBusId(text, 32, device)
    except (OSError, AttributeError):
        return ""
    address = text.value.decode(errors="replace").lower()
    return address if ok == 0 and re.fullmatch(r"[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]", address) else ""


def mapped(name):
    """The file of a loaded library whose name begins so; "" if none is."""
    try:
        with open("/proc/self/maps") as f:
            for line in f:
                path = line.split(maxsplit=5)[-1].strip()
                if os.path.basename(path).startswith(name):
                    return path
    except OSError:
        pass  # another system
    return ""


def cpu_name():
    """The processor's model as its maker writes it."""
    try:
        with open("/proc/cpuinfo") as f:
            for line in f:
                if line.startswith("model name"):
                    return " ".join(line.split(":", 1)[1].split())
    except OSError:
        pass
    if platform.system() == "Darwin":
        return subprocess.run(["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True).stdout.strip() or "Apple"
    return platform.processor() or platform.machine()


def total_memory():
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return 0


def synchronizer(device):
    """What waits until a device has finished."""
    if device.type == "cpu":
        return lambda: None  # torch computes on the CPU before it returns
    synchronize = module(device.type).synchronize
    return synchronize if device.type == "mps" else lambda: synchronize(device)
