/**
 * CUDA's math functions on those of OpenCL, which have the same mangled names: what has an operator
 * is one of clang's elementwise built-ins, the rest is a call that the built-in library answers.
 */

const lines: string[] = [];
const add = (text: string): void => {
  lines.push(text);
};

/** A function of one to three numbers of one type: `name(double)`, `namef(float)` and `name(float)`. */
function both(name: string, count: number, body: (type: "float" | "double") => string): void {
  const list = (type: string) =>
    ["x", "y", "z"]
      .slice(0, count)
      .map((each) => `${type} ${each}`)
      .join(", ");
  for (const [cuda, type] of [
    [name, "double"],
    [`${name}f`, "float"],
    [name, "float"],
  ] as const) {
    add(`__SOFF_FN ${type} ${cuda}(${list(type)}) { return ${body(type)}; }`);
  }
}

const operands = ["x", "y", "z"];
const elementwise = (name: string, builtin: string, count: number) =>
  both(name, count, () => `__builtin_elementwise_${builtin}(${operands.slice(0, count).join(", ")})`);

/** A call of OpenCL's function `cl`. */
function library(name: string, count: number, cl = name): void {
  for (const [type, code] of [
    ["float", "f"],
    ["double", "d"],
  ] as const) {
    const parameters = Array(count).fill(type).join(", ");
    add(
      `extern "C" __SOFF_HD __attribute__((const)) ${type} __soff_${cl}_${code}(${parameters}) ` +
        `__asm("_Z${cl.length}${cl}${code.repeat(count)}");`,
    );
  }
  both(name, count, (type) => `__soff_${cl}_${type[0]}(${operands.slice(0, count).join(", ")})`);
}

for (const name of ["floor", "ceil", "trunc", "rint", "round", "sqrt"]) elementwise(name, name, 1);
elementwise("nearbyint", "rint", 1);
elementwise("fabs", "abs", 1);
elementwise("copysign", "copysign", 2);
elementwise("fma", "fma", 3);
library("fmin", 2);
library("fmax", 2);
for (const name of (
  "acos acosh asin asinh acospi asinpi atanpi atan atanh cbrt cos cosh cospi erf erfc exp exp2 exp10 expm1 lgamma log log10 log1p " +
  "log2 logb rsqrt sin sinh sinpi tan tanh tanpi tgamma"
).split(" ")) {
  library(name, 1);
}
for (const name of "atan2 fdim fmod hypot nextafter pow powr remainder".split(" ")) library(name, 2);
both("rcbrt", 1, (type) => (type === "float" ? "1.0f / cbrtf(x)" : "1.0 / cbrt(x)"));
both("normcdf", 1, (type) =>
  type === "float" ? "0.5f * erfcf(x * -0.70710678f)" : "0.5 * erfc(x * -0.70710678118654752)",
);
both("fdivide", 2, () => "x / y");
both("norm3d", 3, (type) => (type === "float" ? "sqrtf(x * x + y * y + z * z)" : "sqrt(x * x + y * y + z * z)"));
both("rnorm3d", 3, (type) => (type === "float" ? "rsqrtf(x * x + y * y + z * z)" : "rsqrt(x * x + y * y + z * z)"));
both("rhypot", 2, (type) => (type === "float" ? "1.0f / hypotf(x, y)" : "1.0 / hypot(x, y)"));

add(`
extern "C" __SOFF_HD __attribute__((const)) float __soff_ldexp_f(float, int) __asm("_Z5ldexpfi");
extern "C" __SOFF_HD __attribute__((const)) double __soff_ldexp_d(double, int) __asm("_Z5ldexpdi");
extern "C" __SOFF_HD __attribute__((const)) int __soff_ilogb_f(float) __asm("_Z5ilogbf");
extern "C" __SOFF_HD __attribute__((const)) int __soff_ilogb_d(double) __asm("_Z5ilogbd");
extern "C" __SOFF_HD __attribute__((const)) long __soff_mul_hi_l(long, long) __asm("_Z6mul_hill");
extern "C" __SOFF_HD __attribute__((const)) unsigned long __soff_mul_hi_m(unsigned long, unsigned long) __asm("_Z6mul_himm");
`);

