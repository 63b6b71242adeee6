// What every operator must give, computed by the CPU and the compiler's own arithmetic.
#pragma once
#include <cfenv>
#include <cmath>
#include <cstdint>
#include <cstring>

typedef uint64_t u64;
typedef int64_t i64;
typedef unsigned __int128 u128;

enum Op { ADD, MUL, FMA, DIV, SQRT, CMP, MINMAX, ROUND, TO_INT, FROM_INT, CONVERT, INT_MUL, INT_DIV };

/// One operator with its parameters. `format` and `out` are widths of FP formats: 8 (4 exponent, 3 fraction bits), 16, 32, 64.
struct Config {
    const char *name;
    Op op;
    int format, out;
    int width, width_b;
    bool is_signed;
    int latency;
    u64 *a, *b, *c, *y, *z;
};

struct Format {
    int exp, frac;
    int bias() const { return (1 << (exp - 1)) - 1; }
    u64 max_exp() const { return (u64(1) << exp) - 1; }
    u64 frac_mask() const { return (u64(1) << frac) - 1; }
    u64 sign_bit() const { return u64(1) << (exp + frac); }
    u64 infinity() const { return max_exp() << frac; }
    u64 canonical_nan() const { return infinity() | (u64(1) << (frac - 1)); }
    bool is_nan(u64 bits) const { return (bits & ~sign_bit()) > infinity(); }
    u64 make(bool negative, i64 exponent, u64 fraction) const {
        if (exponent < 0) exponent = 0;
        if (exponent > i64(max_exp())) exponent = max_exp();
        return (negative ? sign_bit() : 0) | (u64(exponent) << frac) | (fraction & frac_mask());
    }
};

inline Format format_of(int width) {
    return width == 8 ? Format{4, 3} : width == 16 ? Format{5, 10} : width == 32 ? Format{8, 23} : Format{11, 52};
}

inline u64 mask_of(int width) { return width >= 64 ? ~u64(0) : (u64(1) << width) - 1; }
inline i64 sign_extend(u64 value, int width) { return width >= 64 ? i64(value) : i64(value << (64 - width)) >> (64 - width); }

template <class To, class From> To as(From from) {
    static_assert(sizeof(To) == sizeof(From), "same size");
    To to;
    memcpy(&to, &from, sizeof to);
    return to;
}

inline float f32(u64 bits) { return as<float>(uint32_t(bits)); }
inline double f64(u64 bits) { return as<double>(bits); }
inline _Float16 f16(u64 bits) { return as<_Float16>(uint16_t(bits)); }
inline u64 bits_of(float x) { return as<uint32_t>(x); }
inline u64 bits_of(double x) { return as<u64>(x); }
inline u64 bits_of(_Float16 x) { return as<uint16_t>(x); }

/// The 8-bit format has no type in C: taken apart and rounded here. Sums and products of it are exact in double.
inline double f8(u64 bits) {
    const Format f = format_of(8);
    const i64 exponent = (bits >> f.frac) & f.max_exp(), fraction = bits & f.frac_mask();
    const double sign = bits & f.sign_bit() ? -1 : 1;
    if (exponent == i64(f.max_exp())) return fraction ? NAN : sign * INFINITY;
    const i64 whole = exponent ? fraction | i64(1) << f.frac : fraction;
    return sign * std::ldexp(double(whole), int(exponent ? exponent : 1) - f.bias() - f.frac);
}
inline u64 bits_of_8(double x) {
    const Format f = format_of(8);
    if (std::isnan(x)) return f.canonical_nan();
    const u64 sign = std::signbit(x) ? f.sign_bit() : 0;
    const double size = std::fabs(x);
    if (size == 0 || std::isinf(x)) return sign | (size == 0 ? 0 : f.infinity());
    const int least = 1 - f.bias(), exponent = std::ilogb(size) > least ? std::ilogb(size) : least;
    // Whole units in the last place, hidden bit included: a carry runs into the exponent by itself.
    const u64 units = u64(std::nearbyint(std::ldexp(size, f.frac - exponent)));
    const u64 packed = (u64(exponent - least) << f.frac) + units;
    return sign | (packed < f.infinity() ? packed : f.infinity());
}

/// Any value of the formats, exactly.
inline __float128 exact(u64 bits, int width) {
    return width == 8    ? __float128(f8(bits))
           : width == 16 ? __float128(f16(bits))
           : width == 32 ? __float128(f32(bits))
                         : __float128(f64(bits));
}
/// Rounded once, to nearest even. (Every operand format but the widest is exact in double, so is every integer that
/// an 8-bit number may come from without being infinite.)
inline u64 rounded(__float128 x, int width) {
    return width == 8    ? bits_of_8(double(x))
           : width == 16 ? bits_of(_Float16(x))
           : width == 32 ? bits_of(float(x))
                         : bits_of(double(x));
}

