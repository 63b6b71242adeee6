// A slice far into a large index space: global ids need more than 32 bits.
// The host passes a window of the data and its offset; results depend on the full 64-bit id.
__kernel void window(__global const uint *in, __global ulong *out)
{
    const size_t id = get_global_id(0);
    const size_t local_index = id - get_global_offset(0);
    out[local_index] = id * 3 + in[local_index] + (id >> 32);
}

// Indexes of 64 bits that go far out and come back, and negative ones.
__kernel void far_and_back(__global const int *in, __global int *out, const long far)
{
    const long id = (long)get_global_id(0) + far;
    __global int *end = out + get_global_size(0);
    end[(long)get_global_id(0) - (long)get_global_size(0)] = (in[id - far] >> 1) + (int)(id >> 40);
}
