// What the atomic operations do, said with the machine's own arithmetic. Codes as in docs/rtl-library.md.
#pragma once
#include <cstdint>
#include <cstring>
#include <type_traits>

enum Op { NONE, XCHG, ADD, SUB, AND, OR, XOR, UMIN, UMAX, SMIN, SMAX, INC, DEC, CMPXCHG, FADD_OP };

template <class T> T bits_as(uint64_t v) { T t; std::memcpy(&t, &v, sizeof t); return t; }

template <class F, class U> U floatSum(U a, U b) {
  volatile F x = bits_as<F>(a), y = bits_as<F>(b);
  volatile F sum = x + y;
  if (sum != sum) return sizeof(U) == 4 ? U(0x7fc00000u) : U(0x7ff8000000000000ull);
  F s = sum;
  U u;
  std::memcpy(&u, &s, sizeof u);
  return u;
}

template <class U> U atomicResult(int op, U old, U operand, U compare) {
  using S = std::make_signed_t<U>;
  switch (op) {
    case XCHG: return operand;
    case ADD: return old + operand;
    case SUB: return old - operand;
    case AND: return old & operand;
    case OR: return old | operand;
    case XOR: return old ^ operand;
    case UMIN: return operand < old ? operand : old;
    case UMAX: return operand > old ? operand : old;
    case SMIN: return S(operand) < S(old) ? operand : old;
    case SMAX: return S(operand) > S(old) ? operand : old;
    case INC: return old >= operand ? 0 : old + 1;
    case DEC: return old == 0 || old > operand ? operand : old - 1;
    case CMPXCHG: return old == compare ? operand : old;
    case FADD_OP: return sizeof(U) == 4 ? U(floatSum<float, uint32_t>(old, operand)) : U(floatSum<double, uint64_t>(old, operand));
    default: return old;
  }
}

inline uint64_t atomicResult(int op, int bytes, uint64_t old, uint64_t operand, uint64_t compare) {
  if (bytes == 8) return atomicResult<uint64_t>(op, old, operand, compare);
  return atomicResult<uint32_t>(op, uint32_t(old), uint32_t(operand), uint32_t(compare));
}

/** Operands that make the operations do different things: small numbers, corners, neighbours, floats near each other. */
template <class Random> uint64_t atomicOperand(Random& random, int op, int bytes) {
  uint64_t r = random();
  if (op == FADD_OP) {
    switch (random() % 8) {
      case 0: return bytes == 4 ? 0x7f800000u | (r & 0x807fffffu) : 0x7ff0000000000000ull | (r & 0x800fffffffffffffull);
      case 1: return bytes == 4 ? r & 0x807fffffu : r & 0x800fffffffffffffull;
      case 2: return r;
      default: return bytes == 4 ? 0x3f000000u ^ (r & 0x81ffffffu) : 0x3fe0000000000000ull ^ (r & 0x801fffffffffffffull);
    }
  }
  switch (random() % 5) {
    case 0: return r % 4;
    case 1: return uint64_t(0) - r % 4;
    case 2: return (uint64_t(1) << (8 * bytes - 1)) + r % 4 - 2;
    case 3: return r % 64;
    default: return r;
  }
}
