// Runs OpenCL kernels on the first CPU device and writes their buffers back.
//
// Usage: run_cl JOBS
// JOBS is a text file; every line is a word and its values (paths must not contain spaces):
//   program PATH          source text of the program that the next launches use
//   options TEXT          build options of the next program (to the end of the line; may be empty)
//   kernel NAME           starts a launch
//   range DIMS GX GY GZ LX LY LZ OX OY OZ
//   buffer IN OUT         argument: a buffer with the bytes of file IN, written to file OUT afterwards
//   alias N               argument: the buffer of argument N of this launch once more
//   scalar HEX            argument: these bytes
//   local BYTES           argument: so many bytes of local memory
//   null                  argument: a NULL buffer
//   run                   does the launch and prints "ok", or "error TEXT" on one line
// One program text stays compiled for as many launches as follow it.
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ARGUMENTS = 128, LINE_BYTES = 1 << 16 };

typedef enum { ARG_BUFFER, ARG_ALIAS, ARG_SCALAR, ARG_LOCAL, ARG_NULL } ArgumentKind;

typedef struct {
  ArgumentKind kind;
  cl_mem memory;
  size_t size;
  unsigned char *bytes;
  char *output;
  unsigned alias;
} Argument;

static cl_context context;
static cl_device_id device;
static cl_command_queue queue;
static cl_program program;
static char *program_path;
static char *options;
static char *kernel_name;
static cl_uint dimensions;
static size_t global_size[3], local_size[3], offset[3];
static Argument arguments[MAX_ARGUMENTS];
static unsigned argument_count;

static void fatal(const char *what, const char *detail) {
  fprintf(stderr, "run_cl: %s: %s\n", what, detail);
  exit(1);
}

static void fatal_cl(const char *what, cl_int code) {
  char text[32];
  snprintf(text, sizeof text, "OpenCL error %d", (int)code);
  fatal(what, text);
}

static void *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (!file) fatal("cannot read", path);
  fseek(file, 0, SEEK_END);
  long length = ftell(file);
  rewind(file);
  char *bytes = malloc((size_t)length + 1);
  if (fread(bytes, 1, (size_t)length, file) != (size_t)length) fatal("cannot read", path);
  bytes[length] = 0;
  fclose(file);
  *size = (size_t)length;
  return bytes;
}

static void write_file(const char *path, const void *bytes, size_t size) {
  FILE *file = fopen(path, "wb");
  if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) fatal("cannot write", path);
}

static void open_device(void) {
  cl_platform_id platforms[8];
  cl_uint count = 0;
  cl_int code = clGetPlatformIDs(8, platforms, &count);
  if (code != CL_SUCCESS || count == 0) fatal("no OpenCL platform", "install pocl-opencl-icd");
  for (cl_uint i = 0; i < count && !device; i++) {
    if (clGetDeviceIDs(platforms[i], CL_DEVICE_TYPE_CPU, 1, &device, NULL) != CL_SUCCESS) device = NULL;
  }
  if (!device) fatal("no CPU device", "install pocl-opencl-icd");
  context = clCreateContext(NULL, 1, &device, NULL, NULL, &code);
  if (code != CL_SUCCESS) fatal_cl("clCreateContext", code);
  queue = clCreateCommandQueue(context, device, 0, &code);
  if (code != CL_SUCCESS) fatal_cl("clCreateCommandQueue", code);
}

// Newlines would break the one-line answer.
static void print_error(const char *what, const char *detail) {
  printf("error %s: ", what);
  for (const char *c = detail; *c; c++) putchar(*c == '\n' ? ' ' : *c);
  putchar('\n');
}

static int print_code(const char *what, cl_int code) {
  char text[32];
  snprintf(text, sizeof text, "OpenCL error %d", (int)code);
  print_error(what, text);
  return 0;
}

static int build_program(void) {
  if (program) return 1;
  size_t size = 0;
  char *source = read_file(program_path, &size);
  const char *text = source;
  cl_int code;
  program = clCreateProgramWithSource(context, 1, &text, &size, &code);
  free(source);
  if (code != CL_SUCCESS) return print_code("clCreateProgramWithSource", code);
  code = clBuildProgram(program, 1, &device, options ? options : "", NULL, NULL);
  if (code != CL_SUCCESS) {
    static char log[1 << 16];
    clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, sizeof log, log, NULL);
    print_error("build", log);
    clReleaseProgram(program);
    program = NULL;
    return 0;
  }
  return 1;
}

static cl_int set_argument(cl_kernel kernel, unsigned index) {
  Argument *argument = &arguments[index];
  cl_int code = CL_SUCCESS;
  switch (argument->kind) {
    case ARG_BUFFER:
      argument->memory = clCreateBuffer(context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR,
                                        argument->size ? argument->size : 1, argument->bytes, &code);
      if (code != CL_SUCCESS) return code;
      return clSetKernelArg(kernel, index, sizeof(cl_mem), &argument->memory);
    case ARG_ALIAS:
      return clSetKernelArg(kernel, index, sizeof(cl_mem), &arguments[argument->alias].memory);
    case ARG_SCALAR:
      return clSetKernelArg(kernel, index, argument->size, argument->bytes);
    case ARG_LOCAL:
      return clSetKernelArg(kernel, index, argument->size, NULL);
    case ARG_NULL:
      return clSetKernelArg(kernel, index, sizeof(cl_mem), NULL);
  }
  return CL_INVALID_ARG_VALUE;
}

