// The simplest loop over a PJRT plugin: compile a program, upload operands, execute
// and wait, again and again. Build it with the header that the plugin's wheel ships:
//   gcc -O2 -I .../xla_plugins/xla_cpu_pjrt/include xla.c -ldl -o xla
//   ./xla PLUGIN PROGRAM.mlir SECONDS CACHE_BYTES OPS TYPE:DIMxDIM...
// TYPE is f32, f64, bf16, f16 or s8. It prints one JSON line.
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "pjrt_c_api.h"

static const PJRT_Api *api;

static void must(PJRT_Error *e) {
  if (!e) return;
  PJRT_Error_Message_Args a = {.struct_size = PJRT_Error_Message_Args_STRUCT_SIZE, .error = e};
  api->PJRT_Error_Message(&a);
  fprintf(stderr, "%.*s\n", (int)a.message_size, a.message);
  exit(1);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static void await(PJRT_Event *ev) {
  PJRT_Event_Await_Args a = {.struct_size = PJRT_Event_Await_Args_STRUCT_SIZE, .event = ev};
  must(api->PJRT_Event_Await(&a));
  PJRT_Event_Destroy_Args d = {.struct_size = PJRT_Event_Destroy_Args_STRUCT_SIZE, .event = ev};
  must(api->PJRT_Event_Destroy(&d));
}

// uniform values in [-1, 1), scaled so that layers stay tame, in the type's own bits.
static void fill(void *p, const char *type, size_t n, float scale) {
  static uint64_t s = 88172645463325252ull;
  for (size_t i = 0; i < n; i++) {
    s ^= s << 13, s ^= s >> 7, s ^= s << 17;
    float f = ((int64_t)(s >> 11) - (1ll << 52)) / (float)(1ll << 52) * scale;
    uint32_t u;
    memcpy(&u, &f, 4);
    if (!strcmp(type, "f32")) ((float *)p)[i] = f;
    else if (!strcmp(type, "f64")) ((double *)p)[i] = f;
    else if (!strcmp(type, "bf16")) ((uint16_t *)p)[i] = u >> 16;
    else if (!strcmp(type, "f16")) ((_Float16 *)p)[i] = f;
    else ((int8_t *)p)[i] = (int8_t)(f * 127);
  }
}

static char *slurp(const char *path, size_t *n) {
  FILE *f = fopen(path, "rb");
  if (!f) perror(path), exit(1);
  char *text = malloc(1 << 20);
  *n = fread(text, 1, 1 << 20, f);
  fclose(f);
  return text;
}

int main(int argc, char **argv) {
  void *h = argc > 6 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : 0;
  if (!h) fprintf(stderr, "usage: xla PLUGIN PROGRAM SECONDS CACHE_BYTES OPS TYPE:DIMxDIM...\n%s\n", argc > 6 ? dlerror() : ""), exit(2);
  api = ((const PJRT_Api *(*)(void))dlsym(h, "GetPjrtApi"))();
  double seconds = atof(argv[3]), cache = atof(argv[4]), ops = atof(argv[5]);
  int inputs = argc - 6;
  PJRT_Plugin_Initialize_Args ini = {.struct_size = PJRT_Plugin_Initialize_Args_STRUCT_SIZE};
  must(api->PJRT_Plugin_Initialize(&ini));
  PJRT_Client_Create_Args cc = {.struct_size = PJRT_Client_Create_Args_STRUCT_SIZE};
  must(api->PJRT_Client_Create(&cc));
  PJRT_Client_AddressableDevices_Args ad = {.struct_size = PJRT_Client_AddressableDevices_Args_STRUCT_SIZE, .client = cc.client};
  must(api->PJRT_Client_AddressableDevices(&ad));

  // CompileOptionsProto: executable_build_options{device_ordinal -1, one replica, one partition}
  static const char options[] = {0x1a, 15, 8, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 0x20, 1, 0x28, 1};
  PJRT_Program program = {.struct_size = PJRT_Program_STRUCT_SIZE, .format = "mlir", .format_size = 4};
  program.code = slurp(argv[2], &program.code_size);
  PJRT_Client_Compile_Args co = {.struct_size = PJRT_Client_Compile_Args_STRUCT_SIZE, .client = cc.client, .program = &program,
                                 .compile_options = options, .compile_options_size = sizeof options};
  must(api->PJRT_Client_Compile(&co));

  // As many sets of operands as twice the cache holds, two at least.
  size_t set_bytes = 0, bytes[32], n[32];
  int64_t dims[32][4];
  size_t rank[32];
  PJRT_Buffer_Type kind[32];
  for (int i = 0; i < inputs; i++) {
    char *p = strchr(argv[6 + i], ':');
    *p++ = 0;
    const char *t = argv[6 + i];
    size_t width = !strcmp(t, "f64") ? 8 : !strcmp(t, "f32") ? 4 : !strcmp(t, "s8") ? 1 : 2;
    kind[i] = !strcmp(t, "f64") ? PJRT_Buffer_Type_F64 : !strcmp(t, "f32") ? PJRT_Buffer_Type_F32 : !strcmp(t, "s8") ? PJRT_Buffer_Type_S8
              : !strcmp(t, "f16") ? PJRT_Buffer_Type_F16 : PJRT_Buffer_Type_BF16;
    n[i] = 1, rank[i] = 0;
    for (char *d = strtok(p, "x"); d; d = strtok(0, "x")) n[i] *= dims[i][rank[i]++] = atoll(d);
    set_bytes += bytes[i] = n[i] * width;
  }
  int sets = 2;
  while (sets * (double)set_bytes < 2 * cache) sets++;
  PJRT_Buffer *(*in)[32] = calloc(sets, sizeof *in);
  for (int s = 0; s < sets; s++)
    for (int i = 0; i < inputs; i++) {
      void *host = malloc(bytes[i]);
      fill(host, argv[6 + i], n[i], inputs > 2 && i > 0 ? 0.04f : 1.0f);
      PJRT_Client_BufferFromHostBuffer_Args b = {.struct_size = PJRT_Client_BufferFromHostBuffer_Args_STRUCT_SIZE, .client = cc.client, .data = host,
        .type = kind[i], .dims = dims[i], .num_dims = rank[i], .device = ad.addressable_devices[0],
        .host_buffer_semantics = PJRT_HostBufferSemantics_kImmutableOnlyDuringCall};
      must(api->PJRT_Client_BufferFromHostBuffer(&b));
      await(b.done_with_host_buffer);
      in[s][i] = b.buffer;
      free(host);
    }

  double start = 0, end = 0;
  long iterations = 0;
  for (int pass = 0; pass < 2; pass++) { // a warm-up, then the window
    double length = pass ? seconds : 0.3;
    for (iterations = 0, start = end = now(); end - start < length; iterations++, end = now()) {
      PJRT_ExecuteOptions eo = {.struct_size = PJRT_ExecuteOptions_STRUCT_SIZE};
      PJRT_Buffer *const *args[1] = {in[iterations % sets]};
      PJRT_Buffer *out[1], **outs[1] = {out};
      PJRT_Event *done[1];
      PJRT_LoadedExecutable_Execute_Args ex = {.struct_size = PJRT_LoadedExecutable_Execute_Args_STRUCT_SIZE, .executable = co.executable, .options = &eo,
        .argument_lists = args, .num_devices = 1, .num_args = inputs, .output_lists = outs, .device_complete_events = done};
      must(api->PJRT_LoadedExecutable_Execute(&ex));
      await(done[0]);
      PJRT_Buffer_Destroy_Args bd = {.struct_size = PJRT_Buffer_Destroy_Args_STRUCT_SIZE, .buffer = out[0]};
      must(api->PJRT_Buffer_Destroy(&bd));
    }
  }
  printf("{\"library\":\"XLA, PJRT %d.%d\",\"seconds\":%.6f,\"iterations\":%ld,\"ops_per_s\":%.6g}\n", api->pjrt_api_version.major_version,
         api->pjrt_api_version.minor_version, end - start, iterations, iterations * ops / (end - start));
  return 0;
}
