/** Cooperative groups: the block as a whole. Tiles are warps in disguise and are refused like them. */
export const cooperativeGroups = `#pragma once
namespace cooperative_groups {
struct thread_block {
  static __inline__ __attribute__((always_inline, nodebug)) __device__ void sync() { __soff_barrier(3); }
  static __inline__ __attribute__((always_inline, nodebug)) __device__ unsigned thread_rank() {
    return (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
  }
  static __inline__ __attribute__((always_inline, nodebug)) __device__ unsigned size() { return blockDim.x * blockDim.y * blockDim.z; }
  static __inline__ __attribute__((always_inline, nodebug)) __device__ unsigned num_threads() { return size(); }
  static __inline__ __attribute__((always_inline, nodebug)) __device__ dim3 group_index() { return dim3(blockIdx.x, blockIdx.y, blockIdx.z); }
  static __inline__ __attribute__((always_inline, nodebug)) __device__ dim3 thread_index() { return dim3(threadIdx.x, threadIdx.y, threadIdx.z); }
  static __inline__ __attribute__((always_inline, nodebug)) __device__ dim3 group_dim() { return dim3(blockDim.x, blockDim.y, blockDim.z); }
  static __inline__ __attribute__((always_inline, nodebug)) __device__ dim3 dim_threads() { return group_dim(); }
};
template <unsigned n, class P = void> struct thread_block_tile;
struct coalesced_group;
/** Any group: here always the block, because what would make one of another is refused. */
struct thread_group : thread_block {
  __device__ __attribute__((always_inline, nodebug)) thread_group(const thread_block &) {}
  template <unsigned n, class P> __device__ thread_group(const thread_block_tile<n, P> &);
  __device__ thread_group(const coalesced_group &);
};
static __inline__ __attribute__((always_inline, nodebug)) __device__ thread_block this_thread_block() { return {}; }
template <class G> static __inline__ __attribute__((always_inline, nodebug)) __device__ void sync(const G &g) { g.sync(); }
struct grid_group {
  __device__ void sync() const;
  __device__ unsigned long long thread_rank() const;
  __device__ unsigned long long size() const;
  __device__ bool is_valid() const;
};
struct coalesced_group {
  __device__ void sync() const; __device__ unsigned thread_rank() const; __device__ unsigned size() const; __device__ unsigned num_threads() const;
  template <class T> __device__ T shfl(T, int) const;
};
template <unsigned n, class P> struct thread_block_tile {
  __device__ void sync() const; __device__ unsigned thread_rank() const; __device__ unsigned size() const; __device__ unsigned num_threads() const;
  __device__ unsigned meta_group_rank() const; __device__ unsigned meta_group_size() const;
  template <class T> __device__ T shfl(T, int) const; template <class T> __device__ T shfl_up(T, unsigned) const;
  template <class T> __device__ T shfl_down(T, unsigned) const; template <class T> __device__ T shfl_xor(T, unsigned) const;
  __device__ int any(int) const; __device__ int all(int) const; __device__ unsigned ballot(int) const;
};
__device__ grid_group this_grid();
__device__ coalesced_group coalesced_threads();
template <class G> __device__ coalesced_group binary_partition(const G &, bool);
template <class G> __device__ coalesced_group labeled_partition(const G &, int);
template <class G> __device__ thread_block_tile<32> tiled_partition(const G &, unsigned);
namespace experimental {
template <unsigned... n> struct block_tile_memory {};
template <class M> __device__ thread_block this_thread_block(M &);
template <unsigned n, class G> __device__ thread_block_tile<n> tiled_partition(const G &);
}
template <unsigned n, class G> __device__ thread_block_tile<n> tiled_partition(const G &);
template <class T> struct plus { __device__ T operator()(T a, T b) const { return a + b; } };
template <class T> struct less { __device__ T operator()(T a, T b) const { return b < a ? b : a; } };
template <class T> struct greater { __device__ T operator()(T a, T b) const { return a < b ? b : a; } };
template <class G, class T, class O> __device__ T reduce(const G &, T, O);
}
`;
