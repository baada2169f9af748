// bf16: the upper half of an fp32.
typedef ushort stored;
typedef float sum_t;
typedef ushort result;
#define SUM_VECTOR JOIN(float, VN)
#define WIDEN(n, x) JOIN(as_float, n)(JOIN(convert_uint, n)(x) << 16)
result narrow(float x) { return narrow_bf16(x); }
