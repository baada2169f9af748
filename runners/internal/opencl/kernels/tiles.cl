// The product for GPUs. A work-group of TX by TY items computes a tile of TY * R
// rows by TX * C columns, going down K by DEEP at a time through local memory. An
// item has every TY-th row and TX-th column of the tile, so that neighbours read
// neighbouring local memory and write neighbouring results. B is row-major.
__kernel __attribute__((reqd_work_group_size(TX, TY, 1)))
void tiles(int rows, int columns, int depth, __global const stored_a *a, ulong a0,
           __global const stored *b, ulong b0, __global output *out EPILOGUE_ARGS) {
  const int x = get_local_id(0), y = get_local_id(1), item = y * TX + x;
  const int row0 = get_group_id(1) * (TY * R), column0 = get_group_id(0) * (TX * C);
  __local sum_t left[DEEP][TY * R + 1], right[DEEP][TX * C + 1];
  sum_t sums[R][C];
  a += a0, b += b0;
#pragma unroll
  for (int r = 0; r < R; r++)
#pragma unroll
    for (int c = 0; c < C; c++) sums[r][c] = 0;
  for (int k0 = 0; k0 < depth; k0 += DEEP) {
    for (int e = item; e < DEEP * TY * R; e += TX * TY) {
      const int k = k0 + e % DEEP, row = row0 + e / DEEP;
      left[e % DEEP][e / DEEP] = k < depth && row < rows ? WIDEN_A(, a[(ulong)row * depth + k]) : 0;
    }
    for (int e = item; e < DEEP * TX * C; e += TX * TY) {
      const int k = k0 + e / (TX * C), column = column0 + e % (TX * C);
      right[e / (TX * C)][e % (TX * C)] = k < depth && column < columns ? WIDEN(, b[(ulong)k * columns + column]) : 0;
#ifdef SCALED
      if (k < depth && column < columns)
        right[e / (TX * C)][e % (TX * C)] *= WIDEN_SCALE(, scale[scale0 + (ulong)(k / SCALE_ROWS) * columns + column]);
#endif
    }
    barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
    for (int k = 0; k < DEEP; k++) {
      sum_t u[R], v[C];
#pragma unroll
      for (int r = 0; r < R; r++) u[r] = left[k][y + r * TY];
#pragma unroll
      for (int c = 0; c < C; c++) v[c] = right[k][x + c * TX];
#pragma unroll
      for (int r = 0; r < R; r++)
#pragma unroll
        for (int c = 0; c < C; c++) sums[r][c] += u[r] * v[c];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
#pragma unroll
  for (int r = 0; r < R; r++)
#pragma unroll
    for (int c = 0; c < C; c++) {
      const int row = row0 + y + r * TY, column = column0 + x + c * TX;
      if (row < rows && column < columns) STORE(row, column, sums[r][c]);
    }
}
