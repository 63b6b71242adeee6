// 3x3 convolution; pixels beyond the border count as zero.
__kernel void conv3x3(int width, int height, __global const float *in, __constant float *weights, __global float *out)
{
    int x = get_global_id(0);
    int y = get_global_id(1);
    float sum = 0.0f;
    for (int dy = -1; dy <= 1; dy++)
        for (int dx = -1; dx <= 1; dx++) {
            int sx = x + dx;
            int sy = y + dy;
            if (sx >= 0 && sx < width && sy >= 0 && sy < height)
                sum += weights[(dy + 1) * 3 + dx + 1] * in[sy * width + sx];
        }
    out[y * width + x] = sum;
}
