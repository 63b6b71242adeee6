/**
 * The C++ library's headers. What device code may use (type traits, limits, min and max, utilities) is
 * real; containers, streams and algorithms only let the host half be read.
 */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const typeTraits = `#pragma once
namespace std {
typedef __SIZE_TYPE__ size_t;
typedef __PTRDIFF_TYPE__ ptrdiff_t;
typedef decltype(nullptr) nullptr_t;
template <class T, T v> struct integral_constant {
  static constexpr T value = v;
  typedef T value_type;
  typedef integral_constant type;
  constexpr operator T() const { return v; }
  constexpr T operator()() const { return v; }
};
template <bool b> using bool_constant = integral_constant<bool, b>;
typedef bool_constant<true> true_type;
typedef bool_constant<false> false_type;
template <class T> struct __soff_type { typedef T type; };
template <class A, class B> struct is_same : false_type {};
template <class A> struct is_same<A, A> : true_type {};
template <class T> struct remove_const : __soff_type<T> {};
template <class T> struct remove_const<const T> : __soff_type<T> {};
template <class T> struct remove_volatile : __soff_type<T> {};
template <class T> struct remove_volatile<volatile T> : __soff_type<T> {};
template <class T> struct remove_cv : remove_const<typename remove_volatile<T>::type> {};
template <class T> struct remove_reference : __soff_type<T> {};
template <class T> struct remove_reference<T &> : __soff_type<T> {};
template <class T> struct remove_reference<T &&> : __soff_type<T> {};
template <class T> struct remove_pointer : __soff_type<T> {};
template <class T> struct remove_pointer<T *> : __soff_type<T> {};
template <class T> struct remove_extent : __soff_type<T> {};
template <class T> struct remove_extent<T[]> : __soff_type<T> {};
template <class T, size_t n> struct remove_extent<T[n]> : __soff_type<T> {};
template <class T> struct add_const : __soff_type<const T> {};
template <class T> struct add_pointer : __soff_type<typename remove_reference<T>::type *> {};
template <class T> struct add_lvalue_reference : __soff_type<T &> {};
template <class T> struct add_rvalue_reference : __soff_type<T &&> {};
template <class T> struct make_unsigned : __soff_type<__make_unsigned(T)> {};
template <class T> struct make_signed : __soff_type<__make_signed(T)> {};
template <class T> struct decay : __soff_type<__decay(T)> {};
template <bool b, class T, class F> struct conditional : __soff_type<T> {};
template <class T, class F> struct conditional<false, T, F> : __soff_type<F> {};
template <bool b, class T = void> struct enable_if {};
template <class T> struct enable_if<true, T> : __soff_type<T> {};
template <class...> using void_t = void;
template <class T> struct is_pointer : false_type {};
template <class T> struct is_pointer<T *> : true_type {};
template <class T> struct is_integral : bool_constant<__is_integral(T)> {};
template <class T> struct is_floating_point : bool_constant<__is_floating_point(T)> {};
template <class T> struct is_arithmetic : bool_constant<__is_arithmetic(T)> {};
template <class T> struct is_fundamental : bool_constant<__is_fundamental(T)> {};
template <class T> struct is_scalar : bool_constant<__is_scalar(T)> {};
template <class T> struct is_void : bool_constant<__is_void(T)> {};
template <class T> struct is_signed : bool_constant<__is_signed(T)> {};
template <class T> struct is_unsigned : bool_constant<__is_unsigned(T)> {};
template <class T> struct is_const : bool_constant<__is_const(T)> {};
template <class T> struct is_class : bool_constant<__is_class(T)> {};
template <class T> struct is_enum : bool_constant<__is_enum(T)> {};
template <class T> struct is_empty : bool_constant<__is_empty(T)> {};
template <class T> struct is_reference : bool_constant<__is_reference(T)> {};
template <class T> struct is_array : bool_constant<__is_array(T)> {};
template <class T> struct is_trivially_copyable : bool_constant<__is_trivially_copyable(T)> {};
template <class A, class B> struct is_base_of : bool_constant<__is_base_of(A, B)> {};
template <class A, class B> struct is_convertible : bool_constant<__is_convertible_to(A, B)> {};
template <class T> using remove_const_t = typename remove_const<T>::type;
template <class T> using remove_cv_t = typename remove_cv<T>::type;
template <class T> using remove_reference_t = typename remove_reference<T>::type;
template <class T> using remove_pointer_t = typename remove_pointer<T>::type;
template <class T> using make_unsigned_t = typename make_unsigned<T>::type;
template <class T> using make_signed_t = typename make_signed<T>::type;
template <class T> using decay_t = typename decay<T>::type;
template <bool b, class T, class F> using conditional_t = typename conditional<b, T, F>::type;
template <bool b, class T = void> using enable_if_t = typename enable_if<b, T>::type;
template <class A, class B> inline constexpr bool is_same_v = is_same<A, B>::value;
template <class T> inline constexpr bool is_integral_v = __is_integral(T);
template <class T> inline constexpr bool is_floating_point_v = __is_floating_point(T);
template <class T> inline constexpr bool is_arithmetic_v = __is_arithmetic(T);
template <class T> inline constexpr bool is_signed_v = __is_signed(T);
template <class T> inline constexpr bool is_unsigned_v = __is_unsigned(T);
template <class T> inline constexpr bool is_pointer_v = is_pointer<T>::value;
template <class A, class B> inline constexpr bool is_convertible_v = __is_convertible_to(A, B);
template <class T> T &&declval() noexcept;
template <class T> constexpr remove_reference_t<T> &&move(T &&x) noexcept { return static_cast<remove_reference_t<T> &&>(x); }
template <class T> constexpr T &&forward(remove_reference_t<T> &x) noexcept { return static_cast<T &&>(x); }
template <class T> constexpr T &&forward(remove_reference_t<T> &&x) noexcept { return static_cast<T &&>(x); }
template <class T> constexpr const T &as_const(T &x) noexcept { return x; }
template <class T> constexpr void swap(T &a, T &b) { T c = static_cast<T &&>(a); a = static_cast<T &&>(b); b = static_cast<T &&>(c); }
template <class T> constexpr const T &min(const T &a, const T &b) { return b < a ? b : a; }
template <class T> constexpr const T &max(const T &a, const T &b) { return a < b ? b : a; }
template <class T, class C> constexpr const T &min(const T &a, const T &b, C less) { return less(b, a) ? b : a; }
template <class T, class C> constexpr const T &max(const T &a, const T &b, C less) { return less(a, b) ? b : a; }
template <class T> constexpr const T &clamp(const T &v, const T &low, const T &high) { return v < low ? low : high < v ? high : v; }
template <class A, class B> struct pair {
  typedef A first_type;
  typedef B second_type;
  A first; B second;
  constexpr pair() : first(), second() {}
  constexpr pair(const A &a, const B &b) : first(a), second(b) {}
  template <class C, class D> constexpr pair(const pair<C, D> &p) : first(p.first), second(p.second) {}
};
template <class A, class B> constexpr pair<decay_t<A>, decay_t<B>> make_pair(A &&a, B &&b) { return {a, b}; }
}
`;

