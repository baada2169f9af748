// What becomes of a sum before it is stored, and the arguments that this needs
// after those of the product. Each part exists only where it is defined:
//   BIAS      one value a column is added
//   RESIDUAL  a stored matrix of the output's shape is added
//   ACT       1 gelu_tanh, 2 gelu_erf, 3 silu(gate) times it, gate not rounded
//   WIDE      the sum is stored as fp32, not rounded to the layer's type
#ifdef WIDE
typedef float output;
#define NARROW(x) (x)
#else
typedef result output;
#define NARROW(x) narrow(x)
#endif

// SCALED, of int4: A is of another type than B, and each column of B has a bf16
// scale for 128 rows, in panels as B or row-major as B.
#ifdef SCALED
#define SCALE_ARGS , __global const ushort *scale, ulong scale0
#define WIDEN_SCALE(n, x) JOIN(as_float, n)(JOIN(convert_uint, n)(x) << 16)
#define SCALE_ROWS 128
#else
#define SCALE_ARGS
#define WIDEN_A WIDEN
typedef stored stored_a;
#endif

#ifdef BIAS
#define BIAS_ARGS , __global const stored *bias, ulong bias0
#else
#define BIAS_ARGS
#endif
#ifdef RESIDUAL
#define RESIDUAL_ARGS , __global const stored *residual, ulong residual0
#else
#define RESIDUAL_ARGS
#endif
#if ACT == 3
#define GATE_ARGS , __global const float *gate
#else
#define GATE_ARGS
#endif
#define EPILOGUE_ARGS SCALE_ARGS BIAS_ARGS RESIDUAL_ARGS GATE_ARGS

// STORE puts the sum of row i, column j where it belongs.
#define STORE(i, j, x)                                                                                             \
  do {                                                                                                             \
    const ulong at_ = (ulong)(i)*columns + (j);                                                                    \
    sum_t x_ = (x);                                                                                                \
    ADD_BIAS(j);                                                                                                   \
    ADD_RESIDUAL;                                                                                                  \
    ACTIVATE;                                                                                                      \
    out[at_] = NARROW(x_);                                                                                         \
  } while (0)
#ifdef BIAS
#define ADD_BIAS(j) x_ += WIDEN(, bias[bias0 + (j)])
#else
#define ADD_BIAS(j)
#endif
#ifdef RESIDUAL
#define ADD_RESIDUAL x_ += WIDEN(, residual[residual0 + at_])
#else
#define ADD_RESIDUAL
#endif

#if ACT == 1
#define ACTIVATE x_ = 0.5f * x_ * (1.0f + tanh(0.7978845608f * (x_ + 0.044715f * x_ * x_ * x_)))
#elif ACT == 2
#define ACTIVATE x_ = 0.5f * x_ * (1.0f + erf(x_ * 0.7071067812f))
#elif ACT == 3
#define ACTIVATE x_ *= gate[at_] / (1.0f + exp(-gate[at_]))
#else
#define ACTIVATE
#endif
