"""How many operand sets a task rotates over, and whether it fits, before it takes memory."""
import glob
import os

import torch

import devices
from wire import Unsupported

LEAST_SETS = 2  # with one, a runner that skips work would not be found out
MOST_SETS = 1 << 14  # each is some Python objects; operands of a few bytes need no more
UNKNOWN_CACHE = 32 << 20
# Last-level caches that torch does not tell: AMD CDNA 3 white paper (Infinity Cache
# of MI300X, 256 MB) and Intel Data Center GPU Max 1550 (L2, 408 MB).
LARGEST = {"hip": 256 << 20, "xpu": 408 << 20}


def sets(set_bytes, rest_bytes, device):
    """Enough to hold twice the last-level cache, at least two, at most what nine tenths
    of the free memory hold. rest_bytes is held whatever their number."""
    set_bytes = max(set_bytes, 1)
    wanted = max(LEAST_SETS, -(-2 * cache_bytes(device) // set_bytes))
    free = free_bytes(device)
    if free:
        usable = free - free // 10
        need = LEAST_SETS * set_bytes + rest_bytes
        if need > usable:
            raise Unsupported(f"needs {gibibytes(need)}, {gibibytes(usable)} free", "take a smaller workload or a device with more memory")
        wanted = min(wanted, (usable - rest_bytes) // set_bytes)
    return min(wanted, MOST_SETS)


def gibibytes(n):
    return f"{n / 2 ** 30:.3g} GiB"


def cache_bytes(device):
    if device.type == "cpu":
        return cpu_cache() or UNKNOWN_CACHE
    if devices.is_hip(device.type) or device.type == "xpu":
        return LARGEST["xpu" if device.type == "xpu" else "hip"]
    if device.type == "cuda":
        return int(getattr(torch.cuda.get_device_properties(device), "L2_cache_size", 0)) or 2 * UNKNOWN_CACHE
    return UNKNOWN_CACHE


def free_bytes(device):
    """What can be taken now; 0 where it is unknown."""
    if device.type == "cpu":
        return cpu_free()
    if device.type == "mps":
        limit = getattr(torch.mps, "recommended_max_memory", None)
        return limit() - torch.mps.current_allocated_memory() if limit else 0
    m = devices.module(device.type)
    try:
        return int(m.mem_get_info(device)[0])
    except (AttributeError, RuntimeError):
        return int(getattr(m.get_device_properties(device), "total_memory", 0)) if hasattr(m, "get_device_properties") else 0


def empty_cache(device):
    """Gives what torch keeps of freed memory back to the device."""
    m = devices.module(device.type)
    if hasattr(m, "empty_cache"):
        m.empty_cache()


def read(path):
    try:
        with open(path) as f:
            return f.read().strip()
    except OSError:
        return ""


def cpu_free():
    """MemAvailable, or what the control group still allows if less."""
    free = 0
    for line in read("/proc/meminfo").splitlines():
        if line.startswith("MemAvailable:"):
            free = int(line.split()[1]) << 10
    group = read("/proc/self/cgroup").rpartition("::")[2].splitlines()
    folder = "/sys/fs/cgroup" + (group[0] if group else "")
    limit, used = read(folder + "/memory.max"), read(folder + "/memory.current")
    if limit.isdigit() and used.isdigit():
        free = min(free, max(1, int(limit) - int(used)))
    return free


SUFFIX = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def cpu_cache():
    """All last-level caches of the CPUs that may be used, together; 0 if unknown."""
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else ()
    caches = {}  # the CPUs that share it -> (level, bytes)
    for cpu in allowed:
        for folder in glob.glob(f"/sys/devices/system/cpu/cpu{cpu}/cache/index*"):
            size, level = read(folder + "/size"), read(folder + "/level")
            if read(folder + "/type") != "Instruction" and size[:-1].isdigit() and level.isdigit():
                caches[level + " " + read(folder + "/shared_cpu_list")] = (int(level), int(size[:-1]) * SUFFIX.get(size[-1], 1))
    last = max((level for level, _ in caches.values()), default=0)
    return sum(size for level, size in caches.values() if level == last)
