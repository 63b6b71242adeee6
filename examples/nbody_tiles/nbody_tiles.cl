#define TILE 16

// Accelerations of n bodies (position, mass): a group loads a tile of bodies, every work-item looks at all of them.
__kernel void nbody_tiles(__global const float4 *bodies, __global float4 *acceleration, int n, float softening) {
  __local float4 tile[TILE];
  int i = get_global_id(0);
  float4 own = i < n ? bodies[i] : (float4)(0.0f);
  float3 sum = (float3)(0.0f);
  for (int start = 0; start < n; start += TILE) {
    int j = start + get_local_id(0);
    if (get_local_id(0) < TILE) tile[get_local_id(0)] = j < n ? bodies[j] : (float4)(0.0f);
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int k = 0; k < TILE; k++) {
      float4 other = tile[k];
      float3 d = other.xyz - own.xyz;
      float square = d.x * d.x + d.y * d.y + d.z * d.z + softening;
      float inverse = 1.0f / sqrt(square);
      sum += d * (other.w * inverse * inverse * inverse);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  if (i < n) acceleration[i] = (float4)(sum, 0.0f);
}