function limitsOf(type: string, kind: "integer" | "float", min: string, max: string, lowest: string, digits: string) {
  const float = kind === "float";
  const f = type === "float" ? "f" : "";
  const value = (name: string, text: string) => `  static constexpr ${type} ${name}() noexcept { return ${text}; }`;
  return `template <> struct numeric_limits<${type}> {
  static constexpr bool is_specialized = true, is_integer = ${!float}, is_exact = ${!float}, is_signed = (${type})-1 < (${type})0, has_infinity = ${float}, has_quiet_NaN = ${float};
  static constexpr int digits = ${digits}, radix = 2;
${value("min", min)}
${value("max", max)}
${value("lowest", lowest)}
${value("epsilon", float ? (f ? "__FLT_EPSILON__" : "__DBL_EPSILON__") : "0")}
${value("infinity", float ? `__builtin_inf${f}()` : "0")}
${value("quiet_NaN", float ? `__builtin_nan${f}("")` : "0")}
${value("denorm_min", float ? (f ? "__FLT_DENORM_MIN__" : "__DBL_DENORM_MIN__") : "0")}
};`;
}

const integerLimits = [
  ["bool", "false", "true", 1],
  ["char", "-128", "127", 7],
  ["signed char", "-128", "127", 7],
  ["unsigned char", "0", "255", 8],
  ["short", "-32768", "32767", 15],
  ["unsigned short", "0", "65535", 16],
  ["int", "-2147483647 - 1", "2147483647", 31],
  ["unsigned", "0", "4294967295u", 32],
  ["long", "-9223372036854775807l - 1", "9223372036854775807l", 63],
  ["unsigned long", "0", "18446744073709551615ul", 64],
  ["long long", "-9223372036854775807ll - 1", "9223372036854775807ll", 63],
  ["unsigned long long", "0", "18446744073709551615ull", 64],
] as const;

