__kernel void histogram(__global const int *data, __global int *bins)
{
    atomic_inc(&bins[data[get_global_id(0)]]);
}
