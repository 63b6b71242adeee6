// Kernels that read and write the same buffer.
// A store and a later load of the same address within one work-item must stay in order.
__kernel void bit_reverse_rows(__global uint *data, const uint n)
{
    const uint row = get_global_id(0);
    __global uint *p = data + row * n;
    for (uint i = 0; i < n / 2; i++) {
        uint t = p[i];
        p[i] = p[n - 1 - i];
        p[n - 1 - i] = t;
    }
}

__kernel void insertion_sort(__global int *data, const int n)
{
    __global int *p = data + get_global_id(0) * n;
    for (int i = 1; i < n; i++) {
        int v = p[i];
        int j = i - 1;
        while (j >= 0 && p[j] > v) {
            p[j + 1] = p[j];
            j--;
        }
        p[j + 1] = v;
    }
}

__kernel void prefix_sums(__global float *data, const uint n)
{
    const size_t base = get_global_id(0) * n;
    for (uint i = 1; i < n; i++)
        data[base + i] += data[base + i - 1];
}

__kernel void halve(__global short *data)
{
    data[get_global_id(0)] /= 2;
}
