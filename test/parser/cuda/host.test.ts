/** The host half: whatever it is, it does no harm, and errors of the device half are the user's with their places. */
import { describe, expect, it } from "vitest";
import { placeAt } from "../../../src/parser/cuda/regions.js";
import { scan } from "../../../src/parser/cuda/scan.js";
import { InputError, type SoffError } from "../../../src/support/errors.js";
import { compileCu, type Files } from "./run.js";

const failure = async (files: Files, options = {}): Promise<SoffError> => {
  const error = await compileCu(files, options).then(
    () => undefined,
    (reason: unknown) => reason as SoffError,
  );
  expect(error).toBeInstanceOf(InputError);
  return error!;
};
const names = async (files: Files, options = {}) =>
  (await compileCu(files, options)).kernels.map(({ display }) => display);

describe("a host half that cannot be read", () => {
  it("is left out: unknown headers, libraries, types, functions and preprocessor branches", async () => {
    const found = await names(`#include <opencv2/opencv.hpp>
#include <mpi.h>
#include "not/here.h"
#include "../../common/book.h"
#define HD __host__ __device__
#ifdef USE_SOMETHING_ELSE
#define BLOCK 128
int broken( {
#else
#define BLOCK 64
#endif
using namespace cv;
cv::Mat picture;
MPI_Comm world = MPI_COMM_WORLD;
struct Options { std::string name; boost::program_options::variables_map map; int n; };
template <typename T> struct View {
  T *p;
  HD T &operator[](int i) const { return p[i]; }
  void load(const cv::Mat &m) { p = m.ptr<T>(); }
};
template <typename T, int N> __global__ void scale(View<T> v, T f, int n) {
  int i = blockIdx.x * N + threadIdx.x;
  if (i < n) v[i] *= f;
}
template <class F> __global__ void apply(int n, F f) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) f(i);
}
template <typename T> void run(const Options &o) {
  cv::Mat img = cv::imread(o.name, IMREAD_COLOR);
  View<T> v;
  cudaMalloc(&v.p, 400);
  if (img.empty()) { std::cerr << "none" << boost::lexical_cast<int>(3); return; }
  else { for (cv::Point p : points) foo(p); }
  try { do_it(o); } catch (const cv::Exception &e) { throw; }
  do { step(); } while (more());
  float *a = thrust::raw_pointer_cast(vec.data());
  int n = o.n;
  scale<T, BLOCK><<<n / BLOCK, BLOCK>>>(v, T(2), n);
  apply<<<n / 64, 64>>>(n, [=] __device__(int i) { a[i] = a[i] + 1; });
  MPI_Bcast(&n, 1, MPI_INT, 0, MPI_COMM_WORLD);
}
int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  boost::program_options::options_description d("x\\"y{");
  Options o = parse(argc, argv);
  run<float>(o);
  run<double>(o);
  return MPI_Finalize();
}
`);
    expect(found).toEqual([
      "scale<float,64>",
      "apply<run<float>::{lambda#1}>",
      "scale<double,64>",
      "apply<run<double>::{lambda#1}>",
    ]);
  });

  it("may be in headers, also in one that the user has under another's name", async () => {
    const files = {
      "/project/k.cu":
        '#include "gpu/kernels.cuh"\n#include "helper_cuda.h"\nint main() { go(); checkCudaErrors(3); }\n',
      "/project/gpu/kernels.cuh":
        "#pragma once\n#include <nowhere.h>\nnowhere::thing t;\n__global__ void k(float *x) { x[threadIdx.x] = 2; }\n" +
        "inline void go() { nowhere::call(); k<<<1, 32>>>(0); }\n",
      "/project/helper_cuda.h": "template <typename T> void checkCudaErrors(T t) { cudaError_enum e = t; exit(e); }\n",
    };
    expect(await names(files)).toEqual(["k"]);
  });

  it("may be in a header with its guard, and stretch over branches of the preprocessor", async () => {
    const files = {
      "/project/k.cu": `#include "helper.h"
#include <display/gone.h>
Window windows[
#ifdef WIDE
  4
#else
  2
#endif
];
#ifdef __CUDACC__
__host__ __device__
#endif
    inline float sign(float x) { return x < 0 ? -1.0f : 1.0f; }
__device__ static unsigned found = 0;
__global__ void k(float *x) { x[threadIdx.x] = sign(x[threadIdx.x]); found = 1; }
int main() {
  Window w = windows[0];
#if defined(__CUDACC__)
  k<<<1, 32>>>(helper());
#endif
  show(w);
}
`,
      "/project/helper.h": `#ifndef HELPER_H
#define HELPER_H
#include <display/lost.h>
Display *display;
inline float *helper() {
  display->flush();
#ifdef HELPER_H
  return nullptr;
}
#else
  return display->front;
}
#endif
#endif
`,
    };
    const { kernels } = await compileCu(files);
    expect(kernels.map(({ display }) => display)).toEqual(["k"]);
  });

  it("may give device functions to a library that is not there, as long as no kernel calls them", async () => {
    const source = `#include <thrust/tuple.h>
struct Move {
  float t;
  template <typename Tuple> __device__ void operator()(Tuple p) { thrust::get<0>(p) = thrust::get<1>(p) * t; }
};
__device__ float half_of(float x) { return x / 2; }
__device__ float norm(thrust::tuple<float, float> p) { return half_of(thrust::get<0>(p)); }
__global__ void scale(float *x) { x[threadIdx.x] = USED(x[threadIdx.x]); }
int main() { thrust::for_each(0, 1, Move{3}); scale<<<1, 32>>>(0); }
`;
    expect(await names(source, { defines: ["USED=half_of"] })).toEqual(["scale"]);
    await expect(compileCu(source, { defines: ["USED=norm"] })).rejects.toMatchObject({
      exitCode: 3,
      diagnostics: [{ code: "unsupported/device-library" }],
    });
  });

  it("still says which kernels it launches, what it instantiates, and with what", async () => {
    const found = await names(`#include <vector>
#include <iostream>
#include <chrono>
#include <random>
#include <fstream>
#include <algorithm>
template <typename T> __global__ void deduced(T *x, int n) { x[threadIdx.x] = n; }
template <int N> struct Runner {
  template <typename T> static void run(const std::vector<T> &v) {
    T *d;
    cudaMalloc((void **)&d, v.size() * sizeof(T));
    deduced<<<1, N>>>(d, (int)v.size());
  }
};
int main() {
  std::vector<short> v(10, 3);
  for (auto &each : v) std::cout << each << ' ' << std::endl;
  auto begin = std::chrono::steady_clock::now();
  std::mt19937 random(7);
  std::uniform_real_distribution<float> uniform(0.0f, 1.0f);
  std::generate(v.begin(), v.end(), [&] { return uniform(random); });
  std::ofstream("x.txt") << std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  Runner<32>::run(v);
}
`);
    expect(found).toEqual(["deduced<short>"]);
  });
});