const limits = `#pragma once
namespace std {
template <class T> struct numeric_limits { static constexpr bool is_specialized = false; };
${integerLimits.map(([type, min, max, digits]) => limitsOf(type, "integer", min, max, min, String(digits))).join("\n")}
${limitsOf("float", "float", "__FLT_MIN__", "__FLT_MAX__", "-__FLT_MAX__", "24")}
${limitsOf("double", "float", "__DBL_MIN__", "__DBL_MAX__", "-__DBL_MAX__", "53")}
}
`;

const cmath = `#pragma once
#include <math.h>
namespace std {
${words(
  "abs acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh erf erfc exp exp2 expm1 fabs fdim floor fma fmax fmin fmod " +
    "frexp hypot ilogb isfinite isinf isnan isnormal ldexp lgamma llrint llround log log10 log1p log2 logb lrint lround modf nearbyint " +
    "nextafter pow remainder rint round scalbn signbit sin sinh sqrt tan tanh tgamma trunc sinf cosf expf logf sqrtf powf fabsf floorf ceilf fmaxf fminf",
)
  .map((name) => `using ::${name};`)
  .join("\n")}
}
`;

const functional = String.raw`#pragma once
#include <type_traits>
namespace std {
#define __SOFF_OPERATION(name, result, expression) \
  template <class T = void> struct name { constexpr result operator()(const T &a, const T &b) const { return expression; } };
__SOFF_OPERATION(plus, T, a + b)
__SOFF_OPERATION(minus, T, a - b)
__SOFF_OPERATION(multiplies, T, a * b)
__SOFF_OPERATION(divides, T, a / b)
__SOFF_OPERATION(modulus, T, a % b)
__SOFF_OPERATION(less, bool, a < b)
__SOFF_OPERATION(greater, bool, a > b)
__SOFF_OPERATION(less_equal, bool, a <= b)
__SOFF_OPERATION(greater_equal, bool, a >= b)
__SOFF_OPERATION(equal_to, bool, a == b)
__SOFF_OPERATION(logical_and, bool, a && b)
__SOFF_OPERATION(logical_or, bool, a || b)
__SOFF_OPERATION(bit_and, T, a & b)
__SOFF_OPERATION(bit_or, T, a | b)
__SOFF_OPERATION(bit_xor, T, a ^ b)
#undef __SOFF_OPERATION
template <class T> struct hash { size_t operator()(const T &) const; };
template <class F> struct function;
template <class R, class... A> struct function<R(A...)> {
  function();
  template <class F> function(F);
  R operator()(A...) const;
  explicit operator bool() const;
};
template <class T> T &ref(T &);
template <class T> const T &cref(const T &);
}
`;