/// 8 bits through double, binary16 through float: enough bits (2p + 2) that the second rounding does no harm.
#define BY_FORMAT(expression8, expression16, expression32, expression64) \
    (format == 8    ? bits_of_8(expression8)                             \
     : format == 16 ? bits_of(_Float16(expression16))                    \
     : format == 32 ? bits_of(expression32)                              \
                    : bits_of(expression64))

inline u64 add(int format, u64 a, u64 b) {
    return BY_FORMAT(f8(a) + f8(b), float(f16(a)) + float(f16(b)), f32(a) + f32(b), f64(a) + f64(b));
}
inline u64 mul(int format, u64 a, u64 b) {
    return BY_FORMAT(f8(a) * f8(b), float(f16(a)) * float(f16(b)), f32(a) * f32(b), f64(a) * f64(b));
}
inline u64 div(int format, u64 a, u64 b) {
    return BY_FORMAT(f8(a) / f8(b), float(f16(a)) / float(f16(b)), f32(a) / f32(b), f64(a) / f64(b));
}
inline u64 square_root(int format, u64 a) {
    return BY_FORMAT(sqrt(f8(a)), sqrtf(float(f16(a))), sqrtf(f32(a)), sqrt(f64(a)));
}
inline u64 fused(int format, u64 a, u64 b, u64 c) {
    // 113 bits hold every product and sum of binary16 numbers exactly.
    return BY_FORMAT(f8(a) * f8(b) + f8(c), __float128(f16(a)) * __float128(f16(b)) + __float128(f16(c)), fmaf(f32(a), f32(b), f32(c)),
                     fma(f64(a), f64(b), f64(c)));
}
template <class T> T integral(T x, int mode) {
    switch (mode) {
        case 0: return std::floor(x);
        case 1: return std::ceil(x);
        case 2: return std::trunc(x);
        case 3: return std::nearbyint(x);
        default: return std::round(x);
    }
}
inline u64 round_to_integral(int format, u64 a, int mode) {
    return BY_FORMAT(integral(f8(a), mode), integral(float(f16(a)), mode), integral(f32(a), mode), integral(f64(a), mode));
}
inline u64 compare(int format, u64 a, u64 b) {
    const double x = double(exact(a, format)), y = double(exact(b, format));
    return u64(x < y) << 2 | u64(x == y) << 1 | u64(std::isunordered(x, y));
}
inline u64 min_max(int format, u64 a, u64 b, bool max) {
    const Format f = format_of(format);
    if (f.is_nan(a) && f.is_nan(b)) return f.canonical_nan();
    if (f.is_nan(a) || f.is_nan(b)) return f.is_nan(a) ? b : a;
    const double x = double(exact(a, format)), y = double(exact(b, format));
    const bool a_less = x < y || (x == y && std::signbit(x));
    return a_less != max ? a : b;
}
inline u64 to_integer(int format, u64 a, int width, bool is_signed) {
    if (format_of(format).is_nan(a)) return 0;
    const __float128 x = exact(a, format);
    const __float128 top = __float128(is_signed ? u64(1) << (width - 1) : 0) * 1 + (is_signed ? 0 : __float128(mask_of(width)) + 1);
    const __float128 bottom = is_signed ? -top : 0;
    if (x >= top) return is_signed ? mask_of(width) >> 1 : mask_of(width);
    if (x <= bottom) return is_signed ? u64(1) << (width - 1) : 0;
    return (is_signed ? u64(i64(x)) : u64(x)) & mask_of(width);
}
inline u64 from_integer(int out, u64 a, int width, bool is_signed) {
    return rounded(is_signed ? __float128(sign_extend(a, width)) : __float128(a & mask_of(width)), out);
}

/// Sets *z to the second result when there is one.
inline u64 reference(const Config &k, u64 a, u64 b, u64 c, u64 *z) {
    *z = 0;
    const Format f = format_of(k.out);
    u64 y = 0;
    switch (k.op) {
        case ADD: y = add(k.format, a, b); break;
        case MUL: y = mul(k.format, a, b); break;
        case FMA: y = fused(k.format, a, b, c); break;
        case DIV: y = div(k.format, a, b); break;
        case SQRT: y = square_root(k.format, a); break;
        case CMP: return compare(k.format, a, b);
        case MINMAX: return min_max(k.format, a, b, c & 1);
        case ROUND: y = round_to_integral(k.format, a, int(b)); break;
        case TO_INT: return to_integer(k.format, a, k.width, k.is_signed);
        case FROM_INT: return from_integer(k.out, a, k.width, k.is_signed);
        case CONVERT: y = rounded(exact(a, k.format), k.out); break;
        case INT_MUL: return u64(u128(a) * b) & mask_of(k.out);
        case INT_DIV:
            if (b == 0) {
                *z = a;
                return mask_of(k.width);
            }
            if (k.is_signed) {
                const __int128 x = sign_extend(a, k.width), d = sign_extend(b, k.width);
                *z = u64(x % d) & mask_of(k.width);
                return u64(x / d) & mask_of(k.width);
            }
            *z = a % b;
            return a / b;
    }
    return f.is_nan(y) ? f.canonical_nan() : y;
}
