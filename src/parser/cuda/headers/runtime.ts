/**
 * The host's side of the CUDA runtime API, as far as a host half must be understood to see which
 * kernels it launches. Nothing of it is ever compiled; functions take whatever they are given.
 */

const functions = `
Malloc MallocHost MallocManaged MallocPitch Malloc3D MallocAsync MallocArray Malloc3DArray MallocFromPoolAsync HostAlloc HostGetDevicePointer
HostRegister HostUnregister HostGetFlags Free FreeHost FreeArray FreeAsync Memcpy MemcpyAsync Memcpy2D Memcpy2DAsync Memcpy3D Memcpy3DAsync
MemcpyToSymbol MemcpyToSymbolAsync MemcpyFromSymbol MemcpyFromSymbolAsync MemcpyToArray MemcpyFromArray Memcpy2DToArray
Memcpy2DFromArray MemcpyPeer MemcpyPeerAsync Memset MemsetAsync Memset2D Memset2DAsync Memset3D MemGetInfo MemPrefetchAsync MemAdvise
GetSymbolAddress GetSymbolSize DeviceSynchronize DeviceReset DeviceGetAttribute DeviceSetCacheConfig DeviceGetCacheConfig
DeviceSetSharedMemConfig DeviceGetSharedMemConfig DeviceSetLimit DeviceGetLimit DeviceCanAccessPeer DeviceEnablePeerAccess
DeviceDisablePeerAccess DeviceGetPCIBusId DeviceGetStreamPriorityRange SetDevice GetDevice GetDeviceCount GetDeviceProperties
SetDeviceFlags GetDeviceFlags ChooseDevice SetValidDevices ThreadSynchronize ThreadExit ThreadSetCacheConfig ThreadSetLimit
EventCreate EventCreateWithFlags EventRecord EventRecordWithFlags EventSynchronize EventElapsedTime EventDestroy EventQuery
StreamCreate StreamCreateWithFlags StreamCreateWithPriority StreamDestroy StreamSynchronize StreamWaitEvent StreamQuery StreamAddCallback
StreamAttachMemAsync StreamBeginCapture StreamEndCapture GraphCreate GraphInstantiate GraphLaunch GraphDestroy GraphExecDestroy
LaunchKernelEx LaunchHostFunc FuncGetAttributes FuncSetAttribute FuncSetCacheConfig FuncSetSharedMemConfig
OccupancyMaxActiveBlocksPerMultiprocessor OccupancyMaxPotentialBlockSize OccupancyMaxPotentialBlockSizeVariableSMem
CreateTextureObject DestroyTextureObject CreateSurfaceObject DestroySurfaceObject BindTexture BindTexture2D BindTextureToArray
UnbindTexture PointerGetAttributes DriverGetVersion RuntimeGetVersion ProfilerStart ProfilerStop IpcGetMemHandle IpcOpenMemHandle
GraphicsMapResources GraphicsUnmapResources GraphicsResourceGetMappedPointer GraphicsGLRegisterBuffer GraphicsGLRegisterImage GraphicsResourceSetMapFlags GraphicsSubResourceGetMappedArray GraphicsUnregisterResource
`;

/** Handles that are passed round and never looked into. */
const handles = ["Stream", "Event", "Graph", "GraphExec", "GraphNode", "MemPool"];

const errors = `MemoryAllocation InitializationError LaunchFailure LaunchTimeout LaunchOutOfResources InvalidValue InvalidDevice InvalidConfiguration
NotReady NoDevice Unknown InsufficientDriver PeerAccessAlreadyEnabled InvalidDevicePointer InvalidSymbol IllegalAddress NotSupported
InvalidDeviceFunction InvalidResourceHandle NotPermitted Assert SyncDepthExceeded LaunchPendingCountExceeded DeviceUninitialized`;

