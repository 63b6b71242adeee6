/** CUDA's integer and conversion functions. */

const lines: string[] = [];
const add = (text: string): void => {
  lines.push(text);
};

const integers = ["int", "unsigned", "long", "unsigned long", "long long", "unsigned long long"];
for (const type of integers) {
  for (const [name, sign] of [
    ["min", "<"],
    ["max", ">"],
  ] as const) {
    add(`__SOFF_FN ${type} ${name}(${type} x, ${type} y) { return x ${sign} y ? x : y; }`);
  }
}
// Mixed signedness goes to unsigned, a float beside anything to the float.
for (const name of ["min", "max"]) {
  for (const [a, b, common] of [
    ["int", "unsigned", "unsigned"],
    ["long long", "unsigned long long", "unsigned long long"],
    ["long", "unsigned long", "unsigned long"],
    ["float", "double", "double"],
  ] as const) {
    add(`__SOFF_FN ${common} ${name}(${a} x, ${b} y) { return ${name}((${common})x, (${common})y); }`);
    add(`__SOFF_FN ${common} ${name}(${b} x, ${a} y) { return ${name}((${common})x, (${common})y); }`);
  }
}
for (const [prefix, type] of [
  ["u", "unsigned"],
  ["ll", "long long"],
  ["ull", "unsigned long long"],
] as const) {
  add(`__SOFF_FN ${type} ${prefix}min(${type} x, ${type} y) { return x < y ? x : y; }`);
  add(`__SOFF_FN ${type} ${prefix}max(${type} x, ${type} y) { return x > y ? x : y; }`);
}

