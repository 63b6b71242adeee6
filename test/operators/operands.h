// Operands for each operator: a directed list first, then random ones that lean to where operators go wrong.
#pragma once
#include <vector>

#include "reference.h"

struct Random {
    u64 state;
    explicit Random(u64 seed) : state(seed) {}
    u64 next() {
        u64 z = (state += 0x9e3779b97f4a7c15ull);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
        return z ^ (z >> 31);
    }
    u64 below(u64 n) { return next() % n; }
    i64 between(i64 low, i64 high) { return low + i64(below(u64(high - low + 1))); }
    bool coin() { return next() >> 63; }
};

/// Zeros, subnormals, neighbours of powers of two, halfway cases, the largest numbers, infinities and NaNs.
inline std::vector<u64> special_values(int width) {
    const Format f = format_of(width);
    const i64 bias = f.bias();
    const u64 ulp = 1, top = u64(1) << (f.frac - 1);
    std::vector<u64> list;
    const u64 magnitudes[] = {
        0, 1, 3, top, f.frac_mask(), f.make(0, 1, 0), f.make(0, 1, ulp), f.make(0, bias - f.frac - 1, 0),
        f.make(0, bias - 1, 0), f.make(0, bias - 1, ulp), f.make(0, bias - 1, f.frac_mask()), f.make(0, bias, 0),
        f.make(0, bias, ulp), f.make(0, bias, top), f.make(0, bias, f.frac_mask()), f.make(0, bias + 1, 0),
        f.make(0, bias + 1, top | ulp), f.make(0, bias + f.frac, ulp), f.make(0, bias + f.frac + 1, 0),
        f.infinity() - 1, f.make(0, i64(f.max_exp()) - 1, 0), f.infinity(), f.canonical_nan(), f.infinity() | 1};
    for (u64 m : magnitudes) {
        list.push_back(m);
        list.push_back(m | f.sign_bit());
    }
    return list;
}

inline std::vector<u64> special_integers(int width) {
    const u64 m = mask_of(width), half = u64(1) << (width / 2), top = u64(1) << (width - 1);
    const u64 list[] = {0, 1, 2, 3, 5, 7, 10, top - 1, top, top + 1, m, m - 1, m - 2, 0x5555555555555555ull,
                        0xaaaaaaaaaaaaaaaaull, half, half - 1, half + 1, half | top, m / 3, m - half};
    std::vector<u64> out;
    for (u64 v : list) out.push_back(v & m);
    return out;
}

inline u64 random_fraction(Random &r, const Format &f) {
    const u64 x = r.next();
    switch (r.below(4)) {
        case 0: return x & f.frac_mask();
        // Few ones, a run of ones at the top or at the bottom: ties and long carries.
        case 1: return (x & r.next() & r.next() & r.next()) & f.frac_mask();
        case 2: return f.frac_mask() & ~(f.frac_mask() >> (x % (f.frac + 1)));
        default: return (f.frac_mask() >> (x % (f.frac + 1))) ^ (x >> 63);
    }
}

inline u64 random_float(Random &r, int width) {
    const Format f = format_of(width);
    switch (r.below(8)) {
        case 0: case 1: return r.next() & mask_of(width);
        case 2: case 3: return f.make(r.coin(), r.between(f.bias() - 8, f.bias() + 8), random_fraction(r, f));
        case 4: return f.make(r.coin(), 0, random_fraction(r, f));
        case 5: return f.make(r.coin(), r.between(0, f.frac + 2), random_fraction(r, f));
        case 6: return f.make(r.coin(), r.between(i64(f.max_exp()) - f.frac - 2, i64(f.max_exp()) - 1), random_fraction(r, f));
        default: return f.make(r.coin(), r.below(f.max_exp() + 1), random_fraction(r, f));
    }
}

inline i64 exponent_of(u64 bits, const Format &f) { return i64((bits >> f.frac) & f.max_exp()); }

/// A number a few units in the last place from `bits`.
inline u64 near(Random &r, u64 bits, int width) {
    return (bits + u64(r.between(-3, 3))) & mask_of(width);
}

/// The exponent of a result that only just under- or overflows, or is anywhere.
inline i64 edge_exponent(Random &r, const Format &f) {
    switch (r.below(3)) {
        case 0: return r.between(-f.frac - 3, 3);
        case 1: return r.between(i64(f.max_exp()) - 3, i64(f.max_exp()) + 2);
        default: return r.between(0, i64(f.max_exp()));
    }
}

inline u64 random_integer(Random &r, int width) {
    const u64 m = mask_of(width), x = r.next();
    switch (r.below(4)) {
        case 0: return x & m;
        case 1: return (x & m) >> r.below(width);
        case 2: return ~((x & m) >> r.below(width)) & m;
        // A few leading bits, a one some way below them: ties when converted.
        default: return (((x & 0xff) << r.below(width)) + (u64(1) << r.below(width)) + u64(r.between(-1, 1))) & m;
    }
}

