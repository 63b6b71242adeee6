// Private arrays and structs, pointers into them, and blocks of memory. Every kernel: (out, in, n), 16 work-items in
// groups of 4; `in` holds 64 numbers from 0 to 99.
#define ID ((int)get_global_id(0))

__kernel void indexed(__global int *out, __global const int *in, int n) {
  int a[8];
  for (int k = 0; k < 8; k++) a[k] = in[ID + k];
  for (int k = 0; k < n; k++) a[(k * 3 + ID) & 7] += a[in[k] & 7];
  out[ID] = a[0] + 2 * a[1] + 3 * a[2] + 5 * a[3] + 7 * a[4] + 11 * a[5] + 13 * a[6] + a[7];
}

__kernel void two_dimensions(__global int *out, __global const int *in, int n) {
  short m[5][3];
  for (int y = 0; y < 5; y++)
    for (int x = 0; x < 3; x++) m[y][x] = in[(y * 3 + x + ID) & 63] - 50;
  int sum = 0;
  for (int k = 0; k < n; k++) sum = sum * 3 + m[(k + ID) % 5][(k * k) % 3];
  out[ID] = sum;
}

__kernel void chosen_pointer(__global int *out, __global const int *in, int n) {
  int a[4], b[4];
  for (int k = 0; k < 4; k++) {
    a[k] = in[k + ID];
    b[k] = -in[k + ID];
  }
  int *p = in[ID] > 50 ? a : b;
  for (int k = 0; k < n; k++) {
    *p += k;
    p = in[k] & 1 ? a + (k & 3) : b + (in[k] & 3);
  }
  out[ID] = a[0] + a[1] * 3 + a[2] * 5 + a[3] * 7 + b[0] * 11 + b[1] * 13 + b[2] * 17 + b[3] * 19;
}

__kernel void stored_pointer(__global int *out, __global const int *in, int n) {
  int a[6];
  int *p[3];
  for (int k = 0; k < 6; k++) a[k] = in[k + ID];
  for (int k = 0; k < 3; k++) p[(k + n) % 3] = a + ((k * 2 + ID) % 6);
  for (int k = 0; k < n; k++) *p[in[k] % 3] += k;
  out[ID] = a[0] + a[1] * 3 + a[2] * 5 + a[3] * 7 + a[4] * 11 + a[5] * 13;
}

__kernel void stored_global_pointer(__global int *out, __global const int *in, int n) {
  __global const int *p[4];
  for (int k = 0; k < 4; k++) p[k] = in + k * 7 + ID;
  int sum = 0;
  for (int k = 0; k < n; k++) sum += *p[in[k] & 3]++ * k;
  out[ID] = sum;
}

struct Node { int value; struct Node *next; char tag[3]; };

__kernel void linked(__global int *out, __global const int *in, int n) {
  struct Node nodes[5];
  struct Node *head = 0;
  for (int k = 0; k < 5; k++) {
    nodes[k].value = in[k + ID];
    nodes[k].tag[k % 3] = k;
    nodes[k].next = head;
    if (in[k] & 1) head = &nodes[k];
  }
  int sum = 0;
  for (struct Node *at = head; at; at = at->next) sum = sum * 7 + at->value;
  out[ID] = sum;
}

struct Mixed { char c; short s; int i; long l; float f[3]; uchar tail[5]; };

static void change(struct Mixed *m, int k) {
  m->f[k % 3] += 1.5f;
  m->tail[(k + 1) % 5] ^= k;
  m->l -= m->i;
}

__kernel void aggregates(__global int *out, __global const int *in, int n) {
  struct Mixed a = {in[0], in[1], in[2], in[3], {in[4], in[5], in[6]}, {1, 2, 3, 4, 5}};
  struct Mixed all[3];
  for (int k = 0; k < 3; k++) {
    all[k] = a;
    change(&all[k], in[k + ID]);
  }
  all[n % 3] = all[in[ID] % 3];
  struct Mixed b = all[in[ID + 1] % 3];
  change(&b, ID);
  out[ID] = b.c + b.s + b.i + (int)b.l + (int)b.f[n % 3] + b.tail[ID % 5] + (int)all[2].f[ID % 3] + all[0].tail[n % 5];
}

