// Breadth-first search, one launch a level. Nodes that are not reached yet have level -1.
__kernel void bfs_start(int source, __global int *levels)
{
    int node = get_global_id(0);
    levels[node] = node == source ? 0 : -1;
}

__kernel void bfs_level(int level, __global const int *starts, __global const int *edges, __global int *levels,
                        __global int *changed)
{
    int node = get_global_id(0);
    if (levels[node] != level)
        return;
    for (int k = starts[node]; k < starts[node + 1]; k++) {
        int next = edges[k];
        if (levels[next] < 0) {
            levels[next] = level + 1;
            *changed = 1;
        }
    }
}
