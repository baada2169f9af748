// fp32, and tf32, which is kept in fp32 and may be computed in it.
typedef float stored;
typedef float sum_t;
typedef float result;
#define SUM_VECTOR JOIN(float, VN)
#define WIDEN(n, x) (x)
result narrow(float x) { return x; }