const attributes = `MaxThreadsPerBlock MaxBlockDimX MaxBlockDimY MaxBlockDimZ MaxGridDimX MaxGridDimY MaxGridDimZ MaxSharedMemoryPerBlock
TotalConstantMemory WarpSize MaxPitch MaxRegistersPerBlock ClockRate MultiProcessorCount ConcurrentKernels ComputeCapabilityMajor
ComputeCapabilityMinor MemoryClockRate GlobalMemoryBusWidth L2CacheSize MaxThreadsPerMultiProcessor UnifiedAddressing ManagedMemory
CooperativeLaunch MaxSharedMemoryPerMultiprocessor MaxSharedMemoryPerBlockOptin ConcurrentManagedAccess Integrated CanMapHostMemory`;

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const runtime = `
typedef enum cudaError {
  cudaSuccess = 0, ${words(errors)
    .map((name) => `cudaError${name}`)
    .join(", ")}
} cudaError_t;
${handles.map((name) => `typedef struct CU${name.toLowerCase()}_st *cuda${name}_t;`).join("\n")}
${`
#define cudaStreamPerThread ((cudaStream_t)0x2)
#define cudaStreamLegacy ((cudaStream_t)0x1)
enum cudaMemcpyKind { cudaMemcpyHostToHost, cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost, cudaMemcpyDeviceToDevice, cudaMemcpyDefault };
enum cudaFuncCache { cudaFuncCachePreferNone, cudaFuncCachePreferShared, cudaFuncCachePreferL1, cudaFuncCachePreferEqual };
enum cudaSharedMemConfig { cudaSharedMemBankSizeDefault, cudaSharedMemBankSizeFourByte, cudaSharedMemBankSizeEightByte };
enum cudaLimit { cudaLimitStackSize, cudaLimitPrintfFifoSize, cudaLimitMallocHeapSize, cudaLimitDevRuntimeSyncDepth };
enum cudaFuncAttribute { cudaFuncAttributeMaxDynamicSharedMemorySize = 8, cudaFuncAttributePreferredSharedMemoryCarveout };
enum cudaMemoryAdvise { cudaMemAdviseSetReadMostly = 1, cudaMemAdviseUnsetReadMostly, cudaMemAdviseSetPreferredLocation, cudaMemAdviseSetAccessedBy = 5 };
enum { cudaEventDefault, cudaEventBlockingSync, cudaEventDisableTiming, cudaStreamDefault = 0, cudaStreamNonBlocking = 1, cudaHostAllocDefault = 0,
  cudaHostAllocPortable = 1, cudaHostAllocMapped = 2, cudaHostAllocWriteCombined = 4, cudaHostRegisterDefault = 0, cudaHostRegisterPortable = 1,
  cudaHostRegisterMapped = 2, cudaMemAttachGlobal = 1, cudaMemAttachHost = 2, cudaDeviceScheduleAuto = 0, cudaDeviceScheduleSpin = 1,
  cudaDeviceScheduleYield = 2, cudaDeviceScheduleBlockingSync = 4, cudaDeviceMapHost = 8, cudaDeviceLmemResizeToMax = 16, cudaArrayDefault = 0,
  cudaCpuDeviceId = -1, cudaInvalidDeviceId = -2, cudaOccupancyDefault = 0 };