/** A class that any arguments construct and that has the usual members. */
const containers = `#pragma once
#include <type_traits>
namespace std {
template <class T> struct initializer_list {
  const T *__begin; size_t __size;
  constexpr size_t size() const { return __size; }
  constexpr const T *begin() const { return __begin; }
  constexpr const T *end() const { return __begin + __size; }
};
template <class T> struct allocator {};
template <class T> struct __soff_sequence {
  typedef T value_type;
  typedef T *iterator;
  typedef const T *const_iterator;
  typedef T &reference;
  typedef const T &const_reference;
  typedef size_t size_type;
  __soff_sequence();
  explicit __soff_sequence(size_t);
  __soff_sequence(size_t, const T &);
  __soff_sequence(initializer_list<T>);
  template <class I> __soff_sequence(I, I);
  T *begin(); T *end(); T *data();
  const T *begin() const; const T *end() const; const T *data() const;
  const T *cbegin() const; const T *cend() const;
  T *rbegin(); T *rend();
  T &operator[](size_t); const T &operator[](size_t) const;
  T &at(size_t); const T &at(size_t) const;
  T &front(); T &back(); const T &front() const; const T &back() const; T &top(); const T &top() const;
  size_t size() const; size_t length() const; size_t capacity() const; bool empty() const;
  template <class... A> void push_back(A &&...); template <class... A> void push_front(A &&...); template <class... A> void push(A &&...);
  void push_back(const T &); void push(const T &);
  template <class... A> T &emplace_back(A &&...);
  void pop_back(); void pop_front(); void pop(); void clear(); void shrink_to_fit();
  void resize(size_t); void resize(size_t, const T &); void reserve(size_t);
  template <class... A> T *insert(A &&...); template <class... A> T *erase(A &&...); template <class... A> void assign(A &&...);
  template <class O> void swap(O &); void fill(const T &);
};
template <class T, class A = allocator<T>> struct vector : __soff_sequence<T> { using __soff_sequence<T>::__soff_sequence; vector(); };
template <class A> struct vector<bool, A> : __soff_sequence<unsigned char> { using __soff_sequence<unsigned char>::__soff_sequence; vector(); };
template <class T, class A = allocator<T>> struct deque : __soff_sequence<T> { using __soff_sequence<T>::__soff_sequence; deque(); };
template <class T, class A = allocator<T>> struct list : __soff_sequence<T> { using __soff_sequence<T>::__soff_sequence; list(); };
template <class T, class... A> struct queue : __soff_sequence<T> {};
template <class T, class... A> struct stack : __soff_sequence<T> {};
template <class T, class... A> struct priority_queue : __soff_sequence<T> {};
template <class T, class... A> struct set : __soff_sequence<T> { using __soff_sequence<T>::__soff_sequence; set(); T *find(const T &); size_t count(const T &) const; };
template <class T, class... A> struct unordered_set : set<T> {};
template <class K, class V, class... A> struct map : __soff_sequence<pair<const K, V>> {
  V &operator[](const K &); V &at(const K &); const V &at(const K &) const; pair<const K, V> *find(const K &); size_t count(const K &) const;
};
template <class K, class V, class... A> struct unordered_map : map<K, V> {};
template <class K, class V, class... A> struct multimap : map<K, V> {};
template <class T, class... A> struct multiset : set<T> {};
template <class T, size_t n> struct array {
  T __elements[n ? n : 1];
  typedef T value_type;
  constexpr T &operator[](size_t i) { return __elements[i]; }
  constexpr const T &operator[](size_t i) const { return __elements[i]; }
  constexpr T *data() { return __elements; }
  constexpr const T *data() const { return __elements; }
  constexpr T *begin() { return __elements; }
  constexpr T *end() { return __elements + n; }
  constexpr const T *begin() const { return __elements; }
  constexpr const T *end() const { return __elements + n; }
  constexpr size_t size() const { return n; }
  constexpr void fill(const T &v) { for (size_t i = 0; i < n; i++) __elements[i] = v; }
};
template <class... T> struct tuple { tuple(); template <class... A> tuple(A &&...); };
template <class... T> tuple<decay_t<T>...> make_tuple(T &&...);
template <class... T> tuple<T &...> tie(T &...);
template <class T> struct default_delete {};
template <class T, class D = default_delete<T>> struct unique_ptr {
  typedef typename remove_extent<T>::type element_type;
  unique_ptr(); template <class... A> unique_ptr(A &&...);
  element_type *operator->() const; element_type &operator*() const; element_type *get() const; element_type *release();
  element_type &operator[](size_t) const; template <class... A> void reset(A...); explicit operator bool() const;
};
template <class T> struct shared_ptr : unique_ptr<T> { using unique_ptr<T>::unique_ptr; };
template <class T> struct weak_ptr : unique_ptr<T> { using unique_ptr<T>::unique_ptr; };
template <class T, class... A> unique_ptr<T> make_unique(A &&...);
template <class T, class... A> shared_ptr<T> make_shared(A &&...);
template <class T> struct complex { T __re, __im; complex(T = T(), T = T()); T real() const; T imag() const; };
template <class T> struct optional { template <class... A> optional(A &&...); T &operator*(); T *operator->(); bool has_value() const; T &value(); };
}
`;

