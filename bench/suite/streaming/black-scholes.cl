// European options: price of the call and the put by the formula of Black and Scholes.
float normal(float d)
{
    float k = 1.0f / (1.0f + 0.2316419f * fabs(d));
    float poly = k * (0.31938153f + k * (-0.356563782f + k * (1.781477937f + k * (-1.821255978f + k * 1.330274429f))));
    float c = 0.39894228040143267794f * exp(-0.5f * d * d) * poly;
    return d > 0.0f ? 1.0f - c : c;
}

__kernel void black_scholes(float rate, float volatility, __global const float *price, __global const float *strike,
                            __global const float *years, __global float *call, __global float *put)
{
    int i = get_global_id(0);
    float s = price[i];
    float x = strike[i];
    float t = years[i];
    float root = sqrt(t);
    float d1 = (log(s / x) + (rate + 0.5f * volatility * volatility) * t) / (volatility * root);
    float d2 = d1 - volatility * root;
    float n1 = normal(d1);
    float n2 = normal(d2);
    float discount = x * exp(-rate * t);
    call[i] = s * n1 - discount * n2;
    put[i] = discount * (1.0f - n2) - s * (1.0f - n1);
}
