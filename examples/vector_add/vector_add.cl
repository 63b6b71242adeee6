// Element-wise sum of two arrays.
// The simplest streaming kernel: two loads, an addition and a store a work-item.
__kernel void vector_add(__global const float *a, __global const float *b, __global float *c)
{
    size_t i = get_global_id(0);
    c[i] = a[i] + b[i];
}