add(`
extern "C" {
__SOFF_FN int abs(int x) { return x < 0 ? -x : x; }
__SOFF_FN long labs(long x) { return x < 0 ? -x : x; }
__SOFF_FN long long llabs(long long x) { return x < 0 ? -x : x; }
}
__SOFF_FN long abs(long x) { return x < 0 ? -x : x; }
__SOFF_FN long long abs(long long x) { return x < 0 ? -x : x; }

__SOFF_FN int __clz(int x) { return x ? __builtin_clz((unsigned)x) : 32; }
__SOFF_FN int __clzll(long long x) { return x ? __builtin_clzll((unsigned long long)x) : 64; }
__SOFF_FN int __ffs(int x) { return x ? __builtin_ctz((unsigned)x) + 1 : 0; }
__SOFF_FN int __ffsll(long long x) { return x ? __builtin_ctzll((unsigned long long)x) + 1 : 0; }
__SOFF_FN int __popc(unsigned x) { return __builtin_popcount(x); }
__SOFF_FN int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
__SOFF_FN unsigned __brev(unsigned x) { return __builtin_bitreverse32(x); }
__SOFF_FN unsigned long long __brevll(unsigned long long x) { return __builtin_bitreverse64(x); }
__SOFF_FN int __mulhi(int x, int y) { return (int)(((long long)x * y) >> 32); }
__SOFF_FN unsigned __umulhi(unsigned x, unsigned y) { return (unsigned)(((unsigned long long)x * y) >> 32); }
__SOFF_FN long long __mul64hi(long long x, long long y) { return __soff_mul_hi_l(x, y); }
__SOFF_FN unsigned long long __umul64hi(unsigned long long x, unsigned long long y) { return __soff_mul_hi_m(x, y); }
__SOFF_FN int __soff_low24(int x) { return (int)((unsigned)x << 8) >> 8; }
__SOFF_FN int __mul24(int x, int y) { return (int)((unsigned)__soff_low24(x) * (unsigned)__soff_low24(y)); }
__SOFF_FN unsigned __umul24(unsigned x, unsigned y) { return (x & 0xffffffu) * (y & 0xffffffu); }
__SOFF_FN int mul24(int x, int y) { return __mul24(x, y); }
__SOFF_FN unsigned umul24(unsigned x, unsigned y) { return __umul24(x, y); }
__SOFF_FN int mulhi(int x, int y) { return __mulhi(x, y); }
__SOFF_FN unsigned umulhi(unsigned x, unsigned y) { return __umulhi(x, y); }
__SOFF_FN unsigned __sad(int x, int y, unsigned z) { return z + (x > y ? (unsigned)x - (unsigned)y : (unsigned)y - (unsigned)x); }
__SOFF_FN unsigned __usad(unsigned x, unsigned y, unsigned z) { return z + (x > y ? x - y : y - x); }
__SOFF_FN int __hadd(int x, int y) { return (int)(((long long)x + y) >> 1); }
__SOFF_FN int __rhadd(int x, int y) { return (int)(((long long)x + y + 1) >> 1); }
__SOFF_FN unsigned __uhadd(unsigned x, unsigned y) { return (unsigned)(((unsigned long long)x + y) >> 1); }
__SOFF_FN unsigned __urhadd(unsigned x, unsigned y) { return (unsigned)(((unsigned long long)x + y + 1) >> 1); }
__SOFF_FN unsigned __funnelshift_l(unsigned lo, unsigned hi, unsigned n) {
  return (unsigned)(((((unsigned long long)hi << 32) | lo) << (n & 31)) >> 32);
}
__SOFF_FN unsigned __funnelshift_r(unsigned lo, unsigned hi, unsigned n) {
  return (unsigned)((((unsigned long long)hi << 32) | lo) >> (n & 31));
}
__SOFF_FN unsigned __funnelshift_lc(unsigned lo, unsigned hi, unsigned n) {
  return n >= 32 ? lo : __funnelshift_l(lo, hi, n);
}
__SOFF_FN unsigned __funnelshift_rc(unsigned lo, unsigned hi, unsigned n) {
  return n >= 32 ? hi : __funnelshift_r(lo, hi, n);
}
/* One byte of x (0 to 3) or y (4 to 7); bit 3 of the selector spreads its sign instead. */
__SOFF_FN unsigned __soff_byte(unsigned long long both, unsigned selector) {
  unsigned byte = (unsigned)(both >> (8 * (selector & 7))) & 255;
  return selector & 8 ? (byte & 128 ? 255 : 0) : byte;
}
__SOFF_FN unsigned __byte_perm(unsigned x, unsigned y, unsigned s) {
  unsigned long long both = ((unsigned long long)y << 32) | x;
  return __soff_byte(both, s) | __soff_byte(both, s >> 4) << 8 | __soff_byte(both, s >> 8) << 16 | __soff_byte(both, s >> 12) << 24;
}
__SOFF_FN int __dp4a(int x, int y, int z) {
  for (int i = 0; i < 4; i++) z += (int)(signed char)(x >> (8 * i)) * (signed char)(y >> (8 * i));
  return z;
}
__SOFF_FN unsigned __dp4a(unsigned x, unsigned y, unsigned z) {
  for (int i = 0; i < 4; i++) z += ((x >> (8 * i)) & 255) * ((y >> (8 * i)) & 255);
  return z;
}

__SOFF_FN int __float_as_int(float x) { return __builtin_bit_cast(int, x); }
__SOFF_FN unsigned __float_as_uint(float x) { return __builtin_bit_cast(unsigned, x); }
__SOFF_FN float __int_as_float(int x) { return __builtin_bit_cast(float, x); }
__SOFF_FN float __uint_as_float(unsigned x) { return __builtin_bit_cast(float, x); }
__SOFF_FN long long __double_as_longlong(double x) { return __builtin_bit_cast(long long, x); }
__SOFF_FN double __longlong_as_double(long long x) { return __builtin_bit_cast(double, x); }
__SOFF_FN int __double2hiint(double x) { return (int)(__builtin_bit_cast(unsigned long long, x) >> 32); }
__SOFF_FN int __double2loint(double x) { return (int)__builtin_bit_cast(unsigned long long, x); }
__SOFF_FN double __hiloint2double(int hi, int lo) {
  return __builtin_bit_cast(double, ((unsigned long long)(unsigned)hi << 32) | (unsigned)lo);
}
`);

/** From a float: rounded by an operator, then cut off. Out of range saturates, as on the device. */
const toward = { rn: "rint", rz: "trunc", ru: "ceil", rd: "floor" } as const;
for (const [real, type] of [
  ["float", "float"],
  ["double", "double"],
] as const) {
  for (const [integer, name] of [
    ["int", "int"],
    ["unsigned", "uint"],
    ["long long", "ll"],
    ["unsigned long long", "ull"],
  ] as const) {
    for (const [direction, builtin] of Object.entries(toward)) {
      add(
        `__SOFF_FN ${integer} __${real}2${name}_${direction}(${type} x) { return (${integer})__builtin_elementwise_${builtin}(x); }`,
      );
    }
    // Exact into a double from 32 bits; the operators round to nearest, other directions have none.
    const exact = type === "double" && (name === "int" || name === "uint");
    add(`__SOFF_FN ${type} __${name}2${real}_rn(${integer} x) { return (${type})x; }`);
    for (const direction of ["rz", "ru", "rd"]) {
      add(
        exact
          ? `__SOFF_FN ${type} __${name}2${real}_${direction}(${integer} x) { return (${type})x; }`
          : `extern "C" __device__ ${type} __${name}2${real}_${direction}(${integer});`,
      );
    }
  }
}
add("__SOFF_FN float __double2float_rn(double x) { return (float)x; }");
for (const direction of ["rz", "ru", "rd"]) add(`extern "C" __device__ float __double2float_${direction}(double);`);

export const integer = lines.join("\n");
