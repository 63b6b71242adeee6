__kernel void vector_add(__global const float *a, __global const float *b, __global float *c)
{
    int i = get_global_id(0);
    c[i] = a[i] + b[i];
}

__kernel void saxpy(float a, __global const float *x, __global float *y)
{
    int i = get_global_id(0);
    y[i] = a * x[i] + y[i];
}

__kernel void triad(__global float *a, __global const float *b, __global const float *c, float s)
{
    int i = get_global_id(0);
    a[i] = b[i] + s * c[i];
}

__kernel void copy(__global const float *a, __global float *b)
{
    int i = get_global_id(0);
    b[i] = a[i];
}
