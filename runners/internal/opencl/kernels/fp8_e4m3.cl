// OCP OFP8 revision 1.0, E4M3: bias 7, three bits of significand; bf16 results.
typedef char stored;
typedef float sum_t;
typedef ushort result;
#define SUM_VECTOR JOIN(float, VN)
#define WIDEN(n, x) WIDEN_SMALL(n, x, 20, 0x87f00000, 120)
result narrow(float x) { return narrow_bf16(x); }
