// Greatest common divisor and least common multiple by Euclid's algorithm.
// Division by a variable inside a loop with a data-dependent trip count.
uint gcd_of(uint a, uint b)
{
    while (b != 0) {
        uint rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

__kernel void gcd_lcm(__global const uint *a, __global const uint *b, __global uint *gcd, __global ulong *lcm)
{
    size_t i = get_global_id(0);
    uint g = gcd_of(a[i], b[i]);
    gcd[i] = g;
    lcm[i] = g == 0 ? 0 : (ulong)(a[i] / g) * b[i];
}

// The same on signed numbers: the rest has the sign of the dividend.
__kernel void gcd_signed(__global const int *a, __global const int *b, __global int *gcd)
{
    size_t i = get_global_id(0);
    int x = a[i], y = b[i];
    do {
        if (y == 0)
            break;
        int rest = x % y;
        x = y;
        y = rest;
    } while (true);
    gcd[i] = x < 0 ? -x : x;
}
