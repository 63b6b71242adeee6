// Makes print-format.txt: what the C library's printf writes. One line a case, separated by tabs:
// format, type of the argument, its bits in hex, the text in hex.
//   gcc -w -o /tmp/print-format print-format.c && /tmp/print-format > print-format.txt
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char *const flags[] = {"", "-", "+", " ", "0", "#", "-+", "+0", "#0", " 0", "-0", "#+"};
static const char *const sizes[] = {"", "1", "12", ".0", ".3", "12.3", "9.0", ".12", "20.17", "."};

static void put(const char *format, const char *type, uint64_t bits, const char *text) {
  printf("%s\t%s\t%llx\t", format, type, (unsigned long long)bits);
  for (const char *c = text; *c; c++) printf("%02x", (unsigned char)*c);
  printf("\n");
}

int main(void) {
  char format[64], text[512];
  int count = 0;
  const double numbers[] = {0.0, -0.0, 1.0, -1.5, 0.5, 2.5, 0.125, 123456.789, 1e15, 1e16, 9.9999995, 999999.5, 1e-4,
                            9.9999e-5, 1.0 / 3, -2.0 / 3e10, 1e22, 1.7976931348623157e308, 2.2250738585072014e-308,
                            5e-324, 3.4028234663852886e38, 1.401298464324817e-45, 1.0 / 0.0, -1.0 / 0.0};
  for (const char *c = "fFeEgGaA"; *c; c++)
    for (size_t f = 0; f < sizeof flags / sizeof *flags; f++)
      for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        // In turns, so that all come by with all.
        for (size_t n = count++ % 24; n < sizeof numbers / sizeof *numbers; n += 24) {
          // The C library at hand leaves zeros out where this number is rounded up.
          if (numbers[n] == 999999.5 && strchr(flags[f], '#') && (*c | 32) == 'g') continue;
          uint64_t bits;
          memcpy(&bits, &numbers[n], 8);
          snprintf(format, sizeof format, "<%%%s%s%c>", flags[f], sizes[s], *c);
          snprintf(text, sizeof text, format, numbers[n]);
          put(format, "f64", bits, text);
        }
      }
  const uint64_t integers[] = {0, 1, 42, 0x7fffffff, 0x80000000, 0xffffffff, 0x123456789abcdef0, 0x8000000000000000,
                               0xffffffffffffffff, 200, 0x7f80};
  const char *const lengths[] = {"", "hh", "h", "l", "ll"};
  for (const char *c = "diuoxX"; *c; c++)
    for (size_t f = 0; f < sizeof flags / sizeof *flags; f++)
      for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (size_t l = 0; l < 5; l++) {
          const uint64_t value = integers[count++ % 11];
          if (count % 3) continue;
          snprintf(format, sizeof format, "<%%%s%s%s%c>", flags[f], sizes[s], lengths[l], *c);
          if (l < 3) snprintf(text, sizeof text, format, (int)value);
          else snprintf(text, sizeof text, format, (long long)value);
          put(format, l < 3 ? "i32" : "i64", l < 3 ? (uint32_t)value : value, text);
        }
  for (size_t s = 0; s < 3; s++)
    for (size_t f = 0; f < 2; f++) {
      snprintf(format, sizeof format, "<%%%s%sc>", flags[f], sizes[s]);
      snprintf(text, sizeof text, format, 'A' + (int)s);
      put(format, "i32", 'A' + s, text);
    }
  return 0;
}
