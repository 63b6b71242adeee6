/** `cuda_fp16.h`: half precision on clang's own type, with the operators and the functions of the same names. */

const lines: string[] = [];
const add = (text: string): void => {
  lines.push(text);
};

add(`#pragma once
struct __half {
  _Float16 __value;
  __half() = default;
  __SOFF_HD constexpr __half(_Float16 v) : __value(v) {}
  __SOFF_HD constexpr __half(float v) : __value((_Float16)v) {}
  __SOFF_HD constexpr __half(double v) : __value((_Float16)v) {}
  __SOFF_HD constexpr __half(int v) : __value((_Float16)v) {}
  __SOFF_HD constexpr __half(unsigned v) : __value((_Float16)v) {}
  __SOFF_HD constexpr operator float() const { return (float)__value; }
};
typedef __half half;
struct __half_raw { unsigned short x; };
struct __attribute__((aligned(4))) __half2 {
  __half x, y;
  __half2() = default;
  __SOFF_HD constexpr __half2(__half a, __half b) : x(a), y(b) {}
};
typedef __half2 half2;
__SOFF_FN __half2 make_half2(__half x, __half y) { return __half2(x, y); }
__SOFF_FN __half2 __halves2half2(__half x, __half y) { return __half2(x, y); }
__SOFF_FN __half2 __half2half2(__half x) { return __half2(x, x); }
__SOFF_FN __half2 __float2half2_rn(float x) { return __half2(__half(x), __half(x)); }
__SOFF_FN __half2 __floats2half2_rn(float x, float y) { return __half2(__half(x), __half(y)); }
__SOFF_FN float2 __half22float2(__half2 v) { return make_float2(v.x.__value, v.y.__value); }
__SOFF_FN __half __low2half(__half2 v) { return v.x; }
__SOFF_FN __half __high2half(__half2 v) { return v.y; }
__SOFF_FN float __low2float(__half2 v) { return v.x.__value; }
__SOFF_FN float __high2float(__half2 v) { return v.y.__value; }
__SOFF_FN __half2 __lowhigh2highlow(__half2 v) { return __half2(v.y, v.x); }
__SOFF_FN float __half2float(__half v) { return v.__value; }
__SOFF_FN __half __float2half(float v) { return __half(v); }
__SOFF_FN __half __float2half_rn(float v) { return __half(v); }
__SOFF_FN __half __double2half(double v) { return __half(v); }
__SOFF_FN __half __int2half_rn(int v) { return __half(v); }
__SOFF_FN __half __uint2half_rn(unsigned v) { return __half(v); }
__SOFF_FN int __half2int_rn(__half v) { return (int)__builtin_elementwise_rint((float)v.__value); }
__SOFF_FN int __half2int_rz(__half v) { return (int)(float)v.__value; }
__SOFF_FN short __half_as_short(__half v) { return __builtin_bit_cast(short, v.__value); }
__SOFF_FN unsigned short __half_as_ushort(__half v) { return __builtin_bit_cast(unsigned short, v.__value); }
__SOFF_FN __half __short_as_half(short v) { return __half(__builtin_bit_cast(_Float16, v)); }
__SOFF_FN __half __ushort_as_half(unsigned short v) { return __half(__builtin_bit_cast(_Float16, v)); }
__SOFF_FN bool __hisnan(__half v) { return v.__value != v.__value; }
__SOFF_FN bool __hisinf(__half v) { return __builtin_elementwise_abs((float)v.__value) == __builtin_inff(); }`);

for (const [name, op] of [
  ["add", "+"],
  ["sub", "-"],
  ["mul", "*"],
  ["div", "/"],
] as const) {
  add(`__SOFF_FN __half operator${op}(__half a, __half b) { return __half((_Float16)(a.__value ${op} b.__value)); }`);
  add(`__SOFF_FN __half &operator${op}=(__half &a, __half b) { return a = a ${op} b; }`);
  add(`__SOFF_FN __half __h${name}(__half a, __half b) { return a ${op} b; }`);
  add(`__SOFF_FN __half __h${name}_rn(__half a, __half b) { return a ${op} b; }`);
  add(`__SOFF_FN __half2 operator${op}(__half2 a, __half2 b) { return __half2(a.x ${op} b.x, a.y ${op} b.y); }`);
  add(`__SOFF_FN __half2 __h${name}2(__half2 a, __half2 b) { return a ${op} b; }`);
}
add(`__SOFF_FN __half operator-(__half a) { return __half((_Float16)-a.__value); }
__SOFF_FN __half __hneg(__half a) { return -a; }
__SOFF_FN __half2 __hneg2(__half2 a) { return __half2(-a.x, -a.y); }
__SOFF_FN __half __habs(__half a) { return __half(__builtin_elementwise_abs(a.__value)); }
__SOFF_FN __half __hfma(__half a, __half b, __half c) { return __half(__builtin_elementwise_fma(a.__value, b.__value, c.__value)); }
__SOFF_FN __half2 __hfma2(__half2 a, __half2 b, __half2 c) { return __half2(__hfma(a.x, b.x, c.x), __hfma(a.y, b.y, c.y)); }`);

for (const [name, op] of [
  ["eq", "=="],
  ["ne", "!="],
  ["lt", "<"],
  ["le", "<="],
  ["gt", ">"],
  ["ge", ">="],
] as const) {
  add(`__SOFF_FN bool operator${op}(__half a, __half b) { return a.__value ${op} b.__value; }`);
  add(`__SOFF_FN bool __h${name}(__half a, __half b) { return a.__value ${op} b.__value; }`);
}
add(`__SOFF_FN __half __hmax(__half a, __half b) { return __half(fmaxf(a.__value, b.__value)); }
__SOFF_FN __half __hmin(__half a, __half b) { return __half(fminf(a.__value, b.__value)); }`);
for (const name of "exp exp2 exp10 log log2 log10 sin cos sqrt rsqrt rint floor ceil trunc".split(" ")) {
  add(`__SOFF_FN __half h${name}(__half a) { return __half(${name}f((float)a.__value)); }`);
}
add("__SOFF_FN __half hrcp(__half a) { return __half(1.0f / (float)a.__value); }");

export const half = `${lines.join("\n")}\n`;
