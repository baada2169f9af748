"""Operands by number: the generator of PROTOCOL.md section 8 on whole tensors.

torch has no unsigned 64-bit arithmetic, so int64 stands for it: its additions and
products wrap, and a logical shift is an arithmetic one with the new bits cleared.
"""
import torch

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
MIX1 = 0xBF58476D1CE4E5B9
MIX2 = 0x94D049BB133111EB
CHUNK = 1 << 18  # elements made at once: the temporaries stay in a cache


def mix(z):
    z = (z ^ z >> 30) * MIX1 & MASK
    z = (z ^ z >> 27) * MIX2 & MASK
    return z ^ z >> 31


def key_of(seed, set_, tensor):
    k = mix(seed + GOLDEN & MASK)
    k = mix(k + GOLDEN * (set_ + 1) & MASK)
    return mix(k + GOLDEN * (tensor + 1) & MASK)


def signed(z):
    """The int64 with the bits of an unsigned number."""
    return z - (1 << 64) if z >> 63 else z


def shifted(z, n):
    """z >> n with zeros shifted in."""
    return (z >> n).bitwise_and_((1 << 64 - n) - 1)


def words(keys, index):
    """word(index) for each key: keys [S,1], index [L], both int64 -> [S,L]."""
    z = index * signed(GOLDEN) + signed(GOLDEN) + keys
    z ^= shifted(z, 30)
    z *= signed(MIX1)
    z ^= shifted(z, 27)
    z *= signed(MIX2)
    z ^= shifted(z, 31)
    return z


def quarters(keys, index):
    """Numerator over 65536 of a normal element."""
    total = 0
    for j in range(3):
        w = words(keys, index * 3 + j)
        for shift in (0, 16, 32, 48):
            total = total + ((w >> shift) & 0xFFFF)
    return total - 393210


def small(keys, index, n):
    """An integer in 0…n-1 by multiply and shift."""
    return shifted(words(keys, index), 32).mul_(n) >> 32


def unit(fill, keys, index):
    """u(i) of a floating-point tensor, in fp64."""
    if fill == "uniform":
        return (shifted(words(keys, index), 11) - (1 << 52)).double() * 2.0 ** -52
    if fill == "normal":
        return quarters(keys, index).double() / 65536
    if fill == "integers":
        return (small(keys, index, 9) - 4).double()
    return torch.zeros(keys.shape[0], index.shape[0], dtype=torch.float64, device=index.device)


def integer(fill, keys, index):
    """Element i of an int8 tensor."""
    if fill == "uniform":
        return small(keys, index, 255) - 127
    if fill == "normal":
        return ((quarters(keys, index) + 1024) >> 11).clamp_(-127, 127)
    if fill == "integers":
        return small(keys, index, 9) - 4
    return torch.zeros(keys.shape[0], index.shape[0], dtype=torch.int64, device=index.device)


def to_tf32(x):
    """fp32 rounded to ten stored bits, to nearest even."""
    bits = x.view(torch.int32)
    return ((bits + 0xFFF + ((bits >> 13) & 1)) & ~0x1FFF).view(torch.float32)


def elements(dtype, fill, shift, offset, keys, index):
    """Values as the type stores them, in a torch type that holds them exactly."""
    if dtype == "int8":
        return integer(fill, keys, index)
    x = unit(fill, keys, index) * 2.0 ** -shift + offset
    if dtype == "fp64":
        return x
    x = x.float()  # every narrower type is rounded from here
    return to_tf32(x) if dtype == "tf32" else x


def exact_on(device):
    """Whether a device makes the same words and fp64 sums as Python does."""
    try:
        index = torch.tensor([0, 1, 977, 1 << 32], dtype=torch.int64, device=device)
        keys = keys_of(7, [1], 3, device)
        got = unit("uniform", keys, index).cpu().tolist()[0]
        key = key_of(7, 1, 3)
        return got == [((mix(key + GOLDEN * (i + 1) & MASK) >> 11) - (1 << 52)) / 2.0 ** 52 for i in (0, 1, 977, 1 << 32)]
    except (RuntimeError, TypeError):
        return False


def fill(out, dtype, law, keys, shift=0, offset=0.0, alive=None):
    """Fills out [S, …] with the elements of S keys [S,1]. They are made where the keys
    are and copied to where out is; alive() is called now and then."""
    flat = out.view(out.shape[0], -1)
    length = flat.shape[1]
    rows = max(1, CHUNK // max(1, length))
    for s in range(0, out.shape[0], rows):
        for lo in range(0, length, CHUNK):
            index = torch.arange(lo, min(lo + CHUNK, length), dtype=torch.int64, device=keys.device)
            flat[s:s + rows, lo:lo + CHUNK].copy_(elements(dtype, law, shift, offset, keys[s:s + rows], index))
            if alive:
                alive()


def keys_of(seed, sets, tensor, device="cpu"):
    """[S,1]: the keys of one tensor in each of the sets."""
    return torch.tensor([[signed(key_of(seed, s, tensor))] for s in sets], dtype=torch.int64, device=device)
