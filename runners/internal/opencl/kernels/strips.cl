// The product of few rows for GPUs, as in decode, where reading B takes all the
// time. TX items side by side have a column each, and TY of them share a column,
// each with every TY-th k; their sums meet in local memory. B is row-major.
__kernel __attribute__((reqd_work_group_size(TX, TY, 1)))
void strips(int rows, int columns, int depth, __global const stored_a *a, ulong a0,
            __global const stored *b, ulong b0, __global output *out EPILOGUE_ARGS) {
  const int x = get_local_id(0), y = get_local_id(1);
  const int column = get_global_id(0), first = get_group_id(2) * R;
  __local sum_t parts[TY][R][TX];
  __global const stored_a *left[R];
  sum_t sums[R];
#pragma unroll
  for (int r = 0; r < R; r++) {
    left[r] = a + a0 + (ulong)min(first + r, rows - 1) * depth;
    sums[r] = 0;
  }
  if (column < columns)
    for (int k = y; k < depth; k += TY) {
      sum_t v = WIDEN(, b[b0 + (ulong)k * columns + column]);
#ifdef SCALED
      v *= WIDEN_SCALE(, scale[scale0 + (ulong)(k / SCALE_ROWS) * columns + column]);
#endif
#pragma unroll
      for (int r = 0; r < R; r++) sums[r] += WIDEN_A(, left[r][k]) * v;
    }
#pragma unroll
  for (int r = 0; r < R; r++) parts[y][r][x] = sums[r];
  barrier(CLK_LOCAL_MEM_FENCE);
  if (column >= columns) return;
  for (int r = y; r < R && first + r < rows; r += TY) {
    sum_t total = 0;
    for (int part = 0; part < TY; part++) total += parts[part][r][x];
    STORE(first + r, column, total);
  }
}
