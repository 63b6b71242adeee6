/* In the style of a benchmark suite's C: macros, static shared tiles, several steps in one launch. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <assert.h>

#define BLOCK_SIZE 8
#define STR_SIZE 256
#define MAX_POWER (3.0e6)
#define WITHIN(x, low, high) ((x) >= (low) && (x) <= (high))
#define SMALLER(a, b) ((a) <= (b) ? (a) : (b))

float chip_thickness = 0.0005;
const char *output_name = "out.txt";

void fail(const char *what) {
  fprintf(stderr, "error: %s\n", what);
  exit(1);
}

void write_output(float *values, int rows, int columns, const char *file) {
  FILE *fp;
  char line[STR_SIZE];
  int i, j, index = 0;
  if ((fp = fopen(file, "w")) == 0) fail("cannot open the file");
  for (i = 0; i < rows; i++)
    for (j = 0; j < columns; j++) {
      sprintf(line, "%d\t%g\n", index, values[i * columns + j]);
      fputs(line, fp);
      index++;
    }
  fclose(fp);
}

__global__ void heat(int steps, const float *power, const float *from, float *to, int columns, int rows, int border,
                     float step, float rx, float ry, float rz) {
  __shared__ float now[BLOCK_SIZE][BLOCK_SIZE];
  __shared__ float heating[BLOCK_SIZE][BLOCK_SIZE];
  __shared__ float next[BLOCK_SIZE][BLOCK_SIZE];
  float ambient = 80.0;
  int tx = threadIdx.x, ty = threadIdx.y;
  int inner = BLOCK_SIZE - steps * 2;
  int top = inner * blockIdx.y - border, left = inner * blockIdx.x - border;
  int bottom = top + BLOCK_SIZE - 1, right = left + BLOCK_SIZE - 1;
  int y = top + ty, x = left + tx;
  int index = columns * y + x;
  if (WITHIN(y, 0, rows - 1) && WITHIN(x, 0, columns - 1)) {
    now[ty][tx] = from[index];
    heating[ty][tx] = power[index];
  }
  __syncthreads();
  int first_y = (top < 0) ? -top : 0, last_y = (bottom > rows - 1) ? BLOCK_SIZE - 1 - (bottom - rows + 1) : BLOCK_SIZE - 1;
  int first_x = (left < 0) ? -left : 0, last_x = (right > columns - 1) ? BLOCK_SIZE - 1 - (right - columns + 1) : BLOCK_SIZE - 1;
  int n = ty - 1 < first_y ? first_y : ty - 1, s = ty + 1 > last_y ? last_y : ty + 1;
  int w = tx - 1 < first_x ? first_x : tx - 1, e = tx + 1 > last_x ? last_x : tx + 1;
  bool computed;
  for (int i = 0; i < steps; i++) {
    computed = false;
    if (WITHIN(tx, i + 1, BLOCK_SIZE - i - 2) && WITHIN(ty, i + 1, BLOCK_SIZE - i - 2) && WITHIN(tx, first_x, last_x) &&
        WITHIN(ty, first_y, last_y)) {
      computed = true;
      next[ty][tx] = now[ty][tx] + step * (heating[ty][tx] + (now[s][tx] + now[n][tx] - 2.0 * now[ty][tx]) * ry +
                                           (now[ty][e] + now[ty][w] - 2.0 * now[ty][tx]) * rx + (ambient - now[ty][tx]) * rz);
    }
    __syncthreads();
    if (i == steps - 1) break;
    if (computed) now[ty][tx] = next[ty][tx];
    __syncthreads();
  }
  if (computed) to[index] = next[ty][tx];
}

void run(int argc, char **argv) {
  float *power, *plates[2], *host;
  int rows = 64, columns = 64, steps = 1, size = rows * columns;
  register int t;
  host = (float *)malloc(size * sizeof(float));
  if (!host) fail("unable to allocate memory");
  cudaMalloc((void **)&plates[0], sizeof(float) * size);
  cudaMalloc((void **)&plates[1], sizeof(float) * size);
  cudaMalloc((void **)&power, sizeof(float) * size);
  dim3 block(BLOCK_SIZE, BLOCK_SIZE);
  dim3 grid(rows / 4, columns / 4);
  int source = 1, target = 0;
  for (t = 0; t < 10; t += steps) {
    int temporary = source;
    source = target;
    target = temporary;
    heat<<<grid, block>>>(SMALLER(steps, 10 - t), power, plates[source], plates[target], columns, rows, 1, 0.1, 1.0, 1.0, 1.0);
  }
  cudaMemcpy(host, plates[target], sizeof(float) * size, cudaMemcpyDeviceToHost);
  write_output(host, rows, columns, output_name);
  cudaFree(power);
  free(host);
}

main(int argc, char **argv) {
  printf("blocks of %d x %d\n", BLOCK_SIZE, BLOCK_SIZE);
  run(argc, argv);
  return EXIT_SUCCESS;
}
