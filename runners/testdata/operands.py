"""Operands by number: the generator and the number formats of PROTOCOL.md."""
import ctypes
import struct

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


def mix(z):
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    return z ^ z >> 31


def key_of(seed, set_, tensor):
    k = mix(seed + GOLDEN & MASK)
    k = mix(k + GOLDEN * (set_ + 1) & MASK)
    return mix(k + GOLDEN * (tensor + 1) & MASK)


def word(key, i):
    return mix(key + GOLDEN * (i + 1) & MASK)


def quarters(key, i):
    words = (word(key, 3 * i + j) for j in range(3))
    return sum(w >> shift & 0xFFFF for w in words for shift in (0, 16, 32, 48)) - 393210


def unit(key, fill, i):
    """u(i) of a floating-point tensor."""
    if fill == "uniform":
        return ((word(key, i) >> 11) - (1 << 52)) / (1 << 52)
    if fill == "normal":
        return quarters(key, i) / 65536
    return float(small(key, fill, i))


def small(key, fill, i):
    """Element i of an int8 tensor; integers and zeros of every type."""
    if fill == "uniform":
        return ((word(key, i) >> 32) * 255 >> 32) - 127
    if fill == "normal":
        return min(max(quarters(key, i) + 1024 >> 11, -127), 127)
    if fill == "integers":
        return ((word(key, i) >> 32) * 9 >> 32) - 4
    return 0


# What a store into each number format keeps.

def fp32(x):
    return ctypes.c_float(x).value


def bf16(x):
    bits = struct.unpack("<I", struct.pack("<f", fp32(x)))[0]
    bits = bits + 0x7FFF + (bits >> 16 & 1) & 0xFFFF0000
    return struct.unpack("<f", struct.pack("<I", bits))[0]


def same(x):
    return x


STORE = {"fp64": same, "fp32": fp32, "bf16": bf16}


def operand(dtype, fill, key, length, shift=0, offset=0.0):
    """The elements of one tensor, each as its type stores it."""
    if dtype == "int8":
        return [small(key, fill, i) for i in range(length)]
    store = STORE[dtype]
    return [store(offset + unit(key, fill, i) / 2.0 ** shift) for i in range(length)]
