// OCP OFP8 revision 1.0, E5M2: bias 15, two bits of significand; bf16 results.
typedef char stored;
typedef float sum_t;
typedef ushort result;
#define SUM_VECTOR JOIN(float, VN)
#define WIDEN(n, x) WIDEN_SMALL(n, x, 21, 0x8fe00000, 112)
result narrow(float x) { return narrow_bf16(x); }
