// int8 by int8 into int32, exactly.
typedef char stored;
typedef int sum_t;
typedef int result;
#define SUM_VECTOR JOIN(int, VN)
#define WIDEN(n, x) JOIN(convert_int, n)(x)
result narrow(int x) { return x; }
