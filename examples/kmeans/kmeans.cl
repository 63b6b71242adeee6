// The assignment step of k-means: the nearest centre of every point.
// Two nested loops and an argmin that carries a distance and an index.
__kernel void kmeans_assign(__global const float *points, __global const float *centres, __global int *membership,
                            int npoints, int nclusters, int nfeatures)
{
    unsigned int point = get_global_id(0);
    if (point >= npoints)
        return;

    int index = 0;
    float best = FLT_MAX;
    for (int c = 0; c < nclusters; c++) {
        float distance = 0;
        for (int f = 0; f < nfeatures; f++) {
            float d = points[f * npoints + point] - centres[c * nfeatures + f];
            distance += d * d;
        }
        if (distance < best) {
            best = distance;
            index = c;
        }
    }
    membership[point] = index;
}
