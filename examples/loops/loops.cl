// Loop shapes: do-while, several exits, zero trips, endless loops with a break, conditions with loads.
// Every kernel ends for every input; how soon depends on the data.
__kernel void digits(__global const uint *in, __global uchar *count)
{
    const size_t i = get_global_id(0);
    uint x = in[i];
    uchar n = 0;
    do {
        n++;
        x /= 10;
    } while (x);
    count[i] = n;
}

__kernel void several_exits(__global const int *data, const int n, __global int *why, __global int *where)
{
    const int i = get_global_id(0);
    int reason = 0, at = i, sum = 0;
    for (;;) {
        if (at >= n) {
            reason = 1;
            break;
        }
        int v = data[at];
        if (v == 0) {
            reason = 2;
            break;
        }
        sum += v;
        if (sum > 300) {
            reason = 3;
            sum = -sum;
            break;
        }
        at += (v & 3) + 1;
        if (sum < -200)
            goto out;
    }
    reason *= 10;
out:
    why[i] = reason * 1000 + sum;
    where[i] = at;
}

__kernel void zero_trips(__global const int *from, __global const int *to, __global int *out)
{
    const int i = get_global_id(0);
    int total = 1000;
    for (int k = from[i]; k < to[i]; k++)
        total += k;
    for (int k = to[i]; k > from[i]; k -= 2)
        total ^= k;
    out[i] = total;
}

__kernel void ping_pong(__global const uchar *next, const uint start_mask, __global uint *visited)
{
    const uint i = get_global_id(0);
    uint at = i & start_mask;
    uint steps = 0;
    while (next[at] != at) {
        at = next[at];
        if (++steps == 50)
            break;
        if (at & 1)
            continue;
        for (uint k = 0; k < (at & 3); k++)
            steps += k & 1;
        if (steps > 50)
            break;
    }
    visited[i] = steps << 8 | at;
}

// Newton's method, until it no longer moves or 20 rounds are over.
__kernel void newton_root(__global const float *a, __global float *root, __global uint *rounds)
{
    const size_t i = get_global_id(0);
    float x = a[i] > 1.0f ? a[i] : 1.0f, last;
    uint n = 0;
    do {
        last = x;
        x = 0.5f * (x + a[i] / x);
        n++;
    } while (x != last && n < 20);
    root[i] = x;
    rounds[i] = n;
}
