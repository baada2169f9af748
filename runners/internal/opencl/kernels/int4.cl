// int4 weights, one a byte, with a bf16 scale a group, times bf16; bf16 results.
typedef char stored;
typedef ushort stored_a;
typedef float sum_t;
typedef ushort result;
#define SUM_VECTOR JOIN(float, VN)
#define WIDEN(n, x) JOIN(convert_float, n)(x)
#define WIDEN_A(n, x) JOIN(as_float, n)(JOIN(convert_uint, n)(x) << 16)
result narrow(float x) { return narrow_bf16(x); }
