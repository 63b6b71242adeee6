import { describe, expect, it } from "vitest";
import { demangle, readableName, variableName } from "../../../src/hls/import/demangle.js";

describe("names of functions", () => {
  // What llvm-cxxfilt prints for the same names, with OpenCL's words for types and address spaces.
  it.each([
    ["_Z13get_global_idj", "get_global_id(uint)"],
    ["_Z12get_work_dimv", "get_work_dim()"],
    ["_Z3sinf", "sin(float)"],
    ["_Z3maxii", "max(int, int)"],
    ["_Z5floorDv4_f", "floor(float4)"],
    ["_Z3maxDv4_iS_", "max(int4, int4)"],
    ["_Z5clampDv3_fff", "clamp(float3, float, float)"],
    ["_Z10atomic_addPU3AS1Vii", "atomic_add(__global volatile int*, int)"],
    ["_Z7vstore3Dv3_fmPU3AS1f", "vstore3(float3, ulong, __global float*)"],
    ["_Z6vload4mPU3AS1Kf", "vload4(ulong, __global const float*)"],
    ["_Z6sincosDv2_fPU3AS1S_", "sincos(float2, __global float2*)"],
    ["_Z11read_imagef14ocl_image2d_ro11ocl_samplerDv2_f", "read_imagef(image2d_ro, sampler, float2)"],
    ["_Z5fracthPDh", "fract(uchar, half*)"],
    ["_Z3mx2IiET_S0_S0_", "mx2<int>(int, int)"],
    ["_Z1kIfLi128EEvPT_PKS0_1S", "k<float,128>(float*, const float*, S)"],
    ["_Z1kIjLb1ELin2EEvPT_", "k<uint,true,-2>(uint*)"],
    ["_ZL2stPf", "st(float*)"],
    ["_Z3appIZ4mainEUliE_EvPfT_", "app<main::{lambda#1}>(float*, main::{lambda#1})"],
    ["_Z3appIZ4mainEUliE0_EvPfT_", "app<main::{lambda#2}>(float*, main::{lambda#2})"],
    ["_ZN2ns1kI3VecIdLi3EEEEvPKT_mNS_1OE", "ns::k<Vec<double,3>>(const Vec<double,3>*, ulong, ns::O)"],
    ["_ZN3VecIfE3addERKS0_", "Vec<float>::add(const Vec<float>&)"],
    ["_ZN12_GLOBAL__N_11kEPf", "(anonymous)::k(float*)"],
    ["_ZN3AccC2Ei", "Acc::Acc(int)"],
    ["_ZN2ns3fooEi", "ns::foo(int)"],
    ["_ZNK1P3getEi", "P::get(int)"],
    ["printf", undefined],
    ["_Z", undefined],
    ["_Z99short", undefined],
  ])("%s", (mangled, readable) => {
    expect(demangle(mangled) && readableName(mangled)).toBe(readable);
  });

  it.each([
    ["counter", "counter"],
    ["_ZZ1kIfLi128EEvPT_PKS0_1SE3buf", "buf"],
    ["_ZN2ns5tableE", "ns::table"],
    ["_ZL5table", "table"],
  ])("variable %s", (mangled, readable) => {
    expect(variableName(mangled)).toBe(readable);
  });

  it("keeps names that it does not know", () => {
    expect(readableName("printf")).toBe("printf");
    expect(readableName("_Z99short")).toBe("_Z99short");
  });
});
