// Values of built-in functions: each line `FUNCTION TYPE X Y N` with bits in hexadecimal and N in decimal gives a
// line with the result's bits.
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include "functions.h"

template <class T, class B> T of(uint64_t bits) {
  B low = B(bits);
  T value;
  memcpy(&value, &low, sizeof value);
  return value;
}

template <class T, class B> bool evaluate(const char* name, uint64_t a, uint64_t b, int n, uint64_t& out) {
  T x = of<T, B>(a), y = of<T, B>(b), r;
#define SOFF_UNARY(f) if (!strcmp(name, #f)) r = Format<T>::f##_(x); else
#define SOFF_BINARY(f) if (!strcmp(name, #f)) r = Format<T>::f##_(x, y); else
#define SOFF_WITH_INT(f) if (!strcmp(name, #f)) r = Format<T>::f##_(x, n); else
#include "list.h"
  return false;
  B bits;
  memcpy(&bits, &r, sizeof bits);
  out = bits;
  return true;
}

int main() {
  char name[32], type[16];
  uint64_t x, y, out;
  int n;
  while (scanf("%31s %15s %" SCNx64 " %" SCNx64 " %d", name, type, &x, &y, &n) == 5) {
    bool known = !strcmp(type, "float") ? evaluate<float, uint32_t>(name, x, y, n, out)
                                        : evaluate<double, uint64_t>(name, x, y, n, out);
    if (!known) return 1;
    printf("%" PRIx64 "\n", out);
  }
}
