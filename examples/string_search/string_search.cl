#define LONGEST 16

// Where a pattern begins in a text: the group's part of the text, with what hangs over, is looked at in local memory.
__kernel void string_search(__global const uchar *text, int length, __constant uchar *pattern, int size,
                            __local uchar *part, __global uchar *matches, volatile __global int *count) {
  int l = get_local_id(0);
  int group = get_local_size(0);
  int base = get_group_id(0) * group;
  for (int k = l; k < group + LONGEST; k += group) part[k] = base + k < length ? text[base + k] : 0;
  barrier(CLK_LOCAL_MEM_FENCE);
  int i = base + l;
  if (i + size > length) return;
  int k = 0;
  while (k < size && part[l + k] == pattern[k]) k++;
  matches[i] = k == size;
  if (k == size) atomic_inc(count);
}

// A failure table in private memory (Knuth, Morris, Pratt), each work-item its own stretch of the text.
__kernel void string_count(__global const uchar *text, int length, int stretch, __global const uchar *pattern, int size,
                           __global int *counts) {
  uchar wanted[LONGEST];
  char failure[LONGEST];
  for (int k = 0; k < size; k++) wanted[k] = pattern[k];
  failure[0] = 0;
  for (int k = 1, m = 0; k < size; k++) {
    while (m > 0 && wanted[k] != wanted[m]) m = failure[m - 1];
    if (wanted[k] == wanted[m]) m++;
    failure[k] = m;
  }
  int start = get_global_id(0) * stretch;
  int end = min(length, start + stretch + size - 1);
  int m = 0;
  int found = 0;
  for (int i = start; i < end; i++) {
    while (m > 0 && (m == size || text[i] != wanted[m])) m = failure[m - 1];
    if (text[i] == wanted[m]) m++;
    if (m == size) found++;
  }
  counts[get_global_id(0)] = found;
}
