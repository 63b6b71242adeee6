// Sorts the numbers of each work-group in local memory.
#define N 256

__kernel __attribute__((reqd_work_group_size(N, 1, 1)))
void bitonic(__global float *data)
{
    __local float work[N];
    int l = get_local_id(0);
    work[l] = data[get_global_id(0)];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int size = 2; size <= N; size <<= 1)
        for (int stride = size >> 1; stride > 0; stride >>= 1) {
            int other = l ^ stride;
            float a = work[l];
            float b = work[other];
            barrier(CLK_LOCAL_MEM_FENCE);
            int up = (l & size) == 0;
            work[l] = (l < other) == up ? fmin(a, b) : fmax(a, b);
            barrier(CLK_LOCAL_MEM_FENCE);
        }
    data[get_global_id(0)] = work[l];
}
