import { describe, expect, it } from "vitest";
import { designKernel } from "../../../src/flow/design-folder.js";
import { matchKernels, nameKernels } from "../../../src/hls/cuda/names.js";
import type { Design } from "../../../src/rtl/design.js";
import type { SoffError } from "../../../src/support/errors.js";

const kernels = nameKernels([
  "_Z5saxpyifPKfPf",
  "_Z6reduceIfLi128EEvPKT_PS0_i",
  "_Z6reduceIjLi128EEvPKT_PS0_i",
  "_Z6reduceIyLin1EEvPKT_PS0_i",
  "_ZN2ns5scaleIdEEvPT_",
  "_Z4pushPi",
  "_Z4pushPf",
  "cname",
  "_Z99broken",
]);

describe("names of CUDA kernels", () => {
  it("are words that files and Verilog can have", () => {
    expect(kernels.map(({ id }) => id)).toEqual([
      "saxpy",
      "reduce_float_128",
      "reduce_uint_128",
      "reduce_ulong_m1",
      "scale_double",
      "push_int_p",
      "push_float_p",
      "cname",
      "Z99broken",
    ]);
    for (const { id } of kernels) expect(id).toMatch(/^[A-Za-z]\w*$/);
  });

  it.each([
    ["saxpy", ["saxpy"]],
    ["reduce<unsigned int, 128>", ["reduce_uint_128"]],
    ["reduce<uint32_t,128u>", ["reduce_uint_128"]],
    ["reduce < unsigned , 128 >", ["reduce_uint_128"]],
    ["reduce<unsigned long long,-1>", ["reduce_ulong_m1"]],
    ["reduce_uint_128", ["reduce_uint_128"]],
    ["_Z6reduceIjLi128EEvPKT_PS0_i", ["reduce_uint_128"]],
    ["reduce", ["reduce_float_128", "reduce_uint_128", "reduce_ulong_m1"]],
    ["ns::scale<double>", ["scale_double"]],
    ["scale<double>", ["scale_double"]],
    ["scale", ["scale_double"]],
    ["ns::scale", ["scale_double"]],
    ["push", ["push_int_p", "push_float_p"]],
    ["other::scale", []],
    ["reduce<float>", []],
    ["sax", []],
  ])("%s", (wanted, ids) => {
    expect(matchKernels(kernels, wanted).map(({ id }) => id)).toEqual(ids);
  });
});

describe("kernels of a built design", () => {
  const named = kernels.map(({ id, display }) => ({ name: id, ...(id === display ? {} : { sourceName: display }) }));
  const design = { kernels: named } as unknown as Design;

  it("are found by either name", () => {
    expect(designKernel(design, "reduce_uint_128").name).toBe("reduce_uint_128");
    expect(designKernel(design, "reduce<unsigned, 128>").name).toBe("reduce_uint_128");
    expect(designKernel(design, "ns::scale").name).toBe("scale_double");
  });

  it.each([
    ["reduce", "kernel/not-chosen"],
    ["reduce<int,3>", "kernel/not-found"],
  ])("%s is not one of them", (name, code) => {
    const failure = (() => {
      try {
        designKernel(design, name);
      } catch (error) {
        return error as SoffError;
      }
    })();
    expect(failure?.diagnostics[0]).toMatchObject({ code });
    expect(failure?.diagnostics[0]?.help).toContain("reduce_uint_128 (reduce<uint,128>)");
  });
});
