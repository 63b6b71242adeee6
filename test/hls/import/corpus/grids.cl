// Stencils, images and dynamic programming on grids.

#define AT(y, x) ((y) * width + (x))

__kernel void diffuse_2d(__global const float *in, __global float *out, int width, int height, float k) {
  int x = get_global_id(0), y = get_global_id(1);
  if (x == 0 || y == 0 || x >= width - 1 || y >= height - 1) {
    if (x < width && y < height)
      out[AT(y, x)] = in[AT(y, x)];
    return;
  }
  out[AT(y, x)] = in[AT(y, x)] + k * (in[AT(y - 1, x)] + in[AT(y + 1, x)] + in[AT(y, x - 1)] + in[AT(y, x + 1)] - 4.0f * in[AT(y, x)]);
}

__kernel void seven_point_3d(__global const float *a, __global float *b, int nx, int ny, int nz, float c0, float c1) {
  int i = get_global_id(0) + 1, j = get_global_id(1) + 1, k = get_global_id(2) + 1;
#define CELL(i, j, k) ((i) + nx * ((j) + ny * (k)))
  if (i < nx - 1 && j < ny - 1 && k < nz - 1)
    b[CELL(i, j, k)] = (a[CELL(i, j, k + 1)] + a[CELL(i, j, k - 1)] + a[CELL(i, j + 1, k)] + a[CELL(i, j - 1, k)] + a[CELL(i + 1, j, k)] + a[CELL(i - 1, j, k)]) * c1 - a[CELL(i, j, k)] * c0;
}

__constant float sobel[3][3] = {{-1, 0, 1}, {-2, 0, 2}, {-1, 0, 1}};

__kernel void edges(__global const uchar4 *pixels, __global uchar *out, int width, int height) {
  int x = get_global_id(0), y = get_global_id(1);
  float gx = 0, gy = 0;
  for (int dy = -1; dy <= 1; dy++)
    for (int dx = -1; dx <= 1; dx++) {
      int px = clamp(x + dx, 0, width - 1), py = clamp(y + dy, 0, height - 1);
      uchar4 p = pixels[AT(py, px)];
      float grey = 0.299f * p.x + 0.587f * p.y + 0.114f * p.z;
      gx += sobel[dy + 1][dx + 1] * grey;
      gy += sobel[dx + 1][dy + 1] * grey;
    }
  out[AT(y, x)] = convert_uchar_sat(sqrt(gx * gx + gy * gy));
}

__kernel void shortest_row(__global const int *wall, __global const int *from, __global int *to, int cols, int row) {
  int x = get_global_id(0);
  if (x >= cols)
    return;
  int best = from[x];
  if (x > 0)
    best = min(best, from[x - 1]);
  if (x < cols - 1)
    best = min(best, from[x + 1]);
  to[x] = wall[row * cols + x] + best;
}

__kernel void align_diagonal(__global int *score, __global const int *reference, int cols, int penalty, int diagonal) {
  int t = get_global_id(0);
  int x = t + 1, y = diagonal - t;
  if (y < 1 || x >= cols || y >= cols)
    return;
  int index = y * cols + x;
  int a = score[index - cols - 1] + reference[index];
  int b = score[index - 1] - penalty, c = score[index - cols] - penalty;
  int k = a <= b ? b : a;
  score[index] = k <= c ? c : k;
}

__kernel void fluid_collide(__global const float *src, __global float *dst, int width, float omega) {
  int i = get_global_id(0);
  float rho = 0, ux = 0, uy = 0;
  int cell = i * 9;
  const int ex[9] = {0, 1, 0, -1, 0, 1, -1, -1, 1};
  const int ey[9] = {0, 0, 1, 0, -1, 1, 1, -1, -1};
  for (int q = 0; q < 9; q++) {
    float f = src[cell + q];
    rho += f;
    ux += f * ex[q];
    uy += f * ey[q];
  }
  ux /= rho;
  uy /= rho;
  float square = 1.5f * (ux * ux + uy * uy);
  for (int q = 0; q < 9; q++) {
    float weight = q == 0 ? 4.0f / 9 : q < 5 ? 1.0f / 9 : 1.0f / 36;
    float eu = 3.0f * (ex[q] * ux + ey[q] * uy);
    dst[cell + q] = (1 - omega) * src[cell + q] + omega * weight * rho * (1 + eu + 0.5f * eu * eu - square);
  }
}