struct cudaDeviceProp {
  char name[256];
  size_t totalGlobalMem, sharedMemPerBlock, memPitch, totalConstMem, textureAlignment, sharedMemPerMultiprocessor, sharedMemPerBlockOptin;
  int regsPerBlock, warpSize, maxThreadsPerBlock, maxThreadsDim[3], maxGridSize[3], clockRate, major, minor, deviceOverlap, multiProcessorCount,
    kernelExecTimeoutEnabled, integrated, canMapHostMemory, computeMode, concurrentKernels, ECCEnabled, pciBusID, pciDeviceID, pciDomainID,
    asyncEngineCount, unifiedAddressing, memoryClockRate, memoryBusWidth, l2CacheSize, maxThreadsPerMultiProcessor, regsPerMultiprocessor,
    managedMemory, isMultiGpuBoard, cooperativeLaunch, concurrentManagedAccess, pageableMemoryAccess, maxBlocksPerMultiProcessor,
    persistingL2CacheMaxSize, globalL1CacheSupported, localL1CacheSupported, singleToDoublePrecisionPerfRatio, tccDriver, computePreemptionSupported;
};
struct cudaFuncAttributes { size_t sharedSizeBytes, constSizeBytes, localSizeBytes; int maxThreadsPerBlock, numRegs, ptxVersion, binaryVersion; };
struct cudaPitchedPtr { void *ptr; size_t pitch, xsize, ysize; };
struct cudaExtent { size_t width, height, depth; };
struct cudaPos { size_t x, y, z; };
struct cudaMemcpy3DParms { struct cudaArray *srcArray, *dstArray; cudaPos srcPos, dstPos; cudaPitchedPtr srcPtr, dstPtr; cudaExtent extent; cudaMemcpyKind kind; };
struct cudaPointerAttributes { int type, device; void *devicePointer, *hostPointer; };
struct cudaLaunchConfig_t { dim3 gridDim, blockDim; size_t dynamicSmemBytes; cudaStream_t stream; void *attrs; unsigned numAttrs; };
enum cudaChannelFormatKind { cudaChannelFormatKindSigned, cudaChannelFormatKindUnsigned, cudaChannelFormatKindFloat, cudaChannelFormatKindNone };
struct cudaChannelFormatDesc { int x, y, z, w; cudaChannelFormatKind f; };
typedef struct cudaGraphicsResource *cudaGraphicsResource_t;
enum cudaGraphicsRegisterFlags { cudaGraphicsRegisterFlagsNone, cudaGraphicsRegisterFlagsReadOnly, cudaGraphicsRegisterFlagsWriteDiscard, cudaGraphicsRegisterFlagsSurfaceLoadStore = 4 };
enum cudaGraphicsMapFlags { cudaGraphicsMapFlagsNone, cudaGraphicsMapFlagsReadOnly, cudaGraphicsMapFlagsWriteDiscard };
typedef struct CUctx_st *CUcontext;
typedef struct CUmod_st *CUmodule;
typedef struct CUfunc_st *CUfunction;
typedef struct CUstream_st *CUstream;
typedef struct CUevent_st *CUevent;
typedef int CUdevice;
typedef enum { CUDA_SUCCESS } CUresult;
typedef struct cudaArray *cudaArray_t;
typedef const struct cudaArray *cudaArray_const_t;
cudaExtent make_cudaExtent(size_t, size_t, size_t);
cudaPos make_cudaPos(size_t, size_t, size_t);
cudaPitchedPtr make_cudaPitchedPtr(void *, size_t, size_t, size_t);
template <class T = int> cudaChannelFormatDesc cudaCreateChannelDesc();
cudaChannelFormatDesc cudaCreateChannelDesc(int, int, int, int, cudaChannelFormatKind);
const char *cudaGetErrorString(cudaError_t);
const char *cudaGetErrorName(cudaError_t);
cudaError_t cudaGetLastError();
cudaError_t cudaPeekAtLastError();
template <class F> cudaError_t cudaLaunchKernel(F *, dim3, dim3, void **, size_t = 0, cudaStream_t = 0);
template <class F> cudaError_t cudaLaunchCooperativeKernel(F *, dim3, dim3, void **, size_t = 0, cudaStream_t = 0);
extern "C" unsigned __cudaPushCallConfiguration(dim3, dim3, size_t = 0, cudaStream_t = 0);
extern "C" int cudaConfigureCall(dim3, dim3, size_t = 0, cudaStream_t = 0);
`}
enum cudaDeviceAttr { ${words(attributes)
  .map((name) => `cudaDevAttr${name}`)
  .join(", ")} };
${words(functions)
  .map((name) => `template <class... A> cudaError_t cuda${name}(A...);`)
  .join("\n")}
`;

