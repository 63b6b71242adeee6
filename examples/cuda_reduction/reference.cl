// The kernels of cuda_reduction.cu in OpenCL C, for PoCL: one for each pair of lambdas.
#define BLOCK 64
#define REDUCE(NAME, PARAMETERS, FETCH, COMBINE)                                              \
  __kernel void NAME(__global float *partial, int n, float identity, PARAMETERS) {            \
    __local float tree[BLOCK];                                                                \
    int t = get_local_id(0);                                                                  \
    float mine = identity;                                                                    \
    for (int i = get_global_id(0); i < n; i += get_global_size(0)) {                          \
      float other = FETCH;                                                                    \
      mine = COMBINE(mine, other);                                                            \
    }                                                                                         \
    tree[t] = mine;                                                                           \
    barrier(CLK_LOCAL_MEM_FENCE);                                                             \
    for (int half_ = BLOCK / 2; half_ > 0; half_ >>= 1) {                                     \
      if (t < half_) tree[t] = COMBINE(tree[t], tree[t + half_]);                             \
      barrier(CLK_LOCAL_MEM_FENCE);                                                           \
    }                                                                                         \
    if (t == 0) partial[get_group_id(0)] = tree[0];                                           \
  }
#define PLUS(p, q) ((p) + (q))
#define LARGER(p, q) ((p) > (q) ? (p) : (q))
#define ONE __global const float *x
#define COMMA ,

REDUCE(sum, ONE, x[i], PLUS)
REDUCE(largest, ONE, x[i], LARGER)
REDUCE(dot_, float scale COMMA __global const float *x COMMA __global const float *y, scale * x[i] * y[i], PLUS)
