// One row a work-group of L items: layernorm, where LAYERNORM is defined, or
// rmsnorm. Mean and variance are taken one after the other, which loses nothing
// where the mean is large.
#ifdef LAYERNORM
#define NORM_ARGS , __global const stored *bias, ulong bias0
#else
#define NORM_ARGS
#endif

// whole is the sum of x over the items of the group; each gets it.
float whole(float x, __local float *scratch) {
#if L == 1
  return x;
#else
  barrier(CLK_LOCAL_MEM_FENCE);
  scratch[get_local_id(0)] = x;
  for (int far = L / 2; far > 0; far /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (get_local_id(0) < far) scratch[get_local_id(0)] += scratch[get_local_id(0) + far];
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  return scratch[0];
#endif
}

// values is this item's share of the sum of x - mean, squares that of its square.
#define SHARE(name, TERM)                                                                                          \
  float name(__global const stored *x, int hidden, float mean) {                                                   \
    JOIN(float, VN) part = 0;                                                                                      \
    float rest = 0;                                                                                                \
    for (int i = get_local_id(0) * V; i + V <= hidden; i += L * V) {                                               \
      JOIN(float, VN) u = WIDEN(VN, LOAD(x + i)) - mean;                                                           \
      part += TERM;                                                                                                \
    }                                                                                                              \
    for (int i = hidden / V * V + get_local_id(0); i < hidden; i += L) {                                           \
      float u = WIDEN(, x[i]) - mean;                                                                              \
      rest += TERM;                                                                                                \
    }                                                                                                              \
    return add_lanes(part) + rest;                                                                                 \
  }
SHARE(values, u)
SHARE(squares, u *u)

__kernel __attribute__((reqd_work_group_size(L, 1, 1)))
void norm(int hidden, float eps, __global const stored *x, ulong x0, __global const stored *gain, ulong gain0,
          __global result *out NORM_ARGS) {
  __local float scratch[L];
  float mean = 0;
  x += x0 + (ulong)get_group_id(0) * hidden;
  out += (ulong)get_group_id(0) * hidden;
#ifdef LAYERNORM
  mean = whole(values(x, hidden, 0), scratch) / hidden;
#endif
  const float scale = 1.0f / sqrt(whole(squares(x, hidden, mean), scratch) / hidden + eps);
  for (int i = get_local_id(0); i < hidden; i += L) {
    float y = (WIDEN(, x[i]) - mean) * scale * WIDEN(, gain[gain0 + i]);
#ifdef LAYERNORM
    y += WIDEN(, bias[bias0 + i]);
#endif
    out[i] = narrow(y);
  }
}
