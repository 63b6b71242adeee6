// Counts bytes: every work-group in local memory, then added to the totals.
#define BINS 256

__kernel __attribute__((reqd_work_group_size(BINS, 1, 1)))
void histogram(int n, __global const uchar *data, __global uint *bins)
{
    __local uint part[BINS];
    int l = get_local_id(0);
    part[l] = 0;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int i = get_global_id(0); i < n; i += get_global_size(0))
        atomic_inc(&part[data[i]]);
    barrier(CLK_LOCAL_MEM_FENCE);
    atomic_add(&bins[l], part[l]);
}
