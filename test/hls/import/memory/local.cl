// Local memory, barriers, fences and atomics. Every kernel: (out, in, n), 16 work-items in groups of 4; `in` holds 64
// numbers from 0 to 99.
#pragma OPENCL EXTENSION cl_khr_int64_base_atomics : enable
#pragma OPENCL EXTENSION cl_khr_int64_extended_atomics : enable
#define ID ((int)get_global_id(0))
#define L ((int)get_local_id(0))

typedef struct { int key; float weight; short path[3]; } Item;

__kernel void structs(__global int *out, __global const int *in, int n) {
  __local Item items[4];
  __local Item best;
  items[L].key = in[ID];
  items[L].weight = in[ID + 1] * 0.5f;
  for (int k = 0; k < 3; k++) items[L].path[k] = in[ID + k];
  barrier(CLK_LOCAL_MEM_FENCE);
  if (L == 0) {
    best = items[0];
    for (int k = 1; k < 4; k++)
      if (items[k].weight > best.weight) best = items[k];
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  Item own = items[(L + n) & 3];
  out[ID] = best.key * 100 + best.path[n % 3] + own.path[in[ID] % 3] + (int)best.weight;
}

__kernel void barriers_in_branches(__global int *out, __global const int *in, int n) {
  __local int tile[4];
  int x = in[ID];
  for (int round = 0; round < n; round++) {
    if (round & 1) {
      tile[L] = x;
      barrier(CLK_LOCAL_MEM_FENCE);
      x += tile[(L + 1) & 3];
    } else {
      for (int inner = 0; inner < 2; inner++) {
        tile[3 - L] = x + inner;
        barrier(CLK_LOCAL_MEM_FENCE);
        x ^= tile[L] * 3;
        barrier(CLK_LOCAL_MEM_FENCE);
      }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  out[ID] = x;
}

static int exchange(__local int *tile, int value, int with) {
  tile[L] = value;
  barrier(CLK_LOCAL_MEM_FENCE);
  int other = tile[L ^ with];
  barrier(CLK_LOCAL_MEM_FENCE);
  return other;
}

__kernel void barriers_in_functions(__global int *out, __global const int *in, int n) {
  __local int tile[4];
  int x = in[ID];
  x += exchange(tile, x, 1);
  x = max(x, exchange(tile, x * 3 % 17, 2));
  out[ID] = x + exchange(tile, n, 3);
}

__kernel void chosen_tiles(__global int *out, __global const int *in, int n) {
  __local int a[4], b[4];
  __local int *from = a, *to = b;
  from[L] = in[ID];
  for (int k = 0; k < n; k++) {
    barrier(CLK_LOCAL_MEM_FENCE);
    to[L] = from[(L + k) & 3] + k;
    __local int *swap = from;
    from = to;
    to = swap;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  __local int *either = in[ID] & 1 ? a : b;
  out[ID] = either[3 - L] + from[L];
}

__kernel void global_exchange(__global int *out, __global const int *in, int n) {
  out[ID] = in[ID] * n;
  barrier(CLK_GLOBAL_MEM_FENCE);
  int other = out[ID ^ 1];
  barrier(CLK_GLOBAL_MEM_FENCE);
  out[ID] = other + 1;
  mem_fence(CLK_GLOBAL_MEM_FENCE);
  read_mem_fence(CLK_LOCAL_MEM_FENCE);
  write_mem_fence(CLK_GLOBAL_MEM_FENCE | CLK_LOCAL_MEM_FENCE);
}

__kernel void counters(__global int *out, __global const int *in, int n) {
  volatile __local int i[8];
  volatile __local uint u[8];
  if (L == 0)
    for (int k = 0; k < 8; k++) {
      i[k] = k * 10 - 30;
      u[k] = k * 20;
    }
  barrier(CLK_LOCAL_MEM_FENCE);
  int x = in[ID];
  atomic_add(&i[0], x);
  atomic_sub(&i[1], x);
  atomic_inc(&i[2]);
  atomic_dec(&i[3]);
  atomic_min(&i[4], x - 50);
  atomic_max(&i[5], x - 50);
  atomic_and(&u[0], ~(1u << (x & 7)));
  atomic_or(&u[1], 1u << (x & 31));
  atomic_xor(&u[2], x);
  atomic_min(&u[3], x - 50);
  atomic_max(&u[4], x - 50);
  atomic_cmpxchg(&u[5], 100, 7);
  barrier(CLK_LOCAL_MEM_FENCE);
  if (L == 0) {
    int sum = 0;
    for (int k = 0; k < 6; k++) sum = sum * 31 + i[k] + (int)(u[k] >> 3) + (int)u[k];
    out[ID] = sum;
  } else
    out[ID] = 0;
}

__kernel void long_counters(__global int *out, __global const int *in, int n) {
  volatile __local long i[4];
  volatile __local ulong u[4];
  if (L == 0)
    for (int k = 0; k < 4; k++) {
      i[k] = -5L << 33;
      u[k] = 7UL << 40;
    }
  barrier(CLK_LOCAL_MEM_FENCE);
  long x = (long)in[ID] << (in[ID] & 31);
  atom_add(&i[0], x);
  atom_min(&i[1], -x * 1000);
  atom_max(&i[2], x);
  atom_inc(&i[3]);
  atom_xor(&u[0], x);
  atom_or(&u[1], x);
  atom_and(&u[2], ~x);
  atom_cmpxchg(&u[3], 7UL << 40, 3UL);
  barrier(CLK_LOCAL_MEM_FENCE);
  long sum = 0;
  for (int k = 0; k < 4; k++) sum = sum * 31 + i[k] + (long)u[k];
  out[ID] = (int)(sum ^ (sum >> 32));
}

// Which work-item gets what differs from run to run, but all of it together does not.
__kernel void tickets(__global int *out, __global const int *in, int n) {
  volatile __local int next;
  __local int taken[4];
  if (L == 0) next = n;
  taken[L] = 0;
  barrier(CLK_LOCAL_MEM_FENCE);
  int mine = atomic_inc(&next) - n;
  if (mine >= 0 && mine < 4) taken[mine] = 1;
  barrier(CLK_LOCAL_MEM_FENCE);
  int old = atomic_xchg(&next, 77);
  barrier(CLK_LOCAL_MEM_FENCE);
  out[ID] = taken[L] + 10 * (old == n + 4 || old == 77) + 100 * (next == 77);
}

__kernel void float_exchange(__global int *out, __global const int *in, int n) {
  volatile __local float f[4];
  f[L] = in[ID];
  barrier(CLK_LOCAL_MEM_FENCE);
  float old = atomic_xchg(&f[3 - L], in[ID] * 0.5f);
  barrier(CLK_LOCAL_MEM_FENCE);
  out[ID] = (int)(old * 100) + (int)f[L];
}

__kernel void add_floats(__global int *out, __global const int *in, int n) {
  volatile __local uint sum;
  if (L == 0) sum = as_uint(0.25f);
  barrier(CLK_LOCAL_MEM_FENCE);
  uint old = sum, seen;
  do {
    seen = old;
    old = atomic_cmpxchg(&sum, seen, as_uint(as_float(seen) + in[ID]));
  } while (old != seen);
  barrier(CLK_LOCAL_MEM_FENCE);
  out[ID] = (int)(as_float(sum) * 4);
}

__kernel void group_copy(__global int *out, __global const int *in, int n) {
  __local int tile[24];
  __local uchar bytes[8];
  __local float4 wide[2];
  event_t e = async_work_group_copy(tile, in + n, 13, 0);
  e = async_work_group_strided_copy(tile + 13, in, 6, 5, e);
  event_t f[2];
  f[0] = async_work_group_copy(bytes, (__global const uchar *)in, 8, 0);
  f[1] = async_work_group_copy(wide, (__global const float4 *)in, 2, 0);
  prefetch(in, 4);
  wait_group_events(1, &e);
  wait_group_events(2, f);
  int sum = bytes[L] + bytes[L + 4] + as_int(wide[L & 1].y);
  for (int k = 0; k < 19; k++) sum = sum * 3 + tile[k];
  barrier(CLK_LOCAL_MEM_FENCE);
  tile[L] = sum + L;
  barrier(CLK_LOCAL_MEM_FENCE);
  e = async_work_group_copy(out + get_group_id(0) * 4, tile, 4, 0);
  wait_group_events(1, &e);
}

__kernel void early_exit(__global int *out, __global const int *in, int n) {
  __local int tile[4];
  tile[L] = in[ID];
  barrier(CLK_LOCAL_MEM_FENCE);
  out[ID] = -1;
  if (tile[L ^ 1] & 1) return;
  int sum = 0;
  for (int k = 0; k < 4; k++) {
    if (tile[k] > 90) break;
    if (tile[k] & 2) continue;
    sum += tile[k];
  }
  out[ID] = sum;
}

__kernel void private_and_barrier(__global int *out, __global const int *in, int n) {
  int own[4];
  __local int tile[4];
  for (int k = 0; k < 4; k++) own[k] = in[ID * 3 + k];
  for (int k = 0; k < 4; k++) {
    tile[L] = own[(k + n) & 3];
    barrier(CLK_LOCAL_MEM_FENCE);
    own[in[ID + k] & 3] += tile[(L + k) & 3];
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  out[ID] = own[0] + own[1] * 3 + own[2] * 5 + own[3] * 7;
}
