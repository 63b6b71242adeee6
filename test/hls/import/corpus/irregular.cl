// Graphs, searches, clustering, hashing: data-dependent control flow and addresses.

typedef struct { int starting, degree; } Node;
typedef struct { float latitude, longitude; } Place;
typedef struct { float4 position, velocity; int kind; uchar flags[4]; } Particle;

__kernel void breadth_first(__global const Node *nodes, __global const int *edges, __global char *mask,
                            __global char *updating, __global const char *visited, __global int *cost, int n) {
  int tid = get_global_id(0);
  if (tid < n && mask[tid]) {
    mask[tid] = 0;
    for (int i = nodes[tid].starting; i < nodes[tid].degree + nodes[tid].starting; i++) {
      int id = edges[i];
      if (!visited[id]) {
        cost[id] = cost[tid] + 1;
        updating[id] = 1;
      }
    }
  }
}

__kernel void nearest_places(__global const Place *places, __global float *distance, int count, Place from) {
  int i = get_global_id(0) + get_global_size(0) * get_global_id(1);
  if (i < count) {
    float dx = from.latitude - places[i].latitude, dy = from.longitude - places[i].longitude;
    distance[i] = sqrt(dx * dx + dy * dy);
  }
}

__kernel void assign_clusters(__global const float *features, __global const float *centres, __global int *member,
                              int points, int clusters, int dimensions) {
  unsigned p = get_global_id(0);
  if (p >= points)
    return;
  int index = 0;
  float best = FLT_MAX;
  for (int c = 0; c < clusters; c++) {
    float distance = 0;
    for (int l = 0; l < dimensions; l++) {
      float d = features[l * points + p] - centres[c * dimensions + l];
      distance += d * d;
    }
    if (distance < best) {
      best = distance;
      index = c;
    }
  }
  member[p] = index;
}

__kernel void tree_lookup(__global const long *knodes, __global const int *children, __global const int *keys,
                          __global int *answers, int order, int height) {
  int q = get_global_id(0), key = keys[q];
  int node = 0;
  for (int level = 0; level < height; level++) {
    int slot = 0;
    while (slot < order - 1 && knodes[node * order + slot] <= key)
      slot++;
    node = children[node * order + slot];
    if (node < 0)
      break;
  }
  answers[q] = node;
}

__kernel void move_particles(__global Particle *particles, __global const float3 *field, float dt, uint steps) {
  size_t i = get_global_id(0);
  Particle p = particles[i];
  for (uint s = 0; s < steps; s++) {
    switch (p.kind) {
    case 0:
      p.velocity.xyz += field[s] * dt;
      break;
    case 1:
      p.velocity *= 0.5f;
    case 2:
      p.position += p.velocity * dt;
      continue;
    default:
      p.flags[2] |= p.kind & 1 ? 1 << (s & 7) : 0;
      p.flags[3] ^= p.kind;
      goto stored;
    }
    p.position += p.velocity * dt;
  }
stored:
  particles[i].position = p.position;
  particles[i].velocity = p.velocity;
  particles[i].flags[2] = p.flags[2];
  particles[i].flags[3] = p.flags[3];
}

__constant uint rounds[8] = {0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5};

uint mix(uint x, uint y, uint z, uint k) {
  uint t = rotate(x, 7u) ^ rotate(y, 18u) ^ (z >> 3);
  return t * k + (x & y | ~x & z);
}

__kernel void digest(__global const uchar *text, __global const uint *offsets, __global ulong *out) {
  size_t i = get_global_id(0);
  uint a = 0x6a09e667, b = 0xbb67ae85, c = 0x3c6ef372;
  for (uint k = offsets[i]; k < offsets[i + 1]; k++) {
    uint next = mix(a, b, c ^ text[k], rounds[k & 7]);
    c = b;
    b = a;
    a = next;
  }
  out[i] = upsample(a, b) ^ (ulong)c * 0x9e3779b97f4a7c15UL;
}

__kernel void escape_time(__global ushort *counts, float4 window, int width, int height, ushort limit) {
  int x = get_global_id(0), y = get_global_id(1);
  float cr = window.x + x * (window.z - window.x) / width, ci = window.y + y * (window.w - window.y) / height;
  float zr = 0, zi = 0;
  ushort n = 0;
  while (n < limit && zr * zr + zi * zi <= 4.0f) {
    float t = zr * zr - zi * zi + cr;
    zi = 2 * zr * zi + ci;
    zr = t;
    n++;
  }
  counts[y * width + x] = n;
}

__kernel void absolute_differences(__global ushort *sad, __global const uchar *frame, __global const uchar *reference,
                                   int width, int range) {
  int block = get_global_id(0), shift = get_global_id(1);
  int bx = (block % (width / 4)) * 4, by = (block / (width / 4)) * 4;
  int dx = shift % range - range / 2, dy = shift / range - range / 2;
  ushort sum = 0;
  for (int y = 0; y < 4; y++) {
    uchar4 a = vload4(0, frame + (by + y) * width + bx);
    uchar4 b = vload4(0, reference + (by + y + dy) * width + bx + dx);
    ushort4 d = convert_ushort4(abs_diff(a, b));
    sum += d.x + d.y + d.z + d.w;
  }
  sad[block * range * range + shift] = sum;
}
