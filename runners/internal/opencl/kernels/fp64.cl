#pragma OPENCL EXTENSION cl_khr_fp64 : enable
typedef double stored;
typedef double sum_t;
typedef double result;
#define SUM_VECTOR JOIN(double, VN)
#define WIDEN(n, x) (x)
result narrow(double x) { return x; }