static int launch(cl_kernel kernel) {
  cl_int code;
  for (unsigned i = 0; i < argument_count; i++) {
    code = set_argument(kernel, i);
    if (code != CL_SUCCESS) {
      char what[64];
      snprintf(what, sizeof what, "argument %u", i);
      return print_code(what, code);
    }
  }
  // An empty range is no error: nothing runs. OpenCL before 2.1 rejects it.
  if (global_size[0] && global_size[1] && global_size[2]) {
    code = clEnqueueNDRangeKernel(queue, kernel, dimensions, offset, global_size, local_size, 0, NULL, NULL);
    if (code != CL_SUCCESS) return print_code("clEnqueueNDRangeKernel", code);
    code = clFinish(queue);
    if (code != CL_SUCCESS) return print_code("clFinish", code);
  }
  for (unsigned i = 0; i < argument_count; i++) {
    Argument *argument = &arguments[i];
    if (argument->kind != ARG_BUFFER) continue;
    if (argument->size) {
      code = clEnqueueReadBuffer(queue, argument->memory, CL_TRUE, 0, argument->size, argument->bytes, 0, NULL, NULL);
      if (code != CL_SUCCESS) return print_code("clEnqueueReadBuffer", code);
    }
    write_file(argument->output, argument->bytes, argument->size);
  }
  printf("ok\n");
  return 1;
}

static void run(void) {
  if (build_program()) {
    cl_int code;
    cl_kernel kernel = clCreateKernel(program, kernel_name, &code);
    if (code != CL_SUCCESS) {
      print_code("clCreateKernel", code);
    } else {
      launch(kernel);
      clReleaseKernel(kernel);
    }
  }
  fflush(stdout);
  for (unsigned i = 0; i < argument_count; i++) {
    if (arguments[i].memory) clReleaseMemObject(arguments[i].memory);
    free(arguments[i].bytes);
    free(arguments[i].output);
  }
  memset(arguments, 0, sizeof arguments);
  argument_count = 0;
}

static unsigned char *parse_hex(const char *text, size_t *size) {
  *size = strlen(text) / 2;
  unsigned char *bytes = malloc(*size + 1);
  for (size_t i = 0; i < *size; i++) {
    unsigned value;
    if (sscanf(text + 2 * i, "%2x", &value) != 1) fatal("bad hex", text);
    bytes[i] = (unsigned char)value;
  }
  return bytes;
}

static Argument *next_argument(ArgumentKind kind) {
  if (argument_count == MAX_ARGUMENTS) fatal("launch", "too many arguments");
  Argument *argument = &arguments[argument_count++];
  argument->kind = kind;
  return argument;
}

static void use_text(char **slot, const char *text) {
  free(*slot);
  *slot = strdup(text);
}

static void drop_program(void) {
  if (program) clReleaseProgram(program);
  program = NULL;
}

static void do_line(char *line) {
  char *value = strchr(line, ' ');
  if (value) {
    *value++ = 0;
  } else {
    value = line + strlen(line);
  }
  if (!strcmp(line, "program")) {
    use_text(&program_path, value);
    drop_program();
  } else if (!strcmp(line, "options")) {
    use_text(&options, value);
    drop_program();
  } else if (!strcmp(line, "kernel")) {
    use_text(&kernel_name, value);
  } else if (!strcmp(line, "range")) {
    if (sscanf(value, "%u %zu %zu %zu %zu %zu %zu %zu %zu %zu", &dimensions, &global_size[0], &global_size[1],
               &global_size[2], &local_size[0], &local_size[1], &local_size[2], &offset[0], &offset[1],
               &offset[2]) != 10) {
      fatal("bad range", value);
    }
  } else if (!strcmp(line, "buffer")) {
    char *output = strchr(value, ' ');
    if (!output) fatal("bad buffer", value);
    *output++ = 0;
    Argument *argument = next_argument(ARG_BUFFER);
    argument->bytes = read_file(value, &argument->size);
    argument->output = strdup(output);
  } else if (!strcmp(line, "alias")) {
    next_argument(ARG_ALIAS)->alias = (unsigned)strtoul(value, NULL, 10);
  } else if (!strcmp(line, "scalar")) {
    Argument *argument = next_argument(ARG_SCALAR);
    argument->bytes = parse_hex(value, &argument->size);
  } else if (!strcmp(line, "local")) {
    next_argument(ARG_LOCAL)->size = strtoul(value, NULL, 10);
  } else if (!strcmp(line, "null")) {
    next_argument(ARG_NULL);
  } else if (!strcmp(line, "run")) {
    run();
  } else if (*line) {
    fatal("unknown line", line);
  }
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: run_cl JOBS\n");
    return 2;
  }
  FILE *jobs = fopen(argv[1], "r");
  if (!jobs) fatal("cannot read", argv[1]);
  open_device();
  static char line[LINE_BYTES];
  while (fgets(line, sizeof line, jobs)) {
    line[strcspn(line, "\n")] = 0;
    do_line(line);
  }
  drop_program();
  fclose(jobs);
  return 0;
}
