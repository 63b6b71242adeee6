/** Functions that are declared but have no body: what they are called, and what to do without them. */
import { readableName } from "./demangle.js";

interface Family {
  readonly pattern: RegExp;
  readonly code: string;
  readonly what: (name: string) => string;
  readonly help: string;
}

const called = (kind: string) => (name: string) => `${kind} '${name}' is not supported yet`;

const families: readonly Family[] = [
  {
    pattern: /^(atomic_|atom_|atomic(?=[A-Z]))/,
    code: "unsupported/atomic",
    what: called("the atomic function"),
    help: "Use an atomic function on int, uint, long, ulong, float or double.",
  },
  {
    pattern: /^(malloc|calloc|realloc|free|alloca)$/,
    code: "unsupported/allocation",
    what: called("the function"),
    help: "Memory is not allocated on the device: pass a buffer, or declare an array of fixed size.",
  },
  {
    pattern: /^(read_image|write_image|get_image_)/,
    code: "unsupported/image",
    what: called("the image function"),
    help: "Pass the pixels in a __global buffer and compute their index.",
  },
  {
    pattern: /^(work_group_|sub_group_|get_sub_group|get_num_sub_groups|get_max_sub_group|get_enqueued_num_sub)/,
    code: "unsupported/group-function",
    what: called("the group function"),
    help: "Combine the values of the work-items in another kernel or on the host.",
  },
  {
    pattern: /pipe|enqueue_kernel|(^|_)event|get_default_queue|ndrange_/,
    code: "unsupported/device-queue",
    what: called("the function"),
    help: "Pipes, events and device-side queues do not exist here; launch the kernels from the host.",
  },
];

/** How to report a call of a function without a body, by its LLVM name. */
export function refusal(llvmName: string): { readonly code: string; readonly message: string; readonly help: string } {
  const readable = readableName(llvmName);
  const plain = readable.replace(/\(.*$/s, "");
  const family = families.find(({ pattern }) => pattern.test(plain));
  if (family) return { code: family.code, message: family.what(readable), help: family.help };
  if (readable === llvmName) {
    return {
      code: "unsupported/undefined-function",
      message: `the function '${readable}' is declared but not defined in this file`,
      help: "Define it in the same file, or include the file that does.",
    };
  }
  return {
    code: "unsupported/builtin",
    message: `the function '${readable}' is not supported yet`,
    help: "Compute it with operators and the supported functions, or define a function of your own under another name.",
  };
}
