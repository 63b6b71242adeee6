// y = a * x + y on vectors of four floats.
// Every load and store is one access of 16 bytes.
__kernel void saxpy_float4(const float a, __global const float4 *restrict x, __global float4 *restrict y)
{
    const int i = get_global_id(0);
    y[i] = a * x[i] + y[i];
}
