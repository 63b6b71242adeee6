#define BLOCK 16

// Global alignment of one pair of sequences a group: the score matrix in local memory, diagonal by diagonal.
__kernel __attribute__((reqd_work_group_size(BLOCK, 1, 1)))
void needleman_wunsch(__global const uchar *first, __global const uchar *second, __global int *scores, int penalty) {
  __local int score[BLOCK + 1][BLOCK + 1];
  int l = get_local_id(0);
  int base = get_group_id(0) * BLOCK;
  uchar letter = first[base + l] & 3;
  score[0][l + 1] = -penalty * (l + 1);
  score[l + 1][0] = -penalty * (l + 1);
  if (l == 0) score[0][0] = 0;
  for (int diagonal = 0; diagonal < 2 * BLOCK - 1; diagonal++) {
    barrier(CLK_LOCAL_MEM_FENCE);
    int y = l;
    int x = diagonal - l;
    if (x >= 0 && x < BLOCK) {
      int match = letter == (second[base + x] & 3) ? 3 : -2;
      int along = max(score[y + 1][x], score[y][x + 1]) - penalty;
      score[y + 1][x + 1] = max(score[y][x] + match, along);
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int y = 0; y < BLOCK; y++) scores[(base + y) * BLOCK + l] = score[y + 1][l + 1];
}
