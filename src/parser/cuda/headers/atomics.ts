/**
 * CUDA's atomic functions. They are templates, so that a function of the user's own with one of these
 * names and plain parameters (an `atomicAdd` for doubles from an old guide) is preferred.
 */

/** Names with the types that CUDA has them for and clang's built-in. */
const operations: readonly (readonly [name: string, types: string, builtin: string])[] = [
  [
    "atomicAdd",
    "int, unsigned, unsigned long long, long long, unsigned long, long, float, double",
    "__atomic_fetch_add",
  ],
  ["atomicSub", "int, unsigned, unsigned long long, long long, unsigned long, long", "__atomic_fetch_sub"],
  ["atomicAnd", "int, unsigned, unsigned long long, long long, unsigned long, long", "__atomic_fetch_and"],
  ["atomicOr", "int, unsigned, unsigned long long, long long, unsigned long, long", "__atomic_fetch_or"],
  ["atomicXor", "int, unsigned, unsigned long long, long long, unsigned long, long", "__atomic_fetch_xor"],
  ["atomicMin", "int, unsigned, unsigned long long, long long, unsigned long, long", "__atomic_fetch_min"],
  ["atomicMax", "int, unsigned, unsigned long long, long long, unsigned long, long", "__atomic_fetch_max"],
];

const suffixes = ["", "_block", "_system"] as const;

/** A volatile pointer is as good as another: the access is atomic anyway. */
function fetch(name: string, types: string, builtin: string): string {
  return suffixes
    .map(
      (suffix) =>
        `template <class T, class = __soff_if<T, ${types}>> __SOFF_DEVICE T ${name}${suffix}(T *p, __soff_same<T> v) ` +
        `{ return ${builtin}(p, v, __ATOMIC_RELAXED); }\n` +
        `template <class T, class = __soff_if<T, ${types}>> __SOFF_DEVICE T ${name}${suffix}(volatile T *p, __soff_same<T> v) ` +
        `{ return ${builtin}(p, v, __ATOMIC_RELAXED); }`,
    )
    .join("\n");
}

/** What has no built-in of clang's: compare and swap until nobody came between. */
function loop(name: string, types: string, next: string): string {
  return suffixes
    .map(
      (suffix) =>
        `template <class T, class = __soff_if<T, ${types}>> __SOFF_DEVICE T ${name}${suffix}(T *p, __soff_same<T> v) {\n` +
        "  T old = __atomic_load_n(p, __ATOMIC_RELAXED);\n" +
        `  while (!__atomic_compare_exchange_n(p, &old, (T)(${next}), false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {}\n` +
        "  return old;\n}",
    )
    .join("\n");
}

function exchange(suffix: string): string {
  return `template <class T, class = __soff_if<T, int, unsigned, unsigned long long, long long, unsigned long, long>>
__SOFF_DEVICE T atomicExch${suffix}(T *p, __soff_same<T> v) { return __atomic_exchange_n(p, v, __ATOMIC_RELAXED); }
template <class T, class = __soff_if<T, float>, class = void>
__SOFF_DEVICE T atomicExch${suffix}(T *p, __soff_same<T> v) {
  return __builtin_bit_cast(float, __atomic_exchange_n((unsigned *)p, __builtin_bit_cast(unsigned, v), __ATOMIC_RELAXED));
}
template <class T, class = __soff_if<T, double>, class = void, class = void>
__SOFF_DEVICE T atomicExch${suffix}(T *p, __soff_same<T> v) {
  return __builtin_bit_cast(double, __atomic_exchange_n((unsigned long *)p, __builtin_bit_cast(unsigned long, v), __ATOMIC_RELAXED));
}
template <class T, class = __soff_if<T, int, unsigned, unsigned long long, long long, unsigned long, long, unsigned short>>
__SOFF_DEVICE T atomicCAS${suffix}(T *p, __soff_same<T> expected, __soff_same<T> v) {
  T old = expected;
  __atomic_compare_exchange_n(p, &old, v, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  return old;
}
template <class T, class = __soff_if<T, int, unsigned, unsigned long long, long long, unsigned long, long>>
__SOFF_DEVICE T atomicCAS${suffix}(volatile T *p, __soff_same<T> expected, __soff_same<T> v) {
  return atomicCAS${suffix}((T *)p, expected, v);
}`;
}

export const atomics = `
template <class A, class B> struct __soff_is_same { static constexpr bool value = false; };
template <class A> struct __soff_is_same<A, A> { static constexpr bool value = true; };
template <class T> struct __soff_identity { typedef T type; };
template <class T> using __soff_same = typename __soff_identity<T>::type;
template <bool> struct __soff_enable {};
template <> struct __soff_enable<true> { typedef void type; };
template <class T, class... Of> using __soff_if = typename __soff_enable<(__soff_is_same<T, Of>::value || ...)>::type;
${operations.map(([name, types, builtin]) => fetch(name, types, builtin)).join("\n")}
${suffixes.map(exchange).join("\n")}
${loop("atomicInc", "unsigned", "old >= v ? 0 : old + 1")}
${loop("atomicDec", "unsigned", "old == 0 || old > v ? v : old - 1")}
`;
