/** What the kernels of a CUDA module are called: by users, and in files and Verilog. */
import { demangle } from "../import/demangle.js";

export interface KernelName {
  readonly llvm: string;
  /** As in the source: `ns::reduce<float,128>`. */
  readonly display: string;
  /** Letters, digits and underscores, different for every kernel: `reduce_float_128`. */
  readonly id: string;
}

export function nameKernels(llvmNames: readonly string[]): readonly KernelName[] {
  const named = llvmNames.map((llvm) => {
    const found = demangle(llvm);
    return { llvm, display: found?.name ?? llvm, signature: found?.parameters.join(" ") ?? "" };
  });
  const count = (id: string, of: (name: string) => string) => named.filter((each) => of(each.display) === id).length;
  const taken = new Set<string>();
  return named.map(({ llvm, display, signature }) => {
    const short = identifier(lastPart(display));
    // The namespace, and then the parameters, only where the name alone would not do.
    const long = identifier(display);
    let id = count(short, (name) => identifier(lastPart(name))) === 1 ? short : long;
    if (count(display, (name) => name) > 1) id = `${id}_${identifier(signature)}`;
    for (let n = 2; taken.has(id); n++) id = `${id.replace(/_\d+$/, "")}_${n}`;
    taken.add(id);
    return { llvm, display, id };
  });
}

/** The kernels that a name given by the user means: in full, without namespaces, or without template arguments. */
export function matchKernels(kernels: readonly KernelName[], wanted: string): readonly KernelName[] {
  const text = canonical(wanted);
  const forms: readonly ((kernel: KernelName) => string)[] = [
    ({ llvm }) => llvm,
    ({ id }) => id,
    ({ display }) => canonical(display),
    ({ display }) => canonical(lastPart(display)),
    ({ display }) => canonical(display).replace(/<.*$/s, ""),
    ({ display }) => canonical(lastPart(display)).replace(/<.*$/s, ""),
  ];
  for (const form of forms) {
    const found = kernels.filter((kernel) => form(kernel) === text || form(kernel) === wanted);
    if (found.length > 0) return found;
  }
  return [];
}

/** `a::b<c::d>` without the namespaces of the name itself. */
function lastPart(display: string): string {
  const arguments_ = display.indexOf("<");
  const head = arguments_ < 0 ? display : display.slice(0, arguments_);
  return display.slice(head.lastIndexOf("::") < 0 ? 0 : head.lastIndexOf("::") + 2);
}

function identifier(name: string): string {
  const words = name
    .replace(/\{lambda#(\d+)\}/g, "lambda$1")
    .replace(/(^|[<,])-/g, "$1m")
    .replace(/\*/g, "_p")
    .replace(/&/g, "_r")
    .replace(/[^A-Za-z0-9_]+/g, "_")
    .replace(/^_+|_+$/g, "");
  return /^[A-Za-z_]/.test(words) ? words : `kernel_${words}`;
}

/** The many spellings of one type, in the words of the demangler. */
const spellings: readonly (readonly [RegExp, string])[] = [
  [/\bstd::(?=u?int(?:8|16|32|64)_t|size_t)/g, ""],
  [
    /\b(?:unsigned long long int|unsigned long long|long long unsigned int|unsigned long int|unsigned long|size_t|uint64_t)\b/g,
    "ulong",
  ],
  [/\b(?:unsigned short int|unsigned short|uint16_t)\b/g, "ushort"],
  [/\b(?:unsigned char|uint8_t)\b/g, "uchar"],
  [/\b(?:unsigned int|unsigned|uint32_t)\b/g, "uint"],
  [/\b(?:long long int|long long|long int|int64_t)\b/g, "long"],
  [/\b(?:short int|int16_t)\b/g, "short"],
  [/\b(?:signed char|int8_t)\b/g, "char"],
  [/\bint32_t\b/g, "int"],
];

function canonical(name: string): string {
  let text = name.trim();
  for (const [pattern, word] of spellings) text = text.replace(pattern, word);
  return text.replace(/\s+/g, "").replace(/(?<=[<,]\d+)[uUlL]+(?=[,>])/g, "");
}
