"""The operand generator, written from its definition and from nothing else.

    python3 generator.py           prints the table of vectors
    python3 generator.py --check   reads such a table from stdin and says which
                                   rows do not follow from the definition

Python's integers do not wrap and its floats are IEEE doubles, so that every
step here is a second opinion on the Go code, which wraps and converts.
"""

import bisect
import csv
import math
import struct
import sys

WORD = 2**64
GOLDEN = 0x9E3779B97F4A7C15
COLUMNS = "seed,set,tensor,index,fill,dtype,shift,offset,value,bits".split(",")


def mix(z):
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % WORD
    z = (z ^ z >> 27) * 0x94D049BB133111EB % WORD
    return z ^ z >> 31


def word(seed, operand_set, tensor, i):
    key = mix((seed + GOLDEN) % WORD)
    key = mix((key + GOLDEN * (operand_set + 1)) % WORD)
    key = mix((key + GOLDEN * (tensor + 1)) % WORD)
    return mix((key + GOLDEN * (i + 1)) % WORD)


def normal_sum(seed, operand_set, tensor, i):
    words = [word(seed, operand_set, tensor, 3 * i + n) for n in range(3)]
    return sum(int.from_bytes(w.to_bytes(8, "little")[b:b + 2], "little") for w in words for b in (0, 2, 4, 6)) - 393210


def unit(fill, *where):
    if fill == "uniform":
        return ((word(*where) >> 11) - 2**52) / 2**52
    if fill == "normal":
        return normal_sum(*where) / 65536
    if fill == "integers":
        return ((word(*where) >> 32) * 9 >> 32) - 4
    return 0


def integer(dtype, fill, *where):
    most, divisor = {"int8": (127, 2**11), "int4": (7, 2**15)}[dtype]
    if fill == "uniform":
        return ((word(*where) >> 32) * (2 * most + 1) >> 32) - most
    if fill == "normal":
        return max(-most, min(most, (normal_sum(*where) + divisor // 2) // divisor))
    return unit(fill, *where)


def to_fp32(x):
    return struct.unpack("<f", struct.pack("<f", x))[0]


def to_prefix(x, dropped):
    """fp32 without its last bits (16 for bf16, 13 for tf32): the nearest of the two
    neighbours of the fp32 value, the even one of equals."""
    bits = struct.unpack("<I", struct.pack("<f", x))[0]
    low, rest = divmod(bits, 2**dropped)
    half = 2 ** (dropped - 1)
    if rest > half or rest == half and low % 2:
        low += 1
    return struct.unpack("<f", struct.pack("<I", low << dropped))[0], low


def magnitude(pattern, stored, bias):
    exponent, significand = divmod(pattern, 2**stored)
    if exponent == 0:
        return significand * 2.0 ** (1 - bias - stored)
    return (2**stored + significand) * 2.0 ** (exponent - bias - stored)


# Finite numbers >= 0 of each small format, by pattern.
SMALL = {
    "fp16": [magnitude(p, 10, 15) for p in range(0x7C00)],
    "fp8_e4m3": [magnitude(p, 3, 7) for p in range(0x7F)],
    "fp8_e5m2": [magnitude(p, 2, 15) for p in range(0x7C)],
}


def to_small(x, dtype):
    """Nearest of the format's numbers to the fp32 value, the even pattern of equals.
    No operand is beyond the largest."""
    x, values = to_fp32(x), SMALL[dtype]
    above = bisect.bisect_left(values, abs(x))
    below = max(above - 1, 0)
    low, high = abs(x) - values[below], values[above] - abs(x)
    pattern = below if low < high or low == high and below % 2 == 0 else above
    negative = math.copysign(1, x) < 0
    return math.copysign(values[pattern], x), pattern | negative << (15 if dtype == "fp16" else 7)


def vector(seed, operand_set, tensor, index, fill, dtype, shift, offset):
    where = (seed, operand_set, tensor, index)
    if dtype in ("int8", "int4"):
        v = integer(dtype, fill, *where)
        return v, "%02x" % (v & 0xFF)
    v = offset + unit(fill, *where) * 2.0**-shift
    if dtype == "fp64":
        return v, "%016x" % struct.unpack("<Q", struct.pack("<d", v))[0]
    if dtype == "fp32":
        return to_fp32(v), "%08x" % struct.unpack("<I", struct.pack("<f", v))[0]
    if dtype == "tf32":
        v, bits = to_prefix(v, 13)
        return v, "%08x" % (bits << 13)
    if dtype == "bf16":
        v, bits = to_prefix(v, 16)
        return v, "%04x" % bits
    v, bits = to_small(v, dtype)
    return v, ("%04x" if dtype == "fp16" else "%02x") % bits


def shortest(v):
    """As Go writes it: integers without a fraction, and a zero's sign."""
    if v == 0 and math.copysign(1, v) < 0:
        return "-0"
    return str(int(v)) if v == int(v) else repr(float(v))


def places():
    seeds = [0, 1, 7341, 2**53 + 1, 2**64 - 1]
    fills = ["uniform", "uniform", "normal", "integers", "zeros"]
    dtypes = ["fp64", "fp32", "bf16", "int8"]
    for n, seed in enumerate(seeds):
        for fill in fills[: 1 if n > 2 else 5]:
            for d, dtype in enumerate(dtypes):
                yield seed, n % 3, d % 2, 10**n + d * 977, fill, dtype, 0, 0
    yield from ((7341, 0, 0, i, "uniform", d, 0, 0) for i in range(4) for d in dtypes)
    yield from ((7341, 1, 1, i, "uniform", "fp32", 4, 0) for i in range(3))  # a weight
    yield from ((7341, 1, 13, i, "normal", "bf16", 6, 0) for i in range(3))
    yield from ((7341, 2, 5, i, "uniform", d, 3, 1) for i in range(3) for d in dtypes[:3])  # a gain
    yield from ((7341, 5, 15, 2**40 + i, "uniform", "bf16", -1, 0) for i in range(3))  # a cache
    yield from ((42, 4095, 16, 2**32 + i, "integers", "fp32", 1, 0) for i in range(3))
    later = ["tf32", "fp16", "fp8_e4m3", "fp8_e5m2", "int4"]
    for n, dtype in enumerate(later):
        yield from ((7341, n, 1, 10**n + i, fill, dtype, 0, 0) for fill in fills[1:] for i in range(3))
    yield from ((7341, 3, 13, 40 + i, "uniform", d, 7, 0) for i in range(3) for d in later[:4])  # a weight: small numbers
    yield from ((42, 1, 15, 2**40 + i, "normal", d, -1, 0) for i in range(3) for d in later[:4])  # a cache: large ones
    yield from ((7341, 2, 2, i, fill, "bf16", 3, 1) for fill in fills[1:] for i in range(3))  # the scales of int4


def print_table():
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(COLUMNS)
    for place in dict.fromkeys(places()):
        value, bits = vector(*place)
        out.writerow([*place[:7], shortest(place[7]), shortest(value), bits])


def check_table():
    wrong = 0
    for row in csv.DictReader(sys.stdin):
        place = [int(row[c]) for c in COLUMNS[:4]] + [row["fill"], row["dtype"], int(row["shift"]), float(row["offset"])]
        value, bits = vector(*place)
        if float(row["value"]) != value or row["bits"] != bits:
            wrong += 1
            print("%s: %s %s follows from the definition" % (",".join(row.values()), value, bits))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    check_table() if "--check" in sys.argv else print_table()
