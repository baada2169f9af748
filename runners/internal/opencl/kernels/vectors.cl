// Vectors of V elements, V = 1, 2, 4, 8 or 16, where a vector of one is a scalar.
// OpenCL C writes the length into the name of a type or function; VN is it, empty
// for scalars.
#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)
#define JOIN3(a, b, c) JOIN(JOIN(a, b), c)
#if V == 1
#define VN
#define LOAD(p) (*(p))
#else
#define VN V
#define LOAD(p) JOIN(vload, V)(0, p)
#endif

// add_lanes is the sum of a vector's elements, pairwise.
float add_lanes(JOIN(float, VN) x) {
#if V == 16
  float8 x8 = x.lo + x.hi;
#elif V == 8
  float8 x8 = x;
#endif
#if V >= 8
  float4 x4 = x8.lo + x8.hi;
#elif V == 4
  float4 x4 = x;
#endif
#if V >= 4
  float2 x2 = x4.lo + x4.hi;
#elif V == 2
  float2 x2 = x;
#endif
#if V >= 2
  return x2.x + x2.y;
#else
  return x;
#endif
}

// WIDEN_SMALL makes fp32 of floats of 8 and 16 bits that lie in signed integers x:
// their bits move to where fp32 has them (shift, mask), and the exponent is set
// right by a product with 2^bias, 127 less their own bias. A number below their
// normal ones is below fp32's before the product. On a device that takes those for
// 0 (no DENORMS) it gets the exponent of the smallest normal number instead, and
// that number is taken off again.
#ifdef DENORMS
#define WIDEN_SMALL(n, x, shift, mask, bias)                                                                       \
  (JOIN(as_float, n)((JOIN(convert_int, n)(x) << shift) & (int)mask) * as_float((127 + bias) << 23))
#else
#define WIDEN_SMALL(n, x, shift, mask, bias)                                                                       \
  JOIN(widen_small, n)((JOIN(convert_int, n)(x) << shift) & (int)mask, bias << 23)
#define DEFINE_WIDEN_SMALL(n)                                                                                      \
  JOIN(float, n) JOIN(widen_small, n)(JOIN(int, n) x, int bias) {                                                  \
    JOIN(int, n) magnitude = x & 0x7fffffff;                                                                       \
    JOIN(float, n) normal = JOIN(as_float, n)(magnitude + bias);                                                   \
    JOIN(float, n) small = JOIN(as_float, n)(magnitude + bias + (1 << 23)) - as_float(bias + (1 << 23));           \
    JOIN(float, n) value = magnitude < (1 << 23) ? small : normal;                                                 \
    return JOIN(as_float, n)(JOIN(as_int, n)(value) | (x & (int)0x80000000));                                      \
  }
DEFINE_WIDEN_SMALL()
#if V > 1
DEFINE_WIDEN_SMALL(V)
#endif
#endif

// narrow_bf16 rounds to nearest, ties to even. A NaN stays one.
ushort narrow_bf16(float x) {
  uint bits = as_uint(x);
  if (isnan(x)) return 0x7fc0;
  return (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
}
