// Largest error of a built-in function in units of the last place (OpenCL C 1.2, section 7.4), over all floats or
// over random operands.   sweep FUNCTION float|double all|COUNT SEED   prints one line of JSON.
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
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

static int exponentOf(double x) { return std::ilogb(x); }
static int exponentOf(Quad x) {
  int e;
  frexpq(x, &e);
  return e - 1;
}
static double scale(double x, int e) { return std::ldexp(x, e); }
static Quad scale(Quad x, int e) { return ldexpq(x, e); }

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

/** |value - exact| in units of the last place of exact; infinite when one is NaN and the other is not, or a zero has the wrong sign. */
template <class T> double errorOf(T value, typename Traits<T>::Wide exact) {
  using Wide = typename Traits<T>::Wide;
  bool isNaN = exact != exact;
  if (isNaN || value != value) return isNaN && value != value ? 0 : HUGE_VAL;
  if (value == 0 && exact == 0) return std::signbit(value) == (1 / exact < 0) ? 0 : HUGE_VAL;
  if (value == 0 && std::signbit(value) != (exact < 0)) return HUGE_VAL;
  Wide beyond = scale(Wide(1), Traits<T>::most);
  Wide got = value, wanted = exact;
  // Infinity counts as the number after the largest.
  if (got > beyond) got = beyond;
  if (got < -beyond) got = -beyond;
  if (wanted > beyond) wanted = beyond;
  if (wanted < -beyond) wanted = -beyond;
  if (got == wanted) return 0;
  if (wanted == 0) return double(reference::fabs(got) / scale(Wide(1), Traits<T>::least));
  int e = exponentOf(wanted) - Traits<T>::precision + 1;
  // At a power of two the unit is that of the smaller neighbours only below it.
  if (reference::fabs(wanted) >= beyond) e = Traits<T>::most - Traits<T>::precision;
  if (e < Traits<T>::least) e = Traits<T>::least;
  return double(scale(reference::fabs(got - wanted), -e));
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
    for (uint64_t bits = 0; bits < (uint64_t(1) << 32); bits += count) {
      T x = fromBits<T>(typename Traits<T>::Bits(bits));
      worst.add(candidate(x), exact(Wide(x)), x);
    }
  } else {
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
  for (uint64_t k = 0; k < count; k++) {
    T x = randomOperand<T>(k), y = randomOperand<T>(next());
    worst.add(candidate(x, y), exact(Wide(x), Wide(y)), x, y);
  }
  return worst;
}

template <class T, class F, class R> Worst<T> withInt(F candidate, R exact, uint64_t count) {
  using Wide = typename Traits<T>::Wide;
  Worst<T> worst;
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
