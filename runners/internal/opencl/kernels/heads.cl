// Takes the projection apart into queries, keys and values, rotates the first two
// where ROPE is defined, and stores them rounded. Queries stay [batch, tokens,
// heads, D]; keys and values become [batch, kv_heads, span, D], where token t has
// slot start + t, so that decode writes into its cache.
//
// An item has one column of one token. angles holds cosine and sine of element j <
// D / 2 of token t at (t * D / 2 + j) * 2.
#ifdef ROPE
#define ROPE_ARGS , __global const float *angles
#else
#define ROPE_ARGS
#endif

__kernel void heads(int tokens, int query_heads, int kv_heads, int span, int start, __global const float *qkv,
                    __global result *q, __global stored *k, ulong k0, __global stored *v, ulong v0 ROPE_ARGS) {
  const int column = get_global_id(0), row = get_global_id(1);
  const int head = column / D, d = column % D, t = row % tokens, batch = row / tokens;
  qkv += (ulong)row * (query_heads + 2 * kv_heads) * D;
  float x = qkv[column];
#ifdef ROPE
  if (head < query_heads + kv_heads) {
    const int j = d % (D / 2);
    const float cosine = angles[(t * (D / 2) + j) * 2], sine = angles[(t * (D / 2) + j) * 2 + 1];
    x = d < D / 2 ? x * cosine - qkv[column + D / 2] * sine : x * cosine + qkv[column - D / 2] * sine;
  }
#endif
  const ulong slot = (ulong)start + t;
  if (head < query_heads)
    q[(ulong)row * query_heads * D + column] = narrow(x);
  else if (head < query_heads + kv_heads)
    k[k0 + (((ulong)batch * kv_heads + head - query_heads) * span + slot) * D + d] = narrow(x);
  else
    v[v0 + (((ulong)batch * kv_heads + head - query_heads - kv_heads) * span + slot) * D + d] = narrow(x);
}
