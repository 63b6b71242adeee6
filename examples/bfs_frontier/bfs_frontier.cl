// One level of a breadth-first search: every node of the frontier visits its neighbours. Whoever sets a node's level
// first puts it into the next frontier's flags; the counter tells the host whether to go on.
__kernel void bfs_frontier(__global const int *offsets, __global const int *edges, volatile __global int *level,
                           __global const uchar *frontier, __global uchar *next, volatile __global int *found, int depth,
                           int nodes) {
  int node = get_global_id(0);
  if (node >= nodes || !frontier[node]) return;
  for (int e = offsets[node]; e < offsets[node + 1]; e++) {
    int neighbour = edges[e];
    if (atomic_cmpxchg(&level[neighbour], -1, depth) == -1) {
      next[neighbour] = 1;
      atomic_inc(found);
    }
  }
}