describe("errors of the device half", () => {
  it("have their place, whatever is wrong with the host half", async () => {
    const error = await failure(`#include <gone.h>
gone::type host;
__global__ void k(float *x) {
  x[threadIdx.x] = undeclared;
}
int main() { gone::call(); k<<<1, 1>>>(0); }
`);
    expect(error.diagnostics.map(({ message, span }) => [message, span?.line, span?.column])).toContainEqual([
      "use of undeclared identifier 'undeclared'",
      4,
      20,
    ]);
    const notes = error.diagnostics.flatMap((each) => each.notes ?? []);
    expect(notes.map(({ code }) => code)).toContain("note/missing-headers");
    expect(error.diagnostics.some(({ span }) => span?.line === 6)).toBe(false);
  });

  it("name the declaration that is the cause", async () => {
    const error = await failure(`struct Point { flaot x; float y; };
__global__ void k(Point *p) { p->x = 1; }
`);
    expect(error.diagnostics[0]).toMatchObject({
      message: "unknown type name 'flaot'",
      span: { line: 1 },
    });
  });

  it("may be in a device lambda of a host function", async () => {
    const error = await failure(`template <class F> __global__ void each(F f) { f(threadIdx.x); }
int main() {
  float *p = 0;
  each<<<1, 1>>>([=] __device__(int i) { p[i] = wrong; });
}
`);
    expect(error.diagnostics[0]!.span).toMatchObject({ line: 4, column: 49 });
  });

  it("may be in the arguments of a template that was asked for", async () => {
    const text = "template <int N> __global__ void k(int *x) { x[0] = N; }\n";
    expect(await names(text, { instances: ["k<3>"] })).toEqual(["k<3>"]);
    const error = await failure(text, { instances: ["k<3>", "k<float>"] });
    expect(error.diagnostics[0]).toMatchObject({ code: "kernel/template-arguments" });
    expect(error.diagnostics[0]!.message).toContain("'k<float>'");
  });

  it("leaves warnings about device code, and only those", async () => {
    const { warnings } = await compileCu(`#include <stdio.h>
__global__ void k(int *x) {
  if (x[0] = 3)
    x[1] = 4;
}
int main(int n, char **v) { if (n = 3) printf("%s", n); }
`);
    expect(warnings.map(({ span }) => span?.line)).toEqual([3]);
  });
});

