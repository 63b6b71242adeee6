/** Small kernels for the tests of the command line. */

export const add = `kernel void add(global const float *a, global const float *b, global float *c, uchar shift)
{
  size_t i = get_global_id(0);
  c[i + shift] = a[i] + b[i];
}
`;

export const two = `kernel void first(global int *a) { a[get_global_id(0)] = 1; }
kernel void second(global int *a) { a[get_global_id(0)] = 2; }
`;

export const broken = `kernel void broken(global int *a)
{
  a[0] = missing + 1;
}
`;

export const recursive = `int down(int x) __attribute__((noinline));
int down(int x) { return x < 2 ? x : down(x - 1) * down(x - 2); }
kernel void climb(global int *a)
{
  a[0] = down(a[1]);
}
`;
