// The product for processors: no local memory, no barriers. B lies in panels of
// W = C * V columns, filled up with zeros, each row-major. A work-item keeps the
// sums of R rows by one panel in registers and walks down the panel.
//
// Neighbours in dimension 0 share a panel, which thus stays in a cache.
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void panels(int rows, int columns, int depth, __global const stored_a *a, ulong a0,
            __global const stored *b, ulong b0, __global output *out EPILOGUE_ARGS) {
  const int first = get_global_id(0) * R, column = get_global_id(1) * (C * V);
  __global const stored_a *left[R];
  SUM_VECTOR sums[R][C];
  b += b0 + (ulong)column * depth;
#ifdef SCALED
  scale += scale0 + (ulong)column * ((depth + SCALE_ROWS - 1) / SCALE_ROWS);
#endif
#pragma unroll
  for (int r = 0; r < R; r++) {
    left[r] = a + a0 + (ulong)min(first + r, rows - 1) * depth;
#pragma unroll
    for (int c = 0; c < C; c++) sums[r][c] = 0;
  }
  for (int k = 0; k < depth; k++, b += C * V) {
    SUM_VECTOR right[C];
#pragma unroll
    for (int c = 0; c < C; c++) right[c] = WIDEN(VN, LOAD(b + c * V));
#ifdef SCALED
#pragma unroll
    for (int c = 0; c < C; c++) right[c] *= WIDEN_SCALE(VN, LOAD(scale + (k / SCALE_ROWS) * (C * V) + c * V));
#endif
#pragma unroll
    for (int r = 0; r < R; r++) {
      const sum_t x = WIDEN_A(, left[r][k]);
#pragma unroll
      for (int c = 0; c < C; c++) sums[r][c] += x * right[c];
    }
  }
  for (int r = 0; r < R && first + r < rows; r++)
    for (int c = 0; c < C; c++) {
      sum_t lanes[V];
      *(SUM_VECTOR *)lanes = sums[r][c];
      for (int v = 0; v < V && column + c * V + v < columns; v++)
        STORE(first + r, column + c * V + v, lanes[v]);
    }
}
