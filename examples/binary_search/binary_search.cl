// Every work-item searches a sorted table for its own key.
// The next address depends on the value just loaded: latency is hidden by other work-items only.
__kernel void binary_search(__global const int *table, int length, __global const int *keys, __global int *found)
{
    int id = get_global_id(0);
    int key = keys[id];
    int low = 0;
    int high = length - 1;
    int at = -1;
    while (low <= high) {
        int middle = low + (high - low) / 2;
        int entry = table[middle];
        if (entry == key) {
            at = middle;
            break;
        }
        if (entry < key)
            low = middle + 1;
        else
            high = middle - 1;
    }
    found[id] = at;
}

// First position whose entry is not less than the key.
__kernel void lower_bound(__global const int *table, uint length, __global const int *keys, __global uint *position)
{
    uint id = get_global_id(0);
    uint first = 0, count = length;
    while (count > 0) {
        uint step = count >> 1;
        if (table[first + step] < keys[id]) {
            first += step + 1;
            count -= step + 1;
        } else {
            count = step;
        }
    }
    position[id] = first;
}