const strings = `#pragma once
#include <vector>
namespace std {
struct string : __soff_sequence<char> {
  string(); string(const char *); string(const char *, size_t); string(size_t, char); string(const string &);
  template <class I> string(I, I);
  static const size_t npos = -1;
  const char *c_str() const;
  string &operator=(const string &); string &operator+=(const string &); string &operator+=(char); string &append(const string &);
  template <class... A> size_t find(A &&...) const; template <class... A> size_t rfind(A &&...) const;
  template <class... A> size_t find_first_of(A &&...) const; template <class... A> size_t find_last_of(A &&...) const;
  template <class... A> string &replace(A &&...); template <class... A> string &insert(A &&...);
  template <class... A> string substr(A &&...) const; template <class... A> int compare(A &&...) const;
};
typedef string wstring;
typedef string string_view;
string operator+(const string &, const string &);
string operator+(const string &, char);
bool operator==(const string &, const string &); bool operator!=(const string &, const string &); bool operator<(const string &, const string &);
template <class T> string to_string(T);
int stoi(const string &, ...); long stol(const string &, ...); long long stoll(const string &, ...); unsigned long stoul(const string &, ...);
unsigned long long stoull(const string &, ...); float stof(const string &, ...); double stod(const string &, ...);
struct exception { virtual const char *what() const noexcept; virtual ~exception(); };
struct runtime_error : exception { runtime_error(const string &); };
struct logic_error : exception { logic_error(const string &); };
struct invalid_argument : logic_error { invalid_argument(const string &); };
struct out_of_range : logic_error { out_of_range(const string &); };
struct bad_alloc : exception {};
}
`;

const streams = `#pragma once
#include <string>
namespace std {
typedef long streamsize;
typedef long streampos;
struct ios_base {
  enum __soff_mode { in = 1, out = 2, binary = 4, ate = 8, app = 16, trunc = 32, beg = 0, cur = 1, end = 2, fixed = 64, scientific = 128, left = 1, right = 2 };
  static void sync_with_stdio(bool = true);
  template <class... A> int setf(A...); template <class... A> int precision(A...); template <class... A> int width(A...);
};
struct ios : ios_base {
  bool good() const; bool fail() const; bool eof() const; bool bad() const; void clear(); explicit operator bool() const; bool operator!() const;
  template <class... A> void open(A &&...); bool is_open() const; void close();
};
struct ostream : ios { template <class... A> ostream &write(A &&...); ostream &flush(); ostream &put(char); };
struct istream : ios {
  template <class... A> istream &read(A &&...); template <class... A> istream &seekg(A...); streampos tellg(); template <class... A> istream &getline(A &&...);
  template <class... A> istream &ignore(A...); int get(); template <class A> istream &get(A &); streamsize gcount() const;
};
struct iostream : ostream, istream {};
template <class T> ostream &operator<<(ostream &, const T &);
ostream &operator<<(ostream &, ostream &(*)(ostream &));
template <class T> istream &operator>>(istream &, T &);
ostream &endl(ostream &); ostream &flush(ostream &); ostream &ends(ostream &);
struct __soff_manipulator {};
__soff_manipulator setw(int); __soff_manipulator setprecision(int); template <class T> __soff_manipulator setfill(T);
extern __soff_manipulator fixed, scientific, left, right, hex, dec, oct, boolalpha, showpos, noskipws, defaultfloat;
extern ostream cout, cerr, clog;
extern istream cin;
struct ofstream : ostream { ofstream(); template <class... A> explicit ofstream(A &&...); };
struct ifstream : istream { ifstream(); template <class... A> explicit ifstream(A &&...); };
struct fstream : ostream { fstream(); template <class... A> explicit fstream(A &&...); };
struct ostringstream : ostream { ostringstream(); template <class... A> explicit ostringstream(A &&...); template <class... A> string str(A &&...) const; };
struct istringstream : istream { istringstream(); template <class... A> explicit istringstream(A &&...); template <class... A> string str(A &&...) const; };
struct stringstream : ostringstream { stringstream(); template <class... A> explicit stringstream(A &&...); };
template <class T> stringstream &operator>>(stringstream &, T &);
template <class... A> istream &getline(istream &, string &, A...);
}
`;

