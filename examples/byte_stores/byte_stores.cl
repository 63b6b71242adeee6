// Work-items that write neighbouring bytes, halves and words of the same memory line.
// Nothing that another work-item wrote may be lost, and bytes that nobody writes stay as they are.
__kernel void odd_bytes(__global uchar *data, const uchar value)
{
    const size_t i = get_global_id(0);
    data[2 * i + 1] = value + (uchar)i;
}

__kernel void mixed_widths(__global char *bytes)
{
    const size_t i = get_global_id(0);
    __global char *base = bytes + 16 * i;
    base[0] = (char)i;
    *(__global short *)(base + 2) = (short)(i * 1000);
    *(__global int *)(base + 4) = (int)i - 7;
    *(__global ulong *)(base + 8) = i * 0x0123456789abcdefUL;
}

__kernel void scatter(__global const ushort *where, __global ushort *out, const ushort mark)
{
    const size_t i = get_global_id(0);
    out[where[i]] = (ushort)(mark + i);
}

__kernel void reverse_bytes(__global const uchar *in, __global uchar *out)
{
    const size_t i = get_global_id(0);
    out[get_global_size(0) - 1 - i] = in[i];
}
