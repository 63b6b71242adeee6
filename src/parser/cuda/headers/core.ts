/** What every CUDA source sees without including anything: qualifiers, index variables, barriers, fences. */

/** Read ahead of the user's source. `const` on the queries lets clang merge calls of one query. */
export const core = `
#pragma clang system_header
#pragma once
#define __global__ __attribute__((global))
#define __device__ __attribute__((device))
#define __host__ __attribute__((host))
#define __shared__ __attribute__((shared))
#define __constant__ __attribute__((constant))
#define __managed__ __attribute__((device))
#define __grid_constant__
#define __launch_bounds__(...)
#define __maxnreg__(...)
#define __cluster_dims__(...)
#define __noinline__ __attribute__((noinline))
#define __forceinline__ __inline__ __attribute__((always_inline))
#define __inline_hint__
#define __align__(n) __attribute__((aligned(n)))
#define __builtin_align__(n) __attribute__((aligned(n)))
#define __thread__ __thread
#define __location__(a) __##a##__
#define __cdecl
#define __restrict __restrict__
#define __dv(v) = v
#define CUDARTAPI
#define CUDAAPI
#define CUDART_CB
#define CUDART_VERSION 12000
#define CUDA_VERSION 12000
#define CUDART_INF_F __builtin_inff()
#define CUDART_INF __builtin_inf()
#define CUDART_NAN_F __builtin_nanf("")
#define CUDART_NAN __builtin_nan("")
#define CUDART_PI_F 3.141592654f
#define CUDART_PI 3.1415926535897931e+0
#define CUDART_MAX_NORMAL_F 3.402823466e38f
#define __CUDA_ARCH__ 700
#define __NVCC__ 1
#define __CUDACC__ 1
#define __CUDACC_EXTENDED_LAMBDA__ 1
#define __CUDACC_RELAXED_CONSTEXPR__ 1
#define __CUDACC_VER_MAJOR__ 12
#define __CUDACC_VER_MINOR__ 0
#define __CUDACC_VER_BUILD__ 0

#define __SOFF_HD __host__ __device__
#define __SOFF_FN static __inline__ __attribute__((always_inline, unused, nodebug)) __host__ __device__
#define __SOFF_QUERY(name) extern "C" __device__ __attribute__((const)) __SIZE_TYPE__

__SOFF_QUERY() __soff_local_id(unsigned) __asm("_Z12get_local_idj");
__SOFF_QUERY() __soff_group_id(unsigned) __asm("_Z12get_group_idj");
__SOFF_QUERY() __soff_group_size(unsigned) __asm("_Z23get_enqueued_local_sizej");
__SOFF_QUERY() __soff_group_count(unsigned) __asm("_Z14get_num_groupsj");

typedef __SIZE_TYPE__ size_t;
typedef __PTRDIFF_TYPE__ ptrdiff_t;
#define NULL __null
`;