for (const [type, suffix, code, bits, uint, fraction, bias] of [
  ["float", "f", "f", 32, "unsigned", 23, 127],
  ["double", "", "d", 64, "unsigned long", 52, 1023],
] as const) {
  const overloads = suffix === "" ? [""] : ["f", ""];
  const one = type === "float" ? "1.0f" : "1.0";
  for (const s of overloads) {
    add(`__SOFF_FN ${type} ldexp${s}(${type} x, int n) { return __soff_ldexp_${code}(x, n); }`);
    add(`__SOFF_FN ${type} scalbn${s}(${type} x, int n) { return __soff_ldexp_${code}(x, n); }`);
    add(
      `__SOFF_FN ${type} scalbln${s}(${type} x, long n) { return __soff_ldexp_${code}(x, n > 99999 ? 99999 : n < -99999 ? -99999 : (int)n); }`,
    );
    add(`__SOFF_FN int ilogb${s}(${type} x) { return __soff_ilogb_${code}(x); }`);
    add(`__SOFF_FN long lrint${s}(${type} x) { return (long)__builtin_elementwise_rint(x); }`);
    add(`__SOFF_FN long long llrint${s}(${type} x) { return (long long)__builtin_elementwise_rint(x); }`);
    add(`__SOFF_FN long lround${s}(${type} x) { return (long)__builtin_elementwise_round(x); }`);
    add(`__SOFF_FN long long llround${s}(${type} x) { return (long long)__builtin_elementwise_round(x); }`);
    // The fraction keeps the sign, infinities have none.
    add(
      `__SOFF_FN ${type} modf${s}(${type} x, ${type} *whole) { ${type} w = __builtin_elementwise_trunc(x); *whole = w; ` +
        `return __builtin_elementwise_copysign(__builtin_elementwise_abs(x) == __builtin_inf() ? 0 : x - w, x); }`,
    );
    add(
      `__SOFF_FN ${type} frexp${s}(${type} x, int *e) {\n` +
        `  ${type} m = __builtin_elementwise_abs(x);\n` +
        `  if (x == 0 || !(m < __builtin_inf())) { *e = 0; return x; }\n` +
        `  int k = __soff_ilogb_${code}(x) + 1; *e = k;\n  return __soff_ldexp_${code}(x, -k);\n}`,
    );
    add(
      `__SOFF_FN void sincos${s}(${type} x, ${type} *s, ${type} *c) { *s = __soff_sin_${code}(x); *c = __soff_cos_${code}(x); }`,
    );
    add(
      `__SOFF_FN void sincospi${s}(${type} x, ${type} *s, ${type} *c) { *s = __soff_sinpi_${code}(x); *c = __soff_cospi_${code}(x); }`,
    );
    add(
      `__SOFF_FN ${type} norm4d${s}(${type} a, ${type} b, ${type} c, ${type} d) { return __builtin_elementwise_sqrt(a * a + b * b + c * c + d * d); }`,
    );
  }
  const bitsOf = `__builtin_bit_cast(${uint}, x)`;
  const magnitude = `(${bitsOf} & ~((${uint})1 << ${bits - 1}))`;
  const infinity = `((${uint})${2 * bias + 1} << ${fraction})`;
  add(`__SOFF_FN ${type} nan${suffix}(const char *) { return __builtin_nan${suffix}(""); }`);
  add(`__SOFF_FN bool isnan(${type} x) { return ${magnitude} > ${infinity}; }`);
  add(`__SOFF_FN bool isinf(${type} x) { return ${magnitude} == ${infinity}; }`);
  add(`__SOFF_FN bool isfinite(${type} x) { return ${magnitude} < ${infinity}; }`);
  add(
    `__SOFF_FN bool isnormal(${type} x) { return ${magnitude} < ${infinity} && ${magnitude} >= (${uint})1 << ${fraction}; }`,
  );
  add(`__SOFF_FN bool signbit(${type} x) { return ${bitsOf} >> ${bits - 1}; }`);
  add(`__SOFF_FN ${type} abs(${type} x) { return __builtin_elementwise_abs(x); }`);
  add(`__SOFF_FN ${type} min(${type} x, ${type} y) { return __soff_fmin_${code}(x, y); }`);
  add(`__SOFF_FN ${type} max(${type} x, ${type} y) { return __soff_fmax_${code}(x, y); }`);
  // The operators round to nearest even: other directions have none.
  const d = type === "float" ? "f" : "d";
  add(`__SOFF_FN ${type} __${d}add_rn(${type} x, ${type} y) { return x + y; }`);
  add(`__SOFF_FN ${type} __${d}sub_rn(${type} x, ${type} y) { return x - y; }`);
  add(`__SOFF_FN ${type} __${d}mul_rn(${type} x, ${type} y) { return x * y; }`);
  add(`__SOFF_FN ${type} __${d}div_rn(${type} x, ${type} y) { return x / y; }`);
  add(`__SOFF_FN ${type} __${d}rcp_rn(${type} x) { return ${one} / x; }`);
  add(`__SOFF_FN ${type} __${d}sqrt_rn(${type} x) { return __builtin_elementwise_sqrt(x); }`);
  add(
    `__SOFF_FN ${type} __${d === "f" ? "fmaf" : "fma"}_rn(${type} x, ${type} y, ${type} z) { return __builtin_elementwise_fma(x, y, z); }`,
  );
  for (const direction of ["rz", "ru", "rd"]) {
    for (const op of ["add", "sub", "mul", "div"])
      add(`extern "C" __device__ ${type} __${d}${op}_${direction}(${type}, ${type});`);
    for (const op of ["rcp", "sqrt"]) add(`extern "C" __device__ ${type} __${d}${op}_${direction}(${type});`);
    add(`extern "C" __device__ ${type} __${d === "f" ? "fmaf" : "fma"}_${direction}(${type}, ${type}, ${type});`);
  }
}

