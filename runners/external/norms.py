"""The layer norm of a type: torch's own where that is exact."""
import torch
import torch.nn.functional as F


def direct(x, gain, bias, eps):
    return F.layer_norm(x, gain.shape, gain, bias, eps)


def upcast(x, gain, bias, eps):
    return F.layer_norm(x.float(), gain.shape, gain.float(), bias.float(), eps).to(x.dtype)


def choose(type_, device):
    """torch 1.13 has none for fp16 on the CPU, and rounds more than once in that for
    bf16: both are taken in fp32. Sums in another order may move a few elements by one
    unit in the last place; rounding more than once moves many."""
    generator = torch.Generator().manual_seed(1)
    x, gain, bias = (torch.randn(shape, generator=generator).to(device).to(type_) for shape in ((64, 256), (256,), (256,)))
    try:
        differ = (direct(x, gain, bias, 1e-5) != upcast(x, gain, bias, 1e-5)).float().mean().item()
    except (RuntimeError, NotImplementedError):
        return upcast
    return direct if type_ == torch.float32 or differ < 0.01 else upcast
