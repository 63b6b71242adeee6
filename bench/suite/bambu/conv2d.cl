// 3x3 convolution of the interior of a grid.
__kernel void conv2d(int rows, int columns, __global const float *in, __global const float *weights,
                     __global float *out)
{
    int j = get_global_id(0);
    int i = get_global_id(1);
    if (i > 0 && i < rows - 1 && j > 0 && j < columns - 1) {
        float sum = 0.0f;
        for (int di = -1; di <= 1; di++)
            for (int dj = -1; dj <= 1; dj++)
                sum += weights[(di + 1) * 3 + dj + 1] * in[(i + di) * columns + j + dj];
        out[i * columns + j] = sum;
    }
}