// std:: and mixed forms: an int beside a double counts as a double.
for (const name of ["pow", "fmin", "fmax", "fmod", "atan2", "hypot"]) {
  add(`__SOFF_FN double ${name}(double x, float y) { return ${name}(x, (double)y); }`);
  add(`__SOFF_FN double ${name}(float x, double y) { return ${name}((double)x, y); }`);
  for (const real of ["float", "double"]) {
    // pow(float, int) of C++11 computes in double.
    add(`__SOFF_FN double ${name}(${real} x, int y) { return ${name}((double)x, (double)y); }`);
    add(`__SOFF_FN double ${name}(int x, ${real} y) { return ${name}((double)x, (double)y); }`);
  }
  add(`__SOFF_FN double ${name}(int x, int y) { return ${name}((double)x, (double)y); }`);
}
for (const name of (
  "acos asin atan cbrt ceil cos cosh erf erfc exp exp2 expm1 fabs floor log log10 log1p log2 rint round rsqrt sin sinh " +
  "sqrt tan tanh trunc"
).split(" ")) {
  for (const type of ["int", "unsigned", "long", "unsigned long", "long long", "unsigned long long"]) {
    add(`__SOFF_FN double ${name}(${type} x) { return ${name}((double)x); }`);
  }
}

// The fast ones of float, by the native functions of OpenCL.
for (const [cuda, cl, count] of [
  ["__sinf", "native_sin", 1],
  ["__cosf", "native_cos", 1],
  ["__tanf", "native_tan", 1],
  ["__expf", "native_exp", 1],
  ["__exp10f", "native_exp10", 1],
  ["__logf", "native_log", 1],
  ["__log2f", "native_log2", 1],
  ["__log10f", "native_log10", 1],
  ["__powf", "native_powr", 2],
] as const) {
  const parameters = Array(count).fill("float").join(", ");
  add(
    `extern "C" __device__ __attribute__((const)) float __soff_${cl}(${parameters}) __asm("_Z${cl.length}${cl}${"f".repeat(count)}");`,
  );
  const names = operands.slice(0, count);
  add(
    `__SOFF_DEVICE float ${cuda}(${names.map((each) => `float ${each}`).join(", ")}) { return __soff_${cl}(${names.join(", ")}); }`,
  );
}
add(`
__SOFF_DEVICE void __sincosf(float x, float *s, float *c) { *s = __sinf(x); *c = __cosf(x); }
__SOFF_DEVICE float __tanhf(float x) { return tanhf(x); }
__SOFF_DEVICE float __fdividef(float x, float y) { return x / y; }
__SOFF_DEVICE float __frsqrt_rn(float x) { return 1.0f / __builtin_elementwise_sqrt(x); }
__SOFF_FN float __saturatef(float x) { return __soff_fmin_f(__soff_fmax_f(x, 0.0f), 1.0f); }
`);

export const math = lines.join("\n");
