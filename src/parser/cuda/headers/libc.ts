/** The C library's headers for the host half, and the few functions of them that device code has. */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);
/** Host functions that take anything. */
const host = (result: string, names: string) =>
  words(names)
    .map((name) => `template <class... A> ${result}${result.endsWith("*") ? "" : " "}${name}(A...);`)
    .join("\n");

/** What nvcc declares without any include. Device code may use all of it. */
export const implicitC = `
typedef unsigned uint;
typedef unsigned short ushort;
typedef unsigned long ulong;
extern "C" {
__SOFF_HD int printf(const char *, ...) __attribute__((format(printf, 1, 2)));
__SOFF_HD void *malloc(size_t);
__SOFF_HD void free(void *);
__host__ void *calloc(size_t, size_t);
__host__ void *realloc(void *, size_t);
__host__ void exit(int) __attribute__((noreturn));
__host__ void abort() __attribute__((noreturn));
}
// The work-item ends where an assertion fails, and says so.
__SOFF_FN void __soff_assert(const char *text, const char *file, int line) {
  printf("%s:%d: assertion failed: %s\\n", file, line, text);
  __builtin_trap();
}
__SOFF_FN void *memcpy(void *to, const void *from, size_t n) { return __builtin_memcpy(to, from, n); }
__SOFF_FN void *memmove(void *to, const void *from, size_t n) { return __builtin_memmove(to, from, n); }
__SOFF_FN void *memset(void *to, int byte, size_t n) { return __builtin_memset(to, byte, n); }
void *operator new(size_t);
void *operator new[](size_t);
void operator delete(void *) noexcept;
void operator delete[](void *) noexcept;
__device__ void *operator new(size_t);
__device__ void *operator new[](size_t);
__device__ void operator delete(void *) noexcept;
__device__ void operator delete[](void *) noexcept;
__device__ void operator delete(void *, size_t) noexcept;
__device__ void operator delete[](void *, size_t) noexcept;
__SOFF_HD inline void *operator new(size_t, void *p) noexcept { return p; }
__SOFF_HD inline void *operator new[](size_t, void *p) noexcept { return p; }
`;

const assertHeader = `
#undef assert
#ifdef NDEBUG
#define assert(...) ((void)0)
#else
#define assert(...) ((__VA_ARGS__) ? (void)0 : __soff_assert(#__VA_ARGS__, __FILE_NAME__, __LINE__))
#endif
`;

const stdint = `#pragma once
typedef signed char int8_t; typedef unsigned char uint8_t; typedef short int16_t; typedef unsigned short uint16_t;
typedef int int32_t; typedef unsigned uint32_t; typedef long int64_t; typedef unsigned long uint64_t;
typedef long intptr_t; typedef unsigned long uintptr_t; typedef long intmax_t; typedef unsigned long uintmax_t;
typedef int8_t int_least8_t, int_fast8_t; typedef uint8_t uint_least8_t, uint_fast8_t;
typedef int16_t int_least16_t; typedef uint16_t uint_least16_t; typedef long int_fast16_t; typedef unsigned long uint_fast16_t;
typedef int32_t int_least32_t; typedef uint32_t uint_least32_t; typedef long int_fast32_t; typedef unsigned long uint_fast32_t;
typedef int64_t int_least64_t, int_fast64_t; typedef uint64_t uint_least64_t, uint_fast64_t;
#define INT8_MIN (-128)
#define INT8_MAX 127
#define UINT8_MAX 255
#define INT16_MIN (-32768)
#define INT16_MAX 32767
#define UINT16_MAX 65535
#define INT32_MIN (-2147483647 - 1)
#define INT32_MAX 2147483647
#define UINT32_MAX 4294967295u
#define INT64_MIN (-9223372036854775807L - 1)
#define INT64_MAX 9223372036854775807L
#define UINT64_MAX 18446744073709551615ul
#define SIZE_MAX UINT64_MAX
#define INTPTR_MAX INT64_MAX
#define UINTPTR_MAX UINT64_MAX
#define INT32_C(x) x
#define UINT32_C(x) x##u
#define INT64_C(x) x##l
#define UINT64_C(x) x##ul
`;

const limits = `#pragma once
#define CHAR_BIT 8
#define SCHAR_MIN (-128)
#define SCHAR_MAX 127
#define UCHAR_MAX 255
#define CHAR_MIN SCHAR_MIN
#define CHAR_MAX SCHAR_MAX
#define SHRT_MIN (-32768)
#define SHRT_MAX 32767
#define USHRT_MAX 65535
#define INT_MIN (-2147483647 - 1)
#define INT_MAX 2147483647
#define UINT_MAX 4294967295u
#define LONG_MIN (-9223372036854775807L - 1)
#define LONG_MAX 9223372036854775807L
#define ULONG_MAX 18446744073709551615ul
#define LLONG_MIN (-9223372036854775807LL - 1)
#define LLONG_MAX 9223372036854775807LL
#define ULLONG_MAX 18446744073709551615ull
#define PATH_MAX 4096
`;

const float = `#pragma once
#define FLT_RADIX 2
${["FLT", "DBL"]
  .map((kind) =>
    words("MAX MIN EPSILON DIG MANT_DIG MAX_EXP MIN_EXP MAX_10_EXP MIN_10_EXP DENORM_MIN")
      .map((name) => `#define ${kind}_${name.replace("DENORM_MIN", "TRUE_MIN")} __${kind}_${name}__`)
      .join("\n"),
  )
  .join("\n")}
