// Steps of the Collatz sequence and the greatest value met on the way.
// One while loop whose length nobody knows beforehand.
kernel void collatz(global const uint *start, global uint *steps, global ulong *peak)
{
    size_t i = get_global_id(0);
    ulong value = start[i];
    ulong top = value;
    uint count = 0;
    while (value > 1) {
        if (value % 2 == 0)
            value = value / 2;
        else
            value = 3 * value + 1;
        top = max(top, value);
        ++count;
    }
    steps[i] = count;
    peak[i] = top;
}