const algorithmNames = `sort stable_sort partial_sort nth_element fill fill_n copy copy_n copy_if generate generate_n transform reverse
shuffle random_shuffle unique remove_if replace for_each iota swap_ranges rotate inclusive_scan exclusive_scan partial_sum merge`;
const algorithms = `#pragma once
#include <vector>
#include <functional>
namespace std {
${words(algorithmNames)
  .map((name) => `template <class... A> void ${name}(A &&...);`)
  .join("\n")}
${words("equal all_of any_of none_of is_sorted binary_search lexicographical_compare next_permutation")
  .map((name) => `template <class... A> bool ${name}(A &&...);`)
  .join("\n")}
${words("find find_if min_element max_element lower_bound upper_bound remove next prev")
  .map((name) => `template <class I, class... A> I ${name}(I, A &&...);`)
  .join("\n")}
template <class I, class T, class... A> T accumulate(I, I, T, A &&...);
template <class I, class J, class T, class... A> T inner_product(I, I, J, T, A &&...);
template <class I, class T, class... A> T reduce(I, I, T, A &&...);
template <class I, class T> ptrdiff_t count(I, I, const T &);
template <class I, class F> ptrdiff_t count_if(I, I, F);
template <class I> ptrdiff_t distance(I, I);
template <class T> T min(initializer_list<T>);
template <class T> T max(initializer_list<T>);
template <class C> auto begin(C &c) -> decltype(c.begin());
template <class C> auto end(C &c) -> decltype(c.end());
template <class C> int back_inserter(C &);
}
`;

const chrono = `#pragma once
#include <type_traits>
namespace std {
template <long n, long d = 1> struct ratio {};
typedef ratio<1, 1000> milli; typedef ratio<1, 1000000> micro; typedef ratio<1, 1000000000> nano;
namespace chrono {
template <class R, class P = ratio<1>> struct duration { duration(); template <class... A> duration(A &&...); R count() const; template <class O> operator duration<O>() const; };
typedef duration<long, nano> nanoseconds; typedef duration<long, micro> microseconds; typedef duration<long, milli> milliseconds; typedef duration<long> seconds;
struct time_point { template <class... A> time_point(A &&...); nanoseconds time_since_epoch() const; };
nanoseconds operator-(const time_point &, const time_point &);
nanoseconds operator+(const nanoseconds &, const nanoseconds &);
template <class D, class S> D duration_cast(const S &);
template <class D, class S> time_point time_point_cast(const S &);
struct system_clock { typedef chrono::time_point time_point; typedef nanoseconds duration; static time_point now(); static long to_time_t(time_point); };
typedef system_clock high_resolution_clock; typedef system_clock steady_clock;
}
}
`;