/** Textures and surfaces are known by name, so that a kernel that uses one is refused in our words. */
export const textures = `
typedef unsigned long long cudaTextureObject_t;
typedef unsigned long long cudaSurfaceObject_t;
typedef unsigned long long CUtexObject;
typedef unsigned long long CUsurfObject;
typedef unsigned long long CUdeviceptr;
enum cudaTextureReadMode { cudaReadModeElementType, cudaReadModeNormalizedFloat };
enum cudaTextureAddressMode { cudaAddressModeWrap, cudaAddressModeClamp, cudaAddressModeMirror, cudaAddressModeBorder };
enum cudaTextureFilterMode { cudaFilterModePoint, cudaFilterModeLinear };
enum cudaResourceType { cudaResourceTypeArray, cudaResourceTypeMipmappedArray, cudaResourceTypeLinear, cudaResourceTypePitch2D };
enum cudaSurfaceBoundaryMode { cudaBoundaryModeZero, cudaBoundaryModeClamp, cudaBoundaryModeTrap };
struct textureReference { int normalized; cudaTextureFilterMode filterMode; cudaTextureAddressMode addressMode[3]; cudaChannelFormatDesc channelDesc; };
struct cudaTextureDesc { cudaTextureAddressMode addressMode[3]; cudaTextureFilterMode filterMode; cudaTextureReadMode readMode; int normalizedCoords, sRGB; float borderColor[4]; };
struct cudaResourceDesc {
  cudaResourceType resType;
  union {
    struct { cudaArray_t array; } array;
    struct { void *devPtr; cudaChannelFormatDesc desc; size_t sizeInBytes; } linear;
    struct { void *devPtr; cudaChannelFormatDesc desc; size_t width, height, pitchInBytes; } pitch2D;
  } res;
};
#define cudaTextureType1D 1
#define cudaTextureType2D 2
#define cudaTextureType3D 3
#define cudaSurfaceType2D 2
template <class T, int dimensions = 1, cudaTextureReadMode mode = cudaReadModeElementType> struct __attribute__((device_builtin_texture_type)) texture : textureReference {};
template <class T, int dimensions = 1> struct __attribute__((device_builtin_surface_type)) surface {};
template <class T, int n, cudaTextureReadMode m> __device__ T tex1Dfetch(const texture<T, n, m> &, int);
template <class T, int n, cudaTextureReadMode m> __device__ T tex1D(const texture<T, n, m> &, float);
template <class T, int n, cudaTextureReadMode m> __device__ T tex2D(const texture<T, n, m> &, float, float);
template <class T, int n, cudaTextureReadMode m> __device__ T tex3D(const texture<T, n, m> &, float, float, float);
template <class T> __device__ T tex1Dfetch(cudaTextureObject_t, int);
template <class T> __device__ T tex1D(cudaTextureObject_t, float);
template <class T> __device__ T tex2D(cudaTextureObject_t, float, float);
template <class T> __device__ T tex3D(cudaTextureObject_t, float, float, float);
template <class T> __device__ T tex1DLayered(cudaTextureObject_t, float, int);
template <class T> __device__ T tex2DLayered(cudaTextureObject_t, float, float, int);
template <class T> __device__ T tex1DLod(cudaTextureObject_t, float, float);
template <class T> __device__ T tex2DLod(cudaTextureObject_t, float, float, float);
template <class T> __device__ T tex3DLod(cudaTextureObject_t, float, float, float, float);
template <class T, class G> __device__ T tex2DGrad(cudaTextureObject_t, float, float, G, G);
template <class T> __device__ T tex2Dgather(cudaTextureObject_t, float, float, int = 0);
template <class T> __device__ T texCubemap(cudaTextureObject_t, float, float, float);
template <class T> __device__ T texCubemapLayered(cudaTextureObject_t, float, float, float, int);
template <class T, class S> __device__ T surf1Dread(S, int, cudaSurfaceBoundaryMode = cudaBoundaryModeTrap);
template <class T, class S> __device__ T surf2Dread(S, int, int, cudaSurfaceBoundaryMode = cudaBoundaryModeTrap);
template <class T, class S> __device__ void surf1Dread(T *, S, int, cudaSurfaceBoundaryMode = cudaBoundaryModeTrap);
template <class T, class S> __device__ void surf2Dread(T *, S, int, int, cudaSurfaceBoundaryMode = cudaBoundaryModeTrap);
template <class T, class S> __device__ void surf1Dwrite(T, S, int, cudaSurfaceBoundaryMode = cudaBoundaryModeTrap);
template <class T, class S> __device__ void surf2Dwrite(T, S, int, int, cudaSurfaceBoundaryMode = cudaBoundaryModeTrap);
template <class T, class S> __device__ T surf3Dread(S, int, int, int, cudaSurfaceBoundaryMode = cudaBoundaryModeTrap);
template <class T, class S> __device__ void surf3Dwrite(T, S, int, int, int, cudaSurfaceBoundaryMode = cudaBoundaryModeTrap);
template <class T, class S> __device__ T surf2DLayeredread(S, int, int, int, cudaSurfaceBoundaryMode = cudaBoundaryModeTrap);
template <class T, class S> __device__ void surf2DLayeredwrite(T, S, int, int, int, cudaSurfaceBoundaryMode = cudaBoundaryModeTrap);
`;
