/** CUDA's vector types: plain structs of one to four members, with the alignment that nvcc gives them. */

const scalars: readonly (readonly [prefix: string, type: string, bytes: number])[] = [
  ["char", "signed char", 1],
  ["uchar", "unsigned char", 1],
  ["short", "short", 2],
  ["ushort", "unsigned short", 2],
  ["int", "int", 4],
  ["uint", "unsigned int", 4],
  ["long", "long", 8],
  ["ulong", "unsigned long", 8],
  ["longlong", "long long", 8],
  ["ulonglong", "unsigned long long", 8],
  ["float", "float", 4],
  ["double", "double", 8],
];

const members = ["x", "y", "z", "w"] as const;

function vectorType(prefix: string, type: string, bytes: number, lanes: number): string {
  const names = members.slice(0, lanes);
  // A vector of three is aligned like its members, and nothing more than 16 bytes.
  const align = lanes === 3 ? bytes : Math.min(16, bytes * lanes);
  const name = `${prefix}${lanes}`;
  const parameters = names.map((each) => `${type} ${each}`).join(", ");
  return (
    `struct __attribute__((aligned(${align}))) ${name} { ${type} ${names.join(", ")}; };\n` +
    `__SOFF_FN ${name} make_${name}(${parameters}) { return {${names.join(", ")}}; }`
  );
}

const types = scalars.flatMap(([prefix, type, bytes]) =>
  [1, 2, 3, 4].map((lanes) => vectorType(prefix, type, bytes, lanes)),
);

export const vectors = `${types.join("\n")}
struct dim3 {
  unsigned x, y, z;
  __SOFF_HD constexpr dim3(unsigned a = 1, unsigned b = 1, unsigned c = 1) : x(a), y(b), z(c) {}
  __SOFF_HD constexpr dim3(uint3 v) : x(v.x), y(v.y), z(v.z) {}
  __SOFF_HD constexpr operator uint3() const { return uint3{x, y, z}; }
};
`;