/** The index variables, once `uint3` and `dim3` exist. */
export const indexVariables = String.raw`
#define __SOFF_INDEX(kind, query, as)                                                     \
  struct __soff_##kind {                                                                   \
    __declspec(property(get = __x)) unsigned x;                                            \
    __declspec(property(get = __y)) unsigned y;                                            \
    __declspec(property(get = __z)) unsigned z;                                            \
    static __inline__ __attribute__((always_inline, nodebug)) __device__ unsigned __x() { return query(0); } \
    static __inline__ __attribute__((always_inline, nodebug)) __device__ unsigned __y() { return query(1); } \
    static __inline__ __attribute__((always_inline, nodebug)) __device__ unsigned __z() { return query(2); } \
    __device__ __attribute__((always_inline, nodebug)) operator uint3() const { return make_uint3(__x(), __y(), __z()); } \
    __device__ __attribute__((always_inline, nodebug)) operator as() const { return as(__x(), __y(), __z()); }            \
    __soff_##kind() = delete;                                                              \
    __soff_##kind(const __soff_##kind &) = delete;                                         \
  };                                                                                       \
  extern const __device__ __attribute__((weak)) __soff_##kind kind
__SOFF_INDEX(threadIdx, __soff_local_id, dim3);
__SOFF_INDEX(blockIdx, __soff_group_id, dim3);
__SOFF_INDEX(blockDim, __soff_group_size, dim3);
__SOFF_INDEX(gridDim, __soff_group_count, dim3);
#undef __SOFF_INDEX
enum { warpSize = 32 };

// Barriers and fences by OpenCL's names: 1 is local memory, 2 global memory.
extern "C" __device__ __attribute__((convergent)) void __soff_barrier(unsigned) __asm("_Z7barrierj");
extern "C" __device__ __attribute__((convergent)) void __soff_fence(unsigned) __asm("_Z9mem_fencej");
#define __SOFF_DEVICE static __inline__ __attribute__((always_inline, unused, nodebug)) __device__
__SOFF_DEVICE void __syncthreads() { __soff_barrier(3); }
__SOFF_DEVICE void __threadfence() { __soff_fence(3); }
__SOFF_DEVICE void __threadfence_block() { __soff_fence(3); }
__SOFF_DEVICE void __threadfence_system() { __soff_fence(3); }

// The votes of a whole block: one counter in shared memory. The last barrier keeps it for all readers.
__SOFF_DEVICE int __syncthreads_count(int predicate) {
  static __shared__ unsigned __soff_votes;
  if (__soff_local_id(0) == 0 && __soff_local_id(1) == 0 && __soff_local_id(2) == 0) __soff_votes = 0;
  __soff_barrier(3);
  if (predicate) __atomic_fetch_add(&__soff_votes, 1u, __ATOMIC_RELAXED);
  __soff_barrier(3);
  unsigned votes = __soff_votes;
  __soff_barrier(3);
  return votes;
}
__SOFF_DEVICE int __syncthreads_or(int predicate) { return __syncthreads_count(predicate) != 0; }
__SOFF_DEVICE int __syncthreads_and(int predicate) { return __syncthreads_count(!predicate) == 0; }

template <class T> __SOFF_DEVICE T __ldg(const T *p) { return *p; }
template <class T> __SOFF_DEVICE T __ldca(const T *p) { return *p; }
template <class T> __SOFF_DEVICE T __ldcg(const T *p) { return *p; }
template <class T> __SOFF_DEVICE T __ldcs(const T *p) { return *p; }
template <class T> __SOFF_DEVICE T __ldcv(const T *p) { return *(const volatile T *)p; }
template <class T> __SOFF_DEVICE T __ldlu(const T *p) { return *p; }
template <class T, class V> __SOFF_DEVICE void __stcg(T *p, V v) { *p = v; }
template <class T, class V> __SOFF_DEVICE void __stcs(T *p, V v) { *p = v; }
template <class T, class V> __SOFF_DEVICE void __stwb(T *p, V v) { *p = v; }
template <class T, class V> __SOFF_DEVICE void __stwt(T *p, V v) { *p = v; }
__SOFF_DEVICE void __trap() { __builtin_trap(); }
__SOFF_DEVICE void __brkpt() {}
__SOFF_DEVICE void __nanosleep(unsigned) {}
__SOFF_DEVICE void __prof_trigger(int) {}
#define __isGlobal(p) 1

// Known by name only: a kernel that reaches one of them is refused.
extern "C" {
__device__ void __soff_refused_syncwarp(unsigned) __asm("__syncwarp");
__device__ unsigned __activemask();
__device__ unsigned __ballot_sync(unsigned, int);
__device__ int __any_sync(unsigned, int);
__device__ int __all_sync(unsigned, int);
__device__ unsigned __ballot(int);
__device__ int __any(int);
__device__ int __all(int);
__device__ unsigned __lanemask_lt();
__SOFF_HD long clock();
__device__ long long clock64();
__device__ long long wall_clock64();
__device__ unsigned long long globaltimer();
}
__SOFF_DEVICE void __syncwarp(unsigned mask = 0xffffffffu) { __soff_refused_syncwarp(mask); }
template <class T> __device__ T __shfl_sync(unsigned, T, int, int = 32);
template <class T> __device__ T __shfl_up_sync(unsigned, T, unsigned, int = 32);
template <class T> __device__ T __shfl_down_sync(unsigned, T, unsigned, int = 32);
template <class T> __device__ T __shfl_xor_sync(unsigned, T, int, int = 32);
template <class T> __device__ T __shfl(T, int, int = 32);
template <class T> __device__ T __shfl_up(T, unsigned, int = 32);
template <class T> __device__ T __shfl_down(T, unsigned, int = 32);
template <class T> __device__ T __shfl_xor(T, int, int = 32);
template <class T> __device__ unsigned __match_any_sync(unsigned, T);
template <class T> __device__ unsigned __match_all_sync(unsigned, T, int *);
template <class T> __device__ T __reduce_add_sync(unsigned, T);
template <class T> __device__ T __reduce_min_sync(unsigned, T);
template <class T> __device__ T __reduce_max_sync(unsigned, T);
template <class T> __device__ T __reduce_and_sync(unsigned, T);
template <class T> __device__ T __reduce_or_sync(unsigned, T);
template <class T> __device__ T __reduce_xor_sync(unsigned, T);
`;