describe("places", () => {
  const markers = new Set(["__device__", "__global__"]);
  const kinds = (text: string) => {
    const at = text.indexOf("@");
    const clean = text.slice(0, at) + text.slice(at + 1);
    const place = placeAt(scan(clean), markers, at);
    return place.device ? "device" : place.regions.map(({ kind, start, end }) => `${kind} ${clean.slice(start, end)}`);
  };

  it.each([
    ["int a; int b = @1; int c;", ["declaration int b = 1;"]],
    [
      "void f() { int b = @1; g(); }",
      [
        "initialiser = 1",
        "statement int b = 1;",
        "body { int b = 1; g(); }",
        "declaration void f() { int b = 1; g(); }",
      ],
    ],
    ["namespace n { int @a; }", ["declaration int a;"]],
    ['extern "C" { int @a; void f(); }', ["declaration int a;"]],
    ["struct S { public: int a; int @b; };", ["declaration int b;", "declaration struct S { public: int a; int b; };"]],
    ["struct S { __device__ void f() { @x; } };", "device"],
    ["template <class T> __global__ void k(T *x) { @x; }", "device"],
    [
      "template <class T> struct __align__(8) S { T @x; };",
      ["declaration T x;", "declaration template <class T> struct __align__(8) S { T x; };"],
    ],
    ["int t[] = { 1, @2 };", ["declaration int t[] = { 1, 2 };"]],
    ["enum E { A, @B };", ["declaration enum E { A, B };"]],
    ['const char *s = "}{"; int @x;', ["declaration int x;"]],
    ['auto s = R"(})" ""; /* } */ int @x; // {', ["declaration int x;"]],
    ["int n = 1'000'000; int @x;", ["declaration int x;"]],
    ["#define B {\nint @x;", ["declaration int x;"]],
  ])("%s", (text, expected) => {
    expect(kinds(text)).toEqual(expected);
  });

  it.each([
    ["if (@x) { a(); } else { b(); } c();", "statement if (x) { a(); } else { b(); }"],
    ["if (x) { @a(); } else { b(); } c();", "statement a();"],
    ["if (x) a(); else @b(); c();", "statement if (x) a(); else b();"],
    ["for (int i = 0; i < @n; i++) a(i);", "statement for (int i = 0; i < n; i++) a(i);"],
    ["do { @a(); } while (b()); c();", "statement a();"],
    ["do { a(); } while (@b()); c();", "statement do { a(); } while (b());"],
    ["run([&](int i) { @a(i); }, 3);", "statement a(i);"],
    ["std::vector<int> v{1, @2}; c();", "statement std::vector<int> v{1, 2};"],
    ["switch (x) { case 1: @a(); break; }", "statement case 1: a();"],
  ])("in a function: %s", (text, first) => {
    expect(kinds(`void f() { ${text} }`)[0]).toBe(first);
  });

  it("in a device lambda are the device's", () => {
    expect(kinds("void f() { run([=] __device__(int i) { @a(i); }, 3); }")).toBe("device");
    expect(kinds("void f() { run([=] __host__ __device__(int i) mutable -> int { return @a(i); }); }")).toBe("device");
    expect(kinds("void f() { run(@a, [=] __device__(int i) { a(i); }); }")[0]).toBe(
      "statement run(a, [=] __device__(int i) { a(i); });",
    );
  });
});
