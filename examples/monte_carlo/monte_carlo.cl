// Points in the quarter circle, a generator (xorwow) of its own each work-item, its state in private memory.
typedef struct {
  uint x[5];
  uint counter;
} Generator;

static uint next(Generator *g) {
  uint t = g->x[4];
  uint s = g->x[0];
  for (int k = 4; k > 0; k--) g->x[k] = g->x[k - 1];
  t ^= t >> 2;
  t ^= t << 1;
  t ^= s ^ (s << 4);
  g->x[0] = t;
  g->counter += 362437;
  return t + g->counter;
}

__kernel void monte_carlo(volatile __global uint *inside, __global float *last, uint samples, uint seed) {
  Generator g;
  for (int k = 0; k < 5; k++) g.x[k] = seed * (k + 1) + get_global_id(0) * 2654435761u + 1;
  g.counter = seed;
  uint hits = 0;
  float y = 0.0f;
  for (uint s = 0; s < samples; s++) {
    float x = (next(&g) >> 8) * 0x1p-24f;
    y = (next(&g) >> 8) * 0x1p-24f;
    hits += x * x + y * y < 1.0f;
  }
  atomic_add(inside, hits);
  last[get_global_id(0)] = y;
}