struct Operands {
    u64 a, b, c;
};

/// How many directed vectors a configuration has, and which.
struct Directed {
    std::vector<u64> a, b, c;
    u64 count() const { return a.size() * b.size() * c.size(); }
    Operands at(u64 n) const {
        // The second runs along with the first, so that the first part of a long list already has some of all.
        return {a[n % a.size()], b[(n % a.size() + n / a.size()) % b.size()], c[n / a.size() / b.size()]};
    }
};

inline std::vector<u64> all_values(int bits) {
    std::vector<u64> list;
    for (u64 v = 0; v < u64(1) << bits; v++) list.push_back(v);
    return list;
}

inline Directed directed(const Config &k) {
    const std::vector<u64> none{0};
    // Exhaustive where 65,536 values do it.
    auto unary = [&] { return k.format <= 16 ? all_values(k.format) : special_values(k.format); };
    auto binary = [&] { return k.format == 8 ? all_values(8) : special_values(k.format); };
    switch (k.op) {
        case FMA: return {special_values(k.format), special_values(k.format), special_values(k.format)};
        case MINMAX: return {binary(), binary(), {0, 1}};
        case SQRT: case TO_INT: case CONVERT: return {unary(), none, none};
        case ROUND: return {unary(), {0, 1, 2, 3, 4}, none};
        case FROM_INT: return {k.width <= 16 ? all_values(k.width) : special_integers(k.width), none, none};
        case INT_MUL: case INT_DIV:
            if (k.width <= 8 && k.width_b <= 8) return {all_values(k.width), all_values(k.width_b), none};
            return {special_integers(k.width), special_integers(k.width_b), none};
        default: return {binary(), binary(), none};
    }
}

inline Operands random_operands(const Config &k, Random &r) {
    const Format f = format_of(k.format);
    const int w = k.format;
    u64 a = random_float(r, w), b = random_float(r, w), c = 0;
    const i64 ea = exponent_of(a, f), eb = exponent_of(b, f);
    switch (k.op) {
        case ADD: case CMP: case MINMAX:
            c = r.next() & 1;
            switch (r.below(4)) {
                case 0: b = near(r, a, w) ^ (r.coin() ? f.sign_bit() : 0); break;
                case 1: b = f.make(r.coin(), ea + r.between(-2, 2), random_fraction(r, f)); break;
                case 2: b = f.make(r.coin(), ea + r.between(-f.frac - 4, f.frac + 4), random_fraction(r, f)); break;
                default: break;
            }
            break;
        case MUL:
            if (r.coin()) b = f.make(r.coin(), edge_exponent(r, f) + f.bias() - ea, random_fraction(r, f));
            break;
        case DIV:
            if (r.below(4) == 0) b = near(r, a, w);
            else if (r.coin()) b = f.make(r.coin(), ea + f.bias() - edge_exponent(r, f), random_fraction(r, f));
            break;
        case FMA:
            if (r.below(4) == 0) b = f.make(r.coin(), edge_exponent(r, f) + f.bias() - ea, random_fraction(r, f));
            switch (r.below(4)) {
                case 0: c = near(r, mul(w, a, b), w) ^ (r.below(4) ? f.sign_bit() : 0); break;
                case 1: {
                    const i64 e = ea + exponent_of(b, f) - f.bias();
                    c = f.make(r.coin(), e + r.between(-2 * f.frac - 6, f.frac + 6), random_fraction(r, f));
                    break;
                }
                case 2: c = f.make(r.coin(), ea + eb - f.bias() + r.between(-3, 3), random_fraction(r, f)); break;
                default: c = random_float(r, w); break;
            }
            break;
        case ROUND:
            if (r.below(4)) a = f.make(r.coin(), f.bias() + r.between(-3, f.frac + 2), random_fraction(r, f));
            b = r.below(5);
            break;
        case TO_INT:
            if (r.below(4)) a = f.make(r.coin(), f.bias() + r.between(-2, k.width + 1), random_fraction(r, f));
            break;
        case CONVERT: {
            const Format o = format_of(k.out);
            if (r.coin()) a = f.make(r.coin(), edge_exponent(r, o) + f.bias() - o.bias(), random_fraction(r, f));
            break;
        }
        case FROM_INT: a = random_integer(r, k.width); b = 0; break;
        case INT_MUL: a = random_integer(r, k.width); b = random_integer(r, k.width_b); break;
        case INT_DIV:
            a = random_integer(r, k.width);
            b = random_integer(r, k.width_b);
            // Quotients that are just a whole number, or just not.
            if (r.below(4) == 0) a = (b * random_integer(r, k.width) + u64(r.between(-1, 1))) & mask_of(k.width);
            break;
        default: break;
    }
    return {a, b, c};
}
