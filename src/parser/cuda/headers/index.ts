/** The headers that stand in for CUDA's, C's and C++'s, by the name they are included with. */
import { atomics } from "./atomics.js";
import { cooperativeGroups } from "./cooperative.js";
import { core, indexVariables } from "./core.js";
import { cxxHeaders } from "./cxx.js";
import { half } from "./half.js";
import { integer } from "./integer.js";
import { cHeaders, implicitC } from "./libc.js";
import { math } from "./math.js";
import { runtime, textures } from "./runtime.js";
import { vectors } from "./vectors.js";

/** Read ahead of every source, as nvcc does with its own. */
export const implicitHeader = [
  core,
  vectors,
  indexVariables,
  atomics,
  math,
  integer,
  implicitC,
  runtime,
  textures,
].join("\n");

/** Headers whose content is in the implicit one, or of use to the host alone. */
const empty = [
  "cuda_runtime.h",
  "cuda_runtime_api.h",
  "cuda.h",
  "cuda_device_runtime_api.h",
  "device_launch_parameters.h",
  "device_functions.h",
  "device_atomic_functions.h",
  "sm_20_atomic_functions.h",
  "math_functions.h",
  "math_constants.h",
  "vector_types.h",
  "vector_functions.h",
  "driver_types.h",
  "host_defines.h",
  "texture_types.h",
  "texture_fetch_functions.h",
  "cuda_texture_types.h",
  "builtin_types.h",
  "crt/host_defines.h",
  "cuda_profiler_api.h",
];

/** NVIDIA's samples come with these; a copy beside the source is preferred. */
const helpers = `#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <string>
#define checkCudaErrors(...) (void)(__VA_ARGS__)
#define getLastCudaError(...) ((void)0)
#define CHECK_CUDA(...) (void)(__VA_ARGS__)
#ifndef MAX
#define MAX(a, b) (a > b ? a : b)
#endif
#ifndef MIN
#define MIN(a, b) (a < b ? a : b)
#endif
#define DEVICE_RESET cudaDeviceReset();
int findCudaDevice(int, const char **);
int gpuGetMaxGflopsDeviceId();
int gpuDeviceInit(int);
int _ConvertSMVer2Cores(int, int);
bool checkCudaCapabilities(int, int);
bool checkCmdLineFlag(int, const char **, const char *);
int getCmdLineArgumentInt(int, const char **, const char *);
float getCmdLineArgumentFloat(int, const char **, const char *);
bool getCmdLineArgumentString(int, const char **, const char *, char **);
char *sdkFindFilePath(const char *, const char *);
struct StopWatchInterface;
template <class... A> bool sdkCreateTimer(A...);
template <class... A> bool sdkDeleteTimer(A...);
template <class... A> bool sdkStartTimer(A...);
template <class... A> bool sdkStopTimer(A...);
template <class... A> bool sdkResetTimer(A...);
template <class... A> float sdkGetTimerValue(A...);
template <class... A> float sdkGetAverageTimerValue(A...);
template <class... A> bool sdkCompareL2fe(A...);
`;

export const headers: ReadonlyMap<string, string> = new Map([
  ...empty.map((name) => [name, ""] as const),
  ["helper_cuda.h", helpers],
  ...["helper_functions.h", "helper_timer.h", "helper_string.h", "helper_image.h", "exception.h"].map(
    (name) => [name, "#include <helper_cuda.h>\n"] as const,
  ),
  ["cooperative_groups.h", cooperativeGroups],
  ["cuda_fp16.h", half],
  ["cuda_fp16.hpp", "#include <cuda_fp16.h>\n"],
  ["cooperative_groups/reduce.h", "#include <cooperative_groups.h>\n"],
  ...Object.entries(cHeaders),
  ...Object.entries(cxxHeaders),
]);
