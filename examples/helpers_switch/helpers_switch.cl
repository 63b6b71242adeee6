// A small calculator: helper functions, one of them with pointers, and a switch with fall-through.
// All calls are inlined; both sides of each decision exist in the circuit.
enum { OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MAX, OP_POLY, OP_SQUARE_ADD, OP_NEGATE };

static float poly(float x, float a, float b, float c)
{
    return (a * x + b) * x + c;
}

static int is_valid(int op)
{
    return op >= OP_ADD && op <= OP_NEGATE;
}

static void swap_if(bool condition, float *a, float *b)
{
    if (condition) {
        float t = *a;
        *a = *b;
        *b = t;
    }
}

float evaluate(int op, float a, float b)
{
    float r = 0.0f;
    switch (op) {
    case OP_ADD:
        r = a + b;
        break;
    case OP_SUB:
        r = a - b;
        break;
    case OP_SQUARE_ADD:
        a = a * a;
        /* fall through */
    case OP_MUL:
        r = a * b;
        break;
    case OP_DIV:
        return b != 0.0f ? a / b : 0.0f;
    case OP_MAX:
        swap_if(a < b, &a, &b);
        r = a;
        break;
    case OP_POLY:
        r = poly(a, b, 2.0f, 1.0f) + poly(b, a, -1.0f, 0.5f);
        break;
    default:
        r = -a;
    }
    return r;
}

__kernel void calculate(__global const int *ops, __global const float *a, __global const float *b,
                        __global float *out)
{
    size_t i = get_global_id(0);
    int op = ops[i];
    if (!is_valid(op)) {
        out[i] = -1.0f;
        return;
    }
    out[i] = evaluate(op, a[i], b[i]);
}
