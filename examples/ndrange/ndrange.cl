// Everything that a work-item can ask about where it is, in one to three dimensions.
// Each work-item writes a record at its linear index; sizes, groups and offsets all show.
__kernel void describe(__global ulong *record, const uint words)
{
    size_t x = get_global_id(0) - get_global_offset(0);
    size_t y = get_global_id(1) - get_global_offset(1);
    size_t z = get_global_id(2) - get_global_offset(2);
    size_t at = ((z * get_global_size(1) + y) * get_global_size(0) + x) * words;
    record[at + 0] = get_global_id(0) | get_global_id(1) << 16 | get_global_id(2) << 32;
    record[at + 1] = get_local_id(0) | get_local_id(1) << 16 | get_local_id(2) << 32;
    record[at + 2] = get_group_id(0) | get_group_id(1) << 16 | get_group_id(2) << 32;
    record[at + 3] = get_local_size(0) | get_local_size(1) << 16 | get_local_size(2) << 32;
    record[at + 4] = get_num_groups(0) | get_num_groups(1) << 16 | get_num_groups(2) << 32;
    record[at + 5] = get_work_dim() | get_global_size(0) << 8 | get_global_size(1) << 24 | get_global_size(2) << 40;
    // There is no fourth dimension: every id and offset is 0.
    record[at + 6] = get_global_id(3) | get_local_id(4) << 8 | get_group_id(3) << 16 | get_global_offset(7) << 24;
}

// The dimension is only known when the kernel runs.
__kernel void chosen_dimension(const uint dimension, __global uint *out)
{
    size_t at = (get_global_id(1) - get_global_offset(1)) * get_global_size(0) + get_global_id(0) - get_global_offset(0);
    uint id = 0;
    for (uint d = 0; d < get_work_dim(); d++) {
        size_t here = d == 0 ? get_global_id(0) : get_global_id(1);
        if (d == dimension)
            id += (uint)here;
    }
    out[at] = id;
}