`;

const mathHeader = `#pragma once
#define M_E 2.7182818284590452354
#define M_LOG2E 1.4426950408889634074
#define M_LOG10E 0.43429448190325182765
#define M_LN2 0.69314718055994530942
#define M_LN10 2.30258509299404568402
#define M_PI 3.14159265358979323846
#define M_PI_2 1.57079632679489661923
#define M_PI_4 0.78539816339744830962
#define M_1_PI 0.31830988618379067154
#define M_2_PI 0.63661977236758134308
#define M_2_SQRTPI 1.12837916709551257390
#define M_SQRT2 1.41421356237309504880
#define M_SQRT1_2 0.70710678118654752440
#define HUGE_VAL __builtin_huge_val()
#define HUGE_VALF __builtin_huge_valf()
#define INFINITY __builtin_inff()
#define NAN __builtin_nanf("")
typedef float float_t;
typedef double double_t;
`;

const stdio = `#pragma once
typedef struct __soff_file FILE;
extern FILE *stdin, *stdout, *stderr;
#define stdin stdin
#define stdout stdout
#define stderr stderr
#define EOF (-1)
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#define BUFSIZ 8192
${host("int", "fprintf sprintf snprintf vprintf vfprintf vsnprintf scanf fscanf sscanf fclose fflush feof ferror fseek fgetc getc getchar fputc putc putchar fputs puts remove rename setvbuf pclose fileno ungetc")}
${host("long", "ftell getline")}
${host("size_t", "fread fwrite")}
${host("FILE *", "fopen popen tmpfile freopen fdopen")}
${host("char *", "fgets gets")}
${host("void", "perror rewind setbuf")}
`;

const stdlib = `#pragma once
#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1
#define RAND_MAX 2147483647
typedef struct { int quot, rem; } div_t;
int rand();
int random();
double drand48();
${host("int", "atoi rand_r system setenv posix_memalign atexit mkstemp")}
${host("long", "atol strtol lrand48")}
${host("long long", "atoll strtoll")}
${host("unsigned long", "strtoul")}
${host("unsigned long long", "strtoull")}
${host("double", "atof strtod erand48")}
${host("float", "strtof")}
${host("char *", "getenv")}
${host("void *", "aligned_alloc memalign bsearch")}
${host("void", "srand srandom srand48 qsort _exit")}
`;

const string = `#pragma once
${host("int", "strcmp strncmp strcasecmp strncasecmp memcmp strcoll")}
${host("size_t", "strlen strnlen strspn strcspn")}
${host("char *", "strcpy strncpy strcat strncat strdup strndup strchr strrchr strstr strtok strtok_r strerror strpbrk stpcpy")}
${host("void *", "memchr")}
${host("void", "bzero bcopy")}
`;

const time = `#pragma once
typedef long time_t;
typedef long clock_t;
typedef long suseconds_t;
typedef int clockid_t;
struct timespec { time_t tv_sec; long tv_nsec; };
struct timeval { time_t tv_sec; suseconds_t tv_usec; };
struct timezone { int tz_minuteswest, tz_dsttime; };
struct tm { int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday, tm_yday, tm_isdst; };
#define CLOCKS_PER_SEC 1000000l
#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1
${host("int", "gettimeofday clock_gettime nanosleep clock_getres")}
${host("long", "time mktime")}
${host("double", "difftime")}
${host("char *", "ctime asctime")}
${host("tm *", "localtime gmtime")}
${host("size_t", "strftime")}
`;

const unistd = `#pragma once
typedef int pid_t;
typedef long ssize_t;
typedef long off_t;
extern char *optarg;
extern int optind, opterr, optopt;
struct option { const char *name; int has_arg; int *flag; int val; };
#define no_argument 0
#define required_argument 1
#define optional_argument 2
${host("int", "getopt getopt_long usleep access isatty unlink gethostname getpid")}
${host("unsigned", "sleep")}
${host("long", "sysconf")}
`;

const include = (header: string) => `#include <${header}>\n`;

export const cHeaders: Readonly<Record<string, string>> = {
  "assert.h": assertHeader,
  "stdint.h": stdint,
  "inttypes.h": include("stdint.h"),
  "limits.h": limits,
  "float.h": float,
  "math.h": mathHeader,
  "stdio.h": stdio,
  "stdlib.h": stdlib,
  "string.h": string,
  "strings.h": include("string.h"),
  "memory.h": include("string.h"),
  "malloc.h": include("stdlib.h"),
  "time.h": time,
  "sys/time.h": include("time.h"),
  "sys/types.h": `#pragma once\n#include <stdint.h>\n#include <time.h>\n#include <unistd.h>\n`,
  "unistd.h": unistd,
  "getopt.h": include("unistd.h"),
  "stddef.h": "",
  "stdbool.h": "",
  "stdarg.h": `#pragma once
typedef __builtin_va_list va_list;
#define va_start(v, l) __builtin_va_start(v, l)
#define va_end(v) __builtin_va_end(v)
#define va_arg(v, t) __builtin_va_arg(v, t)
#define va_copy(d, s) __builtin_va_copy(d, s)
`,
  "ctype.h": `#pragma once\n${host("int", "isalpha isdigit isalnum isspace isupper islower ispunct isprint isxdigit toupper tolower")}\n`,
  "errno.h": "#pragma once\nextern int errno;\n#define EINVAL 22\n#define ENOMEM 12\n",
};