const random = String.raw`#pragma once
#include <type_traits>
namespace std {
struct __soff_engine { typedef unsigned result_type; template <class... A> __soff_engine(A &&...); unsigned operator()(); template <class... A> void seed(A &&...); };
typedef __soff_engine mt19937, mt19937_64, default_random_engine, random_device, minstd_rand;
#define __SOFF_DISTRIBUTION(name, type) \
  template <class T = type> struct name { template <class... A> name(A &&...); template <class G> T operator()(G &) const; };
__SOFF_DISTRIBUTION(uniform_real_distribution, double)
__SOFF_DISTRIBUTION(uniform_int_distribution, int)
__SOFF_DISTRIBUTION(normal_distribution, double)
__SOFF_DISTRIBUTION(poisson_distribution, int)
__SOFF_DISTRIBUTION(exponential_distribution, double)
__SOFF_DISTRIBUTION(discrete_distribution, int)
#undef __SOFF_DISTRIBUTION
struct bernoulli_distribution { template <class... A> bernoulli_distribution(A &&...); template <class G> bool operator()(G &) const; };
}
`;

const threads = `#pragma once
namespace std {
struct thread { template <class... A> thread(A &&...); void join(); void detach(); static unsigned hardware_concurrency(); };
struct mutex { void lock(); void unlock(); };
template <class T> struct lock_guard { lock_guard(T &); };
template <class T> struct unique_lock { unique_lock(T &); };
template <class T> struct atomic { template <class... A> atomic(A &&...); operator T() const; T operator++(int); T load() const; void store(T); };
template <class F, class... A> int async(F, A &&...);
}
`;

/** `<cstdio>` is `<stdio.h>` with its names in std as well. */
function wrapped(header: string, names: string): string {
  const using = words(names || "size_t")
    .map((name) => `using ::${name};`)
    .join(" ");
  return `#pragma once\n#include <${header}>\nnamespace std { ${using} }\n`;
}

const include = (header: string) => `#pragma once\n#include <${header}>\n`;

export const cxxHeaders: Readonly<Record<string, string>> = {
  type_traits: typeTraits,
  utility: include("type_traits"),
  limits,
  cmath,
  functional,
  vector: containers,
  ...Object.fromEntries(
    words(
      "array deque list queue stack set map unordered_map unordered_set tuple memory complex optional initializer_list iterator bitset",
    ).map((name) => [name, include("vector")]),
  ),
  string: strings,
  ...Object.fromEntries(
    words("string_view stdexcept exception new typeinfo system_error").map((name) => [name, include("string")]),
  ),
  iostream: streams,
  ...Object.fromEntries(
    words("fstream sstream ostream istream iomanip ios iosfwd").map((name) => [name, include("iostream")]),
  ),
  algorithm: algorithms,
  numeric: include("algorithm"),
  chrono,
  ratio: include("chrono"),
  random,
  thread: threads,
  ...Object.fromEntries(words("mutex atomic future condition_variable").map((name) => [name, include("thread")])),
  cstdio: wrapped(
    "stdio.h",
    "printf fprintf sprintf snprintf scanf fscanf sscanf fopen fclose fread fwrite fgets fputs puts FILE fflush fseek ftell getchar putchar perror remove",
  ),
  cstdlib: wrapped(
    "stdlib.h",
    "malloc free calloc realloc exit abort atoi atof rand srand getenv system strtol strtod qsort abs",
  ),
  cstring: wrapped(
    "string.h",
    "memcpy memset memmove strlen strcmp strncmp strcpy strncpy strcat strstr strchr memcmp",
  ),
  cstdint: wrapped(
    "stdint.h",
    "int8_t uint8_t int16_t uint16_t int32_t uint32_t int64_t uint64_t intptr_t uintptr_t intmax_t uintmax_t",
  ),
  cinttypes: include("cstdint"),
  ctime: wrapped("time.h", "time clock_t time_t tm localtime"),
  cfloat: include("float.h"),
  climits: include("limits.h"),
  cassert: "#include <assert.h>\n",
  cstddef: include("type_traits"),
  cctype: wrapped("ctype.h", "isalpha isdigit isalnum isspace toupper tolower"),
  cstdarg: include("stdarg.h"),
  cerrno: include("errno.h"),
};
