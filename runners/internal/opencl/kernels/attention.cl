// Attention by blocks of KEYS keys with a running maximum and sum (Milakov and
// Gimelshein 2018, arXiv:1805.02867), so that no row of scores is stored.
//
// A work-group of L items has ROWS query rows that share one key-value head: a row
// is a token t and one of the `group` query heads of that head. Keys and values come
// in two spans, the cache and the tokens' own; either may be empty. For processors L
// is 1, and what a group shares is the item's own.
#if L == 1
#define SHARED
#define SYNC
#else
#define SHARED __local
#define SYNC barrier(CLK_LOCAL_MEM_FENCE)
#endif
#define CHUNKS ((D / V + L - 1) / L)
#define FLOATS JOIN(float, VN)

__kernel __attribute__((reqd_work_group_size(L, 1, 1)))
void attention(int tokens, int group, int cached, int own, int causal, float scale, __global const stored *q,
               __global const stored *cache_k, ulong cache_k0, __global const stored *cache_v, ulong cache_v0,
               __global const stored *own_k, ulong own_k0, __global const stored *own_v, ulong own_v0,
               __global result *out) {
  const int item = get_local_id(0), rows = tokens * group, first = get_group_id(0) * ROWS;
  const ulong head = (ulong)get_group_id(2) * get_num_groups(1) + get_group_id(1);
  SHARED float query[ROWS * D], weight[ROWS * KEYS];
  float top[ROWS], total[ROWS], fade[ROWS];
  int token[ROWS];
  ulong place[ROWS];
  FLOATS sums[ROWS][CHUNKS];
  for (int r = 0; r < ROWS; r++) {
    const int row = min(first + r, rows - 1);
    token[r] = row / group;
    place[r] = (((ulong)get_group_id(2) * tokens + token[r]) * get_num_groups(1) * group + get_group_id(1) * group + row % group) * D;
    top[r] = -INFINITY, total[r] = 0;
    for (int c = 0; c < CHUNKS; c++) sums[r][c] = 0;
    for (int d = item; d < D; d += L) query[r * D + d] = WIDEN(, q[place[r] + d]) * scale;
  }
  for (int span = 0; span < 2; span++) {
    const int n = span == 0 ? cached : causal ? min(own, token[ROWS - 1] + 1) : own;
    __global const stored *keys = span == 0 ? cache_k + cache_k0 + head * cached * D : own_k + own_k0 + head * own * D;
    __global const stored *values = span == 0 ? cache_v + cache_v0 + head * cached * D : own_v + own_v0 + head * own * D;
    for (int begin = 0; begin < n; begin += KEYS) {
      const int count = min(KEYS, n - begin);
      SYNC;
      for (int j = item; j < KEYS; j += L) {
        FLOATS dots[ROWS];
        for (int r = 0; r < ROWS; r++) dots[r] = 0;
        for (int d = 0; d < D && j < count; d += V) {
          const FLOATS key = WIDEN(VN, LOAD(keys + (ulong)(begin + j) * D + d));
          for (int r = 0; r < ROWS; r++) dots[r] += key * LOAD(query + r * D + d);
        }
        for (int r = 0; r < ROWS; r++) {
          const int seen = span == 1 && causal ? token[r] + 1 : n;
          weight[r * KEYS + j] = begin + j < seen ? add_lanes(dots[r]) : -INFINITY;
        }
      }
      SYNC;
      for (int r = 0; r < ROWS; r++) {
        float most = top[r];
        for (int j = 0; j < count; j++) most = fmax(most, weight[r * KEYS + j]);
        fade[r] = exp(top[r] - most);
        top[r] = most;
      }
      SYNC;
      for (int j = item; j < count; j += L)
        for (int r = 0; r < ROWS; r++) weight[r * KEYS + j] = exp(weight[r * KEYS + j] - top[r]);
      SYNC;
      for (int r = 0; r < ROWS; r++) {
        float sum = 0;
        for (int j = 0; j < count; j++) sum += weight[r * KEYS + j];
        total[r] = total[r] * fade[r] + sum;
      }
      for (int c = 0; c < CHUNKS; c++) {
        const int d = (item + c * L) * V;
        if (d >= D) continue;
        for (int r = 0; r < ROWS; r++) sums[r][c] *= fade[r];
        for (int j = 0; j < count; j++) {
          const FLOATS value = WIDEN(VN, LOAD(values + (ulong)(begin + j) * D + d));
          for (int r = 0; r < ROWS; r++) sums[r][c] += weight[r * KEYS + j] * value;
        }
      }
    }
  }
  for (int c = 0; c < CHUNKS; c++)
    for (int r = 0; r < ROWS && first + r < rows; r++) {
      float lanes[V];
      *(FLOATS *)lanes = sums[r][c] / total[r];
      for (int v = 0, d = (item + c * L) * V; v < V && d + v < D; v++) out[place[r] + d + v] = narrow(lanes[v]);
    }
}
