// What the built-in functions should give: in double for float, in __float128 for double. The C library has
// most of them; its errors are far below an ulp of the narrower format.
#pragma once
#include <cmath>
#include <cstdint>
#include <quadmath.h>

using Quad = __float128;

namespace reference {

// ::name and not std::name: the C library declares vector versions of these.
#define SOFF_LIBRARY(name)                                \
  inline double name(double x) { return ::name(x); }      \
  inline Quad name(Quad x) { return name##q(x); }
#define SOFF_LIBRARY2(name)                                               \
  inline double name(double x, double y) { return std::name(x, y); }      \
  inline Quad name(Quad x, Quad y) { return name##q(x, y); }

SOFF_LIBRARY(acos) SOFF_LIBRARY(acosh) SOFF_LIBRARY(asin) SOFF_LIBRARY(asinh) SOFF_LIBRARY(atan) SOFF_LIBRARY(atanh)
SOFF_LIBRARY(cbrt) SOFF_LIBRARY(cos) SOFF_LIBRARY(cosh) SOFF_LIBRARY(erf) SOFF_LIBRARY(erfc) SOFF_LIBRARY(exp)
SOFF_LIBRARY(expm1) SOFF_LIBRARY(lgamma) SOFF_LIBRARY(log) SOFF_LIBRARY(log2) SOFF_LIBRARY(log10)
SOFF_LIBRARY(log1p) SOFF_LIBRARY(sin) SOFF_LIBRARY(sinh) SOFF_LIBRARY(tan) SOFF_LIBRARY(tanh)
SOFF_LIBRARY(rint) SOFF_LIBRARY(fabs) SOFF_LIBRARY(sqrt) SOFF_LIBRARY(floor) SOFF_LIBRARY(trunc)
SOFF_LIBRARY2(atan2) SOFF_LIBRARY2(fmod) SOFF_LIBRARY2(hypot) SOFF_LIBRARY2(remainder) SOFF_LIBRARY2(copysign)

inline double exp2(double x) { return ::exp2(x); }
inline Quad exp2(Quad x) { return exp2q(x); }
/** 10^x: the whole part exactly as a power, the fraction by exp2. */
inline double exp10(double x) { return ::exp10(x); }
inline Quad exp10(Quad x) { return powq(10, x); }

template <class R> R pi() { return static_cast<R>(M_PIq); }
template <class R> R infinity() { return static_cast<R>(__builtin_inf()); }
template <class R> R nan() { return static_cast<R>(__builtin_nan("")); }

/** sin and cos of pi x: the nearest half turn is taken away first, which is exact. */
template <class R> R circlePi(R x, int quarter) {
  if (!(fabs(x) < infinity<R>())) return nan<R>();
  R halves = rint(2 * x);
  R angle = pi<R>() * (x - halves / 2);
  // Numbers so large that they do not fit are multiples of four half turns.
  int turn = ((fabs(halves) < R(1ull << 60) ? static_cast<int64_t>(halves) : 0) + quarter) & 3;
  R value = turn & 1 ? cos(angle) : sin(angle);
  return turn & 2 ? -value : value;
}
template <class R> R sinpi(R x) {
  R value = circlePi(x, 0);
  return value == 0 ? copysign(R(0), x) : value;
}
template <class R> R cospi(R x) {
  R value = circlePi(x, 1);
  return value == 0 ? R(0) : value;
}
template <class R> R tanpi(R x) { return sinpi(x) / cospi(x); }
template <class R> R acospi(R x) { return acos(x) / pi<R>(); }
template <class R> R asinpi(R x) { return asin(x) / pi<R>(); }
template <class R> R atanpi(R x) { return atan(x) / pi<R>(); }
template <class R> R atan2pi(R y, R x) { return atan2(y, x) / pi<R>(); }

inline double tgamma(double x) {
  // The C library has no pole at -infinity and warns at 0; both are right in sign.
  return std::tgamma(x);
}
inline Quad tgamma(Quad x) { return tgammaq(x); }

inline double pow(double x, double y) { return std::pow(x, y); }
inline Quad pow(Quad x, Quad y) { return powq(x, y); }
/** As pow for x >= 0; the exceptions are those of OpenCL C 1.2, section 7.5.1. */
template <class R> R powr(R x, R y) {
  if (x != x || y != y) return nan<R>();
  if (x < 0 || (x == 0 && y == 0)) return nan<R>();
  if (x == infinity<R>() && y == 0) return nan<R>();
  if (x == 1 && fabs(y) == infinity<R>()) return nan<R>();
  return pow(fabs(x), y);
}
template <class R> R pown(R x, int n) { return pow(x, R(n)); }
template <class R> R rootn(R x, int n) {
  if (n == 0 || x != x || (x < 0 && n % 2 == 0)) return nan<R>();
  R root = pow(fabs(x), R(1) / R(n));
  return n % 2 == 0 ? root : copysign(root, x);
}

template <class R> R rsqrt(R x) { return 1 / sqrt(x); }
inline double logb(double x) { return std::logb(x); }
inline Quad logb(Quad x) { return logbq(x); }
inline double ldexp(double x, int n) { return std::ldexp(x, n); }
inline Quad ldexp(Quad x, int n) { return ldexpq(x, n); }
/** A step of the narrower format, which is exact in the wider one. */
inline double nextafter(double x, double y) { return ::nextafterf(float(x), float(y)); }
inline Quad nextafter(Quad x, Quad y) { return ::nextafter(double(x), double(y)); }

}  // namespace reference
