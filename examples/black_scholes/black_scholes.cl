// Prices of European options by Black and Scholes, with the error function as the normal distribution.
static float distribution(float x) { return 0.5f + 0.5f * erf(x * 0.70710678f); }

__kernel void black_scholes(__global const float *spot, __global const float *strike, __global const float *years,
                            __global float *call, __global float *put, float rate, float volatility, int n) {
  int i = get_global_id(0);
  if (i >= n) return;
  float s = spot[i];
  float k = strike[i];
  float t = years[i];
  float root = volatility * sqrt(t);
  float d1 = (log(s / k) + (rate + 0.5f * volatility * volatility) * t) / root;
  float d2 = d1 - root;
  float discounted = k * exp(-rate * t);
  call[i] = s * distribution(d1) - discounted * distribution(d2);
  put[i] = discounted * distribution(-d2) - s * distribution(-d1);
}
