// fp16, stored as its bits and computed in fp32, which every device can do: loads
// and stores of halves are part of OpenCL C without the extension cl_khr_fp16.
typedef short stored;
typedef float sum_t;
typedef short result;
#define SUM_VECTOR JOIN(float, VN)
#define WIDEN(n, x) WIDEN_SMALL(n, x, 13, 0x8fffe000, 112)
result narrow(float x) {
  short bits;
  vstore_half_rte(x, 0, (half *)&bits);
  return bits;
}
