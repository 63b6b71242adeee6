// The atomics of OpenCL 2.0. Every kernel: (out, in, n), 16 work-items in groups of 4; `in` holds 64 numbers from 0 to 99.
#define ID ((int)get_global_id(0))
#define L ((int)get_local_id(0))

__kernel void fetch(__global int *out, __global const int *in, int n) {
  __local atomic_int i[4];
  __local atomic_uint u[4];
  if (L < 4) {
    atomic_init(&i[L], L * 10 - 20);
    atomic_init(&u[L], L * 1000);
  }
  work_group_barrier(CLK_LOCAL_MEM_FENCE);
  int x = in[ID];
  atomic_fetch_add(&i[0], x);
  atomic_fetch_sub_explicit(&i[1], x, memory_order_relaxed, memory_scope_work_group);
  atomic_fetch_min(&i[2], x - 50);
  atomic_fetch_max_explicit(&i[3], x - 50, memory_order_acq_rel);
  atomic_fetch_or(&u[0], 1u << (x & 31));
  atomic_fetch_xor(&u[1], x);
  atomic_fetch_and(&u[2], x);
  atomic_fetch_max(&u[3], x - 50);
  work_group_barrier(CLK_LOCAL_MEM_FENCE, memory_scope_work_group);
  int sum = 0;
  for (int k = 0; k < 4; k++)
    sum = sum * 31 + atomic_load(&i[k]) + (int)atomic_load_explicit(&u[k], memory_order_acquire, memory_scope_work_group);
  out[ID] = sum;
}

__kernel void compare_and_flags(__global int *out, __global const int *in, int n) {
  __local atomic_int value;
  __local atomic_flag flag;
  __local atomic_int winners;
  if (L == 0) {
    atomic_init(&value, n);
    atomic_init(&winners, 0);
    atomic_flag_clear(&flag);
  }
  work_group_barrier(CLK_LOCAL_MEM_FENCE);
  int expected = n;
  bool won = atomic_compare_exchange_strong(&value, &expected, 1000);
  bool kept = won ? expected == n : expected == 1000;
  bool was_set = atomic_flag_test_and_set(&flag);
  if (!was_set) atomic_fetch_add(&winners, 100);
  if (won) atomic_fetch_add(&winners, 1);
  work_group_barrier(CLK_LOCAL_MEM_FENCE);
  int seen = 0;
  do seen = atomic_load(&winners);
  while (!atomic_compare_exchange_weak_explicit(&winners, &seen, seen + 2, memory_order_relaxed, memory_order_relaxed,
                                                memory_scope_work_group));
  atomic_work_item_fence(CLK_LOCAL_MEM_FENCE, memory_order_acq_rel, memory_scope_work_group);
  work_group_barrier(CLK_LOCAL_MEM_FENCE);
  out[ID] = atomic_load(&winners) * 10 + kept;
}

__kernel void exchange_and_store(__global int *out, __global const int *in, int n) {
  __local atomic_int a[4];
  atomic_store(&a[L], in[ID]);
  work_group_barrier(CLK_LOCAL_MEM_FENCE);
  int old = atomic_exchange(&a[3 - L], in[ID] + n);
  work_group_barrier(CLK_LOCAL_MEM_FENCE);
  atomic_store_explicit(&a[L], atomic_load(&a[L]) + old, memory_order_release, memory_scope_work_group);
  work_group_barrier(CLK_LOCAL_MEM_FENCE);
  out[ID] = atomic_load(&a[L ^ 1]);
}
