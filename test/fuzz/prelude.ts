/**
 * Functions that random programs may call: each does something that plain OpenCL leaves undefined
 * for some operands, and is defined for all.
 */
const definitions = new Map<string, string>();
const define = (name: string, text: string) => definitions.set(name, text);

for (const t of ["char", "short", "int", "long", "uchar", "ushort", "uint", "ulong"]) {
  // The least value divided by -1 does not fit either.
  const bad = t.startsWith("u") ? "b == 0" : "b == 0 || b == -1";
  define(`div_${t}`, `${t} div_${t}(${t} a, ${t} b) { return ${bad} ? a : (${t})(a / b); }`);
  define(`rem_${t}`, `${t} rem_${t}(${t} a, ${t} b) { return ${bad} ? a : (${t})(a % b); }`);
}

/** Every float below the limit, and above its negative, fits into the type. */
const limits: Readonly<Record<string, string>> = {
  char: "127.0f",
  short: "32767.0f",
  int: "2.0e9f",
  long: "9.0e18f",
  uchar: "255.0f",
  ushort: "65535.0f",
  uint: "4.0e9f",
  ulong: "1.8e19f",
};
for (const [t, limit] of Object.entries(limits)) {
  const least = t.startsWith("u") ? "x > -1.0f" : `x > -${limit}`;
  define(`to_${t}`, `${t} to_${t}(float x) { return ${least} && x < ${limit} ? (${t})x : (${t})1; }`);
}

// The sign and the payload of a NaN are left open, and so is which zero is the smaller one.
define("bits_of", "uint bits_of(float x) { return x != x ? 0x7fc00000u : as_uint(x); }");
define(
  "finite_from",
  "float finite_from(uint x) { return as_float((x & 0x80ffffffu) | ((x & 0x3f000000u) + 0x20000000u)); }",
);
define("least", "float least(float a, float b) { return a == b ? a : fmin(a, b); }");
define("most", "float most(float a, float b) { return a == b ? a : fmax(a, b); }");

/** The definitions that a text calls. */
export function preludeFor(text: string): string {
  return [...definitions].flatMap(([name, definition]) => (text.includes(`${name}(`) ? [definition] : [])).join("\n");
}
