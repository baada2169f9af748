"""How exact torch is told to be, and what it says of the libraries that it uses."""
import os
import re

import torch

import devices

TYPES = {"fp64": "float64", "fp32": "float32", "tf32": "float32", "fp16": "float16", "bf16": "bfloat16",
         "fp8_e4m3": "float8_e4m3fn", "fp8_e5m2": "float8_e5m2", "int8": "int8"}


def storage(dtype):
    """torch's type that holds a declared type; None where this torch has none."""
    return getattr(torch, TYPES.get(dtype, ""), None)


def has(owner, name):
    """hasattr for torch's settings: those of old versions assert that a name is known."""
    try:
        getattr(owner, name)
        return True
    except (AttributeError, AssertionError):
        return False


def settle(tf32):
    """Sums are fp32 or wider, and fp32 products are fp32 unless TF32 is wanted.

    Newer versions have `fp32_precision` in place of `allow_tf32`; setting both is an
    error there, so that only what exists is set."""
    matmul = torch.backends.cuda.matmul
    if has(matmul, "fp32_precision"):
        matmul.fp32_precision = "tf32" if tf32 else "ieee"
        if has(torch.backends.mkldnn, "matmul"):
            torch.backends.mkldnn.matmul.fp32_precision = "ieee"
    else:
        matmul.allow_tf32 = tf32
        if hasattr(torch, "set_float32_matmul_precision"):
            torch.set_float32_matmul_precision("high" if tf32 else "highest")
    for name in ("allow_fp16_reduced_precision_reduction", "allow_bf16_reduced_precision_reduction", "allow_fp16_accumulation"):
        if has(matmul, name):
            setattr(matmul, name, False)


def has_tf32(device):
    """TF32 units: NVIDIA from compute capability 8.0 on."""
    return device.type == "cuda" and not devices.is_hip("cuda") and torch.cuda.get_device_capability(device) >= (8, 0)


def libraries(device):
    """name -> version of what computes."""
    out = {"torch": torch.__version__}
    if device.type == "cuda":
        name = "rocm" if devices.is_hip("cuda") else "cuda"
        out[name] = (torch.version.hip if name == "rocm" else torch.version.cuda) or "unknown"
        return out
    if device.type != "cpu":
        return out
    for name, pattern in (("mkl", r"Math Kernel Library Version ([\d.]+)"), ("onednn", r"MKL-DNN v([\d.]+)")):
        found = re.search(pattern, torch.__config__.show())
        if found:
            out[name] = found[1]
    if "mkl" not in out:
        out["blas"] = blas_file()
    return out


def blas_file():
    """The file of the BLAS that a torch without MKL calls: the system may have put any
    library in the place of libblas.so.3."""
    for name in ("libopenblas", "libblis", "libflexiblas", "libarmpl", "libnvpl_blas", "libblas", "libcblas"):
        path = devices.mapped(name)
        if path:
            return os.path.basename(os.path.dirname(path)) + "/" + os.path.basename(path)
    return "unknown"


def stack(device, dtype):
    """The library behind torch.mm for a type, for the kernel's name."""
    if dtype == "tf32":
        return stack(device, "fp32") + (", TF32" if has_tf32(device) else ", plain fp32 for want of TF32 units")
    known = libraries(device)
    if device.type == "cuda":
        major, minor = torch.cuda.get_device_capability(device)
        chosen = getattr(torch.backends.cuda, "preferred_blas_library", None)
        chosen = str(chosen()).rpartition(".")[2] if chosen else "cuBLAS"
        return f"{chosen} of " + (f"ROCm {known['rocm']}" if "rocm" in known else f"CUDA {known['cuda']}, sm_{major}{minor}")
    if device.type != "cpu":
        return device.type
    if dtype in ("fp32", "fp64"):
        return f"MKL {known['mkl']}" if "mkl" in known else known["blas"]
    # oneDNN chooses its own instructions; torch's are those of what it leaves to torch
    level = re.search(r"CPU capability usage: (\S+)", torch.__config__.show())
    return f"oneDNN {known.get('onednn', 'absent')}, torch's own loops" + (f" ({level[1]})" if level else "") + " where that has none"