__attribute__((noinline)) static int by_value(struct Mixed m, int k) {
  m.tail[k % 5] = 100;
  m.f[k % 3] = 2;
  return m.tail[0] + m.tail[1] * 2 + (int)m.f[0] + (int)m.f[1] * 3 + (int)m.l;
}

__kernel void passed_by_value(__global int *out, __global const int *in, int n) {
  struct Mixed a = {1, 2, in[ID], 4, {5, 6, 7}, {1, 2, 3, 4, 5}};
  int first = by_value(a, n);
  change(&a, ID);
  out[ID] = first * 1000 + by_value(a, ID) + a.tail[0] + a.tail[1];
}

union Bits { float f; uint u; uchar b[4]; short s[2]; };

__kernel void unions(__global int *out, __global const int *in, int n) {
  union Bits x[2];
  x[0].f = in[ID] * 0.37f;
  x[1].u = as_uint(x[0].f);
  x[ID & 1].b[n & 3] ^= 0x40;
  x[n & 1].s[ID & 1] += 3;
  out[ID] = x[0].u ^ (x[1].b[ID & 3] << 3) ^ as_int(x[1].f);
}

__kernel void vectors(__global int *out, __global const int *in, int n) {
  int4 v[3];
  for (int k = 0; k < 3; k++) v[k] = vload4(k, in + ID);
  for (int k = 0; k < n; k++) {
    v[in[k] % 3].yz += v[k % 3].wx;
    ((int *)&v[k % 3])[in[k] & 3] -= k;
  }
  int4 s = v[0] + v[1] * 3 + v[2] * 5;
  out[ID] = s.x + s.y * 7 + s.z * 11 + s.w * 13;
}

__kernel void doubles(__global int *out, __global const int *in, int n) {
  long a[3];
  uchar *bytes = (uchar *)a;
  for (int k = 0; k < 3; k++) a[k] = (long)in[k + ID] * 0x100000001L;
  for (int k = 0; k < n; k++) bytes[(in[k] + k) % 24] += k;
  out[ID] = (int)(a[0] ^ a[1] ^ (a[2] >> 32));
}

__kernel void copies(__global int *out, __global const int *in, int n) {
  char text[32], other[32];
  for (int k = 0; k < 32; k++) text[k] = in[k + ID];
  __builtin_memset(other, n, 32);
  __builtin_memcpy(other + 3, text + 1, 17);
  __builtin_memmove(text + 5, text + 2, 20);
  __builtin_memmove(other, other + 7, n + 8);
  __builtin_memset(text + n, ID, n);
  int sum = 0;
  for (int k = 0; k < 32; k++) sum = sum * 3 + text[k] + 2 * other[k];
  out[ID] = sum;
}

struct Large { int words[40]; };

__kernel void large_copies(__global int *out, __global const int *in, int n) {
  struct Large a[2];
  for (int k = 0; k < 40; k++) a[0].words[k] = in[(k + ID) & 63];
  a[1] = a[0];
  a[1].words[n] = 1000;
  a[0] = a[n & 1];
  int sum = 0;
  for (int k = 0; k < 40; k++) sum = sum * 3 + a[0].words[k] - a[1].words[39 - k];
  out[ID] = sum;
}

__kernel void reused(__global int *out, __global const int *in, int n) {
  int total = 0;
  for (int round = 0; round < n; round++) {
    int stack[6];
    int top = 0;
    for (int k = 0; k < 6; k++)
      if ((in[k + round] + ID) & 1) stack[top++] = in[k + ID];
    while (top > 0) total = total * 5 + stack[--top];
  }
  out[ID] = total;
}

__kernel void table_then_changes(__global int *out, __global const int *in, int n) {
  int table[8] = {3, 1, 4, 1, 5, 9, 2, 6};
  for (int k = 0; k < n; k++) table[in[k] & 7] += ID;
  out[ID] = table[ID & 7] * 10 + table[n & 7];
}
