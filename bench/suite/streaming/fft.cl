// 1024-point complex FFTs, one a work-group, radix 2 in local memory (Stockham's order, no bit reversal).
#define N 1024
#define THREADS (N / 2)

__kernel __attribute__((reqd_work_group_size(THREADS, 1, 1)))
void fft(__global const float2 *in, __global const float2 *roots, __global float2 *out)
{
    __local float2 work[2][N];
    int l = get_local_id(0);
    int base = get_group_id(0) * N;
    work[0][l] = in[base + l];
    work[0][l + THREADS] = in[base + l + THREADS];
    int from = 0;
    for (int half_size = 1; half_size < N; half_size *= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        int k = l & (half_size - 1);
        float2 w = roots[k * (THREADS / half_size)];
        float2 a = work[from][l];
        float2 b = work[from][l + THREADS];
        float2 t = (float2)(b.x * w.x - b.y * w.y, b.x * w.y + b.y * w.x);
        int to = ((l - k) << 1) + k;
        work[1 - from][to] = a + t;
        work[1 - from][to + half_size] = a - t;
        from = 1 - from;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    out[base + l] = work[from][l];
    out[base + l + THREADS] = work[from][l + THREADS];
}
