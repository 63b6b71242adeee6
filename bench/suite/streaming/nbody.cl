// Acceleration of n bodies (x, y, z, mass) by all others.
__kernel void nbody(int n, float softening, __global const float4 *bodies, __global float4 *accelerations)
{
    int i = get_global_id(0);
    float4 self = bodies[i];
    float ax = 0.0f;
    float ay = 0.0f;
    float az = 0.0f;
    for (int j = 0; j < n; j++) {
        float4 other = bodies[j];
        float dx = other.x - self.x;
        float dy = other.y - self.y;
        float dz = other.z - self.z;
        float d2 = dx * dx + dy * dy + dz * dz + softening;
        float inv = 1.0f / sqrt(d2);
        float s = other.w * inv * inv * inv;
        ax += s * dx;
        ay += s * dy;
        az += s * dz;
    }
    accelerations[i] = (float4)(ax, ay, az, 0.0f);
}
