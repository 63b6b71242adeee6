// Largest error of a built-in function in units of the last place (OpenCL C 1.2, section 7.4), over all floats or
// over random operands.   sweep FUNCTION float|double all|COUNT SEED   prints one line of JSON.
#include <cinttypes>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>
#include "functions.h"
#include "reference.h"

template <class T> struct Traits;
template <> struct Traits<float> {
  using Bits = uint32_t;
  using Wide = double;
  static constexpr int precision = 24, least = -149, most = 128;
};
template <> struct Traits<double> {
  using Bits = uint64_t;
  using Wide = Quad;
  static constexpr int precision = 53, least = -1074, most = 1024;
};

template <class T> T fromBits(typename Traits<T>::Bits bits) {
  T value;
  memcpy(&value, &bits, sizeof value);
  return value;
}
template <class T> typename Traits<T>::Bits toBits(T value) {
  typename Traits<T>::Bits bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/** Of a positive number; below the normal range of double anything so small will do. */
static int exponentOf(double x) { return int(toBits(x) >> 52) - 1023; }
static int exponentOf(Quad x) {
  int e;
  frexpq(x, &e);
  return e - 1;
}

/** 2^k in the wider format. */
static double powerOf(int k, double) { return fromBits<double>(uint64_t(k + 1023) << 52); }
static Quad powerOf(int k, Quad) { return ldexpq(1, k); }

/** |value - exact| in units of the last place of exact; infinite when one is NaN and the other is not, or a zero has the wrong sign. */
template <class T> double errorOf(T value, typename Traits<T>::Wide exact) {
  using Wide = typename Traits<T>::Wide;
  bool isNaN = exact != exact;
  if (isNaN || value != value) return isNaN && value != value ? 0 : HUGE_VAL;
  if (value == 0 && exact == 0) return std::signbit(value) == (1 / exact < 0) ? 0 : HUGE_VAL;
  if (value == 0 && std::signbit(value) != (exact < 0)) return HUGE_VAL;
  // Infinity counts as the number after the largest.
  const Wide beyond = powerOf(Traits<T>::most - 1, Wide(0)) * 2;
  Wide got = value, wanted = exact;
  if (got > beyond) got = beyond;
  if (got < -beyond) got = -beyond;
  if (wanted > beyond) wanted = beyond;
  if (wanted < -beyond) wanted = -beyond;
  Wide size = wanted < 0 ? -wanted : wanted;
  int e = size == 0 ? Traits<T>::least : (size == beyond ? Traits<T>::most - 1 : exponentOf(size)) - Traits<T>::precision + 1;
  if (e < Traits<T>::least) e = Traits<T>::least;
  Wide difference = got > wanted ? got - wanted : wanted - got;
  return difference == 0 ? 0 : double(difference * powerOf(-e, Wide(0)));
}

static uint64_t state;
static uint64_t next() {
  // splitmix64
  uint64_t z = (state += 0x9e3779b97f4a7c15ull);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

template <class T> struct Worst {
  double error = 0;
  T x = 0, y = 0;
  int n = 0;
  uint64_t count = 0;
  void add(T value, typename Traits<T>::Wide exact, T a, T b = 0, int k = 0) {
    count++;
    double e = errorOf<T>(value, exact);
    if (e > error) error = e, x = a, y = b, n = k;
  }
};

/** Where section 7.5.1 of the specification and annex F of C99 have something to say, and where formats end. */
template <class T> std::vector<T> specialOperands() {
  using Bits = typename Traits<T>::Bits;
  const T one = 1;
  T least = std::ldexp(one, Traits<T>::least), normal = std::ldexp(one, Traits<T>::least + Traits<T>::precision - 1);
  T whole = std::ldexp(one, Traits<T>::precision), infinity = T(HUGE_VAL);
  std::vector<T> values = {0, least, normal - least, normal, T(0.25), T(0.5), std::nextafter(one, T(0)), one,
      std::nextafter(one, T(2)), T(1.5), 2, T(2.5), 3, 4, 5, T(0.1), 10, 100, T(M_PI), T(M_PI_2), whole / 2 - T(0.5),
      whole / 2 + 1, whole - 1, whole, 2 * whole, std::ldexp(one, Traits<T>::most - 1), std::nextafter(infinity, T(0)),
      infinity, T(NAN)};
  size_t count = values.size();
  for (size_t k = 0; k < count; k++) values.push_back(fromBits<T>(toBits(values[k]) ^ (Bits(1) << (8 * sizeof(T) - 1))));
  return values;
}
static const int specialInts[] = {0, 1, -1, 2, -2, 3, -3, 4, 5, 7, -8, 31, 33, 100, -149, 150, 1023, -1074, 8192, -8193, INT_MAX, INT_MIN};

/** All bit patterns; numbers of moderate size; and sets near 1 and near multiples of 1/2, in turn. */
template <class T> T randomOperand(uint64_t kind) {
  using Bits = typename Traits<T>::Bits;
  uint64_t r = next();
  switch (kind & 7) {
    case 0:
    case 1:
      return fromBits<T>(Bits(r));
    case 2: {
      // 2^-6 .. 2^10, either sign
      T m = T(1) + T(r >> 12) / T(uint64_t(1) << 52);
      T v = std::ldexp(m, int((r >> 1) % 17) - 6);
      return r & 1 ? -v : v;
    }
    case 3: {
      T v = T(1) + std::ldexp(T(int64_t(r) >> 12), -52 - int(next() % 40));
      return v;
    }
    case 4:
      return T(int64_t(r) >> 32) / T(2) / T(1 << (next() % 24));
    case 5:
      return T(r >> 11) / T(uint64_t(1) << 53);
    case 6:
      return T(r >> 11) / T(uint64_t(1) << 53) * 100 - 50;
    default: {
      T m = T(1) + T(r >> 12) / T(uint64_t(1) << 52);
      T v = std::ldexp(m, int((r >> 1) % 60) - 45);
      return r & 1 ? -v : v;
    }
  }
}

template <class T, class F, class R> Worst<T> unary(F candidate, R exact, bool all, uint64_t count) {
  using Wide = typename Traits<T>::Wide;
  Worst<T> worst;
  if (all) {
    // In blocks, so that the compiler may use vector instructions for the reference.
    constexpr int size = 1024;
    T x[size], value[size];
    Wide in[size], out[size];
    for (uint64_t bits = 0; bits < (uint64_t(1) << 32);) {
      int used = 0;
      for (; used < size && bits < (uint64_t(1) << 32); used++, bits += count) {
        x[used] = fromBits<T>(typename Traits<T>::Bits(bits));
        in[used] = x[used];
      }
      for (int k = 0; k < used; k++) value[k] = candidate(x[k]);
#pragma omp simd
      for (int k = 0; k < used; k++) out[k] = exact(in[k]);
      for (int k = 0; k < used; k++) worst.add(value[k], out[k], x[k]);
    }
  } else {
    for (T x : specialOperands<T>()) worst.add(candidate(x), exact(Wide(x)), x);
    for (uint64_t k = 0; k < count; k++) {
      T x = randomOperand<T>(k);
      worst.add(candidate(x), exact(Wide(x)), x);
    }
  }
  return worst;
}

template <class T, class F, class R> Worst<T> binary(F candidate, R exact, uint64_t count) {
  using Wide = typename Traits<T>::Wide;
  Worst<T> worst;
  for (T x : specialOperands<T>())
    for (T y : specialOperands<T>()) worst.add(candidate(x, y), exact(Wide(x), Wide(y)), x, y);
  for (uint64_t k = 0; k < count; k++) {
    T x = randomOperand<T>(k), y = randomOperand<T>(next());
    worst.add(candidate(x, y), exact(Wide(x), Wide(y)), x, y);
  }
  return worst;
}

template <class T, class F, class R> Worst<T> withInt(F candidate, R exact, uint64_t count) {
  using Wide = typename Traits<T>::Wide;
  Worst<T> worst;
  for (T x : specialOperands<T>())
    for (int n : specialInts) worst.add(candidate(x, n), exact(Wide(x), n), x, 0, n);
  for (uint64_t k = 0; k < count; k++) {
    T x = randomOperand<T>(k);
    uint64_t r = next();
    int n = r & 1 ? int(r >> 8) % 64 : int(int32_t(r >> 32) >> (r >> 1) % 31);
    worst.add(candidate(x, n), exact(Wide(x), n), x, 0, n);
  }
  return worst;
}

template <class T> int report(const char* name, const char* type, const Worst<T>& worst, const char* mode) {
  printf("{\"name\":\"%s\",\"type\":\"%s\",\"mode\":\"%s\",\"points\":%" PRIu64 ",\"ulp\":", name, type, mode, worst.count);
  if (worst.error < 1e300) printf("%.4f", worst.error);
  else printf("null");
  printf(",\"at\":[\"%a\",\"%a\",\"%d\"]}\n", double(worst.x), double(worst.y), worst.n);
  return 0;
}

template <class T> int run(const char* name, const char* type, const char* mode, uint64_t count, bool all) {
  using Wide = typename Traits<T>::Wide;
#define SOFF_UNARY(f)                                                                                       \
  if (!strcmp(name, #f))                                                                                    \
    return report<T>(name, type, unary<T>([](T x) { return Format<T>::f##_(x); },                           \
                     [](Wide x) { return Wide(reference::f(x)); }, all, count), mode);
#define SOFF_BINARY(f)                                                                                      \
  if (!strcmp(name, #f))                                                                                    \
    return report<T>(name, type, binary<T>([](T x, T y) { return Format<T>::f##_(x, y); },                  \
                     [](Wide x, Wide y) { return Wide(reference::f(x, y)); }, count), mode);
#define SOFF_WITH_INT(f)                                                                                    \
  if (!strcmp(name, #f))                                                                                    \
    return report<T>(name, type, withInt<T>([](T x, int n) { return Format<T>::f##_(x, n); },               \
                     [](Wide x, int n) { return Wide(reference::f(x, n)); }, count), mode);
#include "list.h"
  fprintf(stderr, "no function is called %s\n", name);
  return 1;
}

int main(int argc, char** argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: sweep FUNCTION float|double all/STEP|COUNT SEED\n");
    return 2;
  }
  state = strtoull(argv[4], nullptr, 10);
  bool all = !strncmp(argv[3], "all", 3);
  uint64_t count = all ? (argv[3][3] == '/' ? strtoull(argv[3] + 4, nullptr, 10) : 1) : strtoull(argv[3], nullptr, 10);
  if (!strcmp(argv[2], "float")) return run<float>(argv[1], "float", argv[3], count, all);
  return run<double>(argv[1], "double", argv[3], count, all);
}
