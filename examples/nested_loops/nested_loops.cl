// Nested loops with break and continue, as in a search that gives up early.
// The inner loop's length depends on data, and so does which of its exits is taken.
__kernel void first_pair(__global const int *data, const int length, const int target, __global int2 *pair)
{
    const int id = get_global_id(0);
    int2 answer = (int2)(-1, -1);
    for (int i = id; i < length; i++) {
        if (data[i] < 0)
            continue;
        int found = -1;
        for (int j = i + 1; j < length; j++) {
            if (data[j] < 0)
                continue;
            if (data[j] > target)
                break;
            if (data[i] + data[j] == target) {
                found = j;
                break;
            }
        }
        if (found >= 0) {
            answer = (int2)(i, found);
            break;
        }
    }
    pair[id] = answer;
}

// Three levels, every trip count read from memory; some are zero.
__kernel void three_levels(__global const uchar *counts, const uint mask, __global uint *out)
{
    const uint id = get_global_id(0);
    uint sum = id;
    for (uint a = 0; a < counts[id & mask] % 6; a++) {
        for (uint b = 0; b < counts[(id + a) & mask] % 5; b++) {
            uint c = counts[(id + 3 * b) & mask] % 4;
            while (c-- > 0)
                sum = sum * 31 + a * b + c;
            if (sum % 7 == 3)
                continue;
            sum ^= b << 4;
        }
        if ((sum & 0xff) == 0x55)
            break;
    }
    out[id] = sum;
}
