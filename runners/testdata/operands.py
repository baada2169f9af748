"""Operands by number: the generator and the number formats of PROTOCOL.md."""
import ctypes
import math
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


# Range and deviation's bits of the integer types.
INTEGERS = {"int8": (127, 11), "int4": (7, 15)}


def small(key, fill, i, most=127, bits=11):
    """Element i of an int8 or int4 tensor; integers and zeros of every type."""
    if fill == "uniform":
        return ((word(key, i) >> 32) * (2 * most + 1) >> 32) - most
    if fill == "normal":
        return min(max(quarters(key, i) + (1 << bits - 1) >> bits, -most), most)
    if fill == "integers":
        return ((word(key, i) >> 32) * 9 >> 32) - 4
    return 0


# What a store into each number format keeps.

def fp32(x):
    return ctypes.c_float(x).value


def shortened(x, dropped):
    """fp32 without its last bits, to nearest even."""
    bits = struct.unpack("<I", struct.pack("<f", fp32(x)))[0]
    bits = bits + (1 << dropped - 1) - 1 + (bits >> dropped & 1) >> dropped << dropped
    return struct.unpack("<f", struct.pack("<I", bits))[0]


def bf16(x):
    return shortened(x, 16)


def tf32(x):
    return shortened(x, 13)


def few_bits(x, stored, least):
    """Nearest even of so many stored bits, fewer below 2^least, where all numbers
    have the same distance. What is beyond the largest number does not occur here."""
    x = fp32(x)
    unit = 2.0 ** (max(math.frexp(x)[1] - 1, least) - stored)
    return math.copysign(round(x / unit) * unit, x)  # round() takes the even one of equals


def fp16(x):
    return few_bits(x, 10, -14)


def fp8_e4m3(x):
    return few_bits(x, 3, -6)


def fp8_e5m2(x):
    return few_bits(x, 2, -14)


def same(x):
    return x


STORE = {"fp64": same, "fp32": fp32, "tf32": tf32, "fp16": fp16, "bf16": bf16, "fp8_e4m3": fp8_e4m3, "fp8_e5m2": fp8_e5m2}


def operand(dtype, fill, key, length, shift=0, offset=0.0):
    """The elements of one tensor, each as its type stores it."""
    if dtype in INTEGERS:
        return [small(key, fill, i, *INTEGERS[dtype]) for i in range(length)]
    store = STORE[dtype]
    return [store(offset + unit(key, fill, i) / 2.0 ** shift) for i in range(length)]
