// The simplest loop around oneDNN 3: what a user would write to learn how fast its
// matmul is. Joulemark's runner `onednn` must come near it.
//
//   gcc -O2 -o onednn onednn.c -ldl
//   ./onednn LIBRARY fp32|bf16|int8 N SECONDS [CACHE_BYTES]
//
// It multiplies square matrices, row-major, by the library's matmul primitive with
// weights in the layout that the library asks for (format tag any), in turn on as many
// operand sets as hold twice the last-level cache (32 MiB where it is not given), at
// least two. After a warm-up of 0.3 s it times a window of so many seconds and prints
// one line of JSON. Threads are chosen by OpenMP's own variables (OMP_NUM_THREADS…).
//
// Prototypes and numbers are those of dnnl.h, dnnl_types.h and dnnl_common_types.h of
// version 3.2; the vendor's headers are not needed.
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BF16 = 2, F32 = 3, S32 = 4, S8 = 5 };                              // dnnl_data_type_t
enum { CPU = 1, IN_ORDER = 1, TAG_ANY = 1, TAG_AB = 3 };                  // engine, stream, format tags
enum { QUERY_IMPLEMENTATION = 8, QUERY_WEIGHTS = 131 };                   // dnnl_query_t
enum { SRC = 1, DST = 17, WEIGHTS = 33 };                                 // DNNL_ARG_…
#define ALLOCATE ((void *)(size_t)-1)                                     // DNNL_MEMORY_ALLOCATE

#define WARMUP_S 0.3

typedef void *handle; // engine, stream, memory, descriptor, primitive: all opaque in version 3
typedef int64_t dims[12];
typedef struct { int argument; handle memory; } argument; // dnnl_exec_arg_t
typedef struct { int major, minor, patch; const char *hash; unsigned cpu_runtime, gpu_runtime; } version;

// The functions used. Each gives 0 (dnnl_success) unless it says otherwise.
static const version *(*dnnl_version)(void);
static int (*dnnl_engine_create)(handle *engine, int kind, size_t index);
static int (*dnnl_stream_create)(handle *stream, handle engine, unsigned flags);
static int (*dnnl_stream_wait)(handle stream);
static int (*dnnl_memory_desc_create_with_tag)(handle *desc, int count, const dims shape, int type, int tag);
static int (*dnnl_memory_create)(handle *memory, handle desc, handle engine, void *data);
static int (*dnnl_memory_get_data_handle)(handle memory, void **data);
static int (*dnnl_matmul_primitive_desc_create)(handle *pd, handle engine, handle src, handle weights, handle bias, handle dst, handle attributes);
static int (*dnnl_reorder_primitive_desc_create)(handle *pd, handle src, handle from, handle dst, handle to, handle attributes);
static handle (*dnnl_primitive_desc_query_md)(handle pd, int what, int index);
static int (*dnnl_primitive_desc_query)(handle pd, int what, int index, void *result);
static int (*dnnl_primitive_create)(handle *primitive, handle pd);
static int (*dnnl_primitive_execute)(handle primitive, handle stream, int count, const argument *arguments);

static void fail(const char *what) {
	fprintf(stderr, "onednn: %s\n", what);
	exit(2);
}

static void check(int status, const char *what) {
	if (!status) return;
	fprintf(stderr, "onednn: %s: status %d of the library\n", what, status);
	exit(2);
}

static void load(const char *path) {
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!library) fail(dlerror());
#define FIND(name) if (!(*(void **)&name = dlsym(library, #name))) fail("no " #name " in this library: name oneDNN 3")
	FIND(dnnl_version); FIND(dnnl_engine_create); FIND(dnnl_stream_create); FIND(dnnl_stream_wait);
	FIND(dnnl_memory_desc_create_with_tag); FIND(dnnl_memory_create); FIND(dnnl_memory_get_data_handle);
	FIND(dnnl_matmul_primitive_desc_create); FIND(dnnl_reorder_primitive_desc_create); FIND(dnnl_primitive_desc_query_md);
	FIND(dnnl_primitive_desc_query); FIND(dnnl_primitive_create); FIND(dnnl_primitive_execute);
}

// word is the next of xorshift64*: operand values change watts.
static uint64_t word(void) {
	static uint64_t state = 88172645463325252u;
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 2685821657736338717u;
}

// fill makes numbers uniform in [-1,1), int8 in -127…127.
static void fill(void *to, size_t elements, int type) {
	for (size_t i = 0; i < elements; i++) {
		float x = (float)((double)(word() >> 11) / (double)(UINT64_C(1) << 52) - 1);
		uint32_t bits;
		memcpy(&bits, &x, 4);
		if (type == F32) ((float *)to)[i] = x;
		else if (type == BF16) ((uint16_t *)to)[i] = (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
		else ((int8_t *)to)[i] = (int8_t)((int)((word() >> 32) * 255 >> 32) - 127);
	}
}

static double seconds(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// A product is one square multiplication and the operands it takes in turn.
typedef struct {
	int type, n, sets;
	handle engine, stream, primitive;
	const char *kernel;
	argument (*arguments)[3];
} product;

static handle describe(const product *p, int type, int tag) {
	dims shape = {p->n, p->n};
	handle d;
	check(dnnl_memory_desc_create_with_tag(&d, 2, shape, type, tag), "memory descriptor");
	return d;
}

static handle memory(const product *p, handle desc) {
	handle m;
	check(dnnl_memory_create(&m, desc, p->engine, ALLOCATE), "memory");
	return m;
}

static handle filled(const product *p, handle desc) {
	handle m = memory(p, desc);
	void *data;
	check(dnnl_memory_get_data_handle(m, &data), "memory");
	fill(data, (size_t)p->n * (size_t)p->n, p->type);
	return m;
}

static void prepare(product *p, double cache) {
	int width = p->type == F32 ? 4 : p->type == BF16 ? 2 : 1, out = p->type == S8 ? S32 : p->type;
	handle plain = describe(p, p->type, TAG_AB), result = describe(p, out, TAG_AB), pd, repack, reorder;
	p->sets = (int)(cache / ((double)p->n * p->n * width)) + 1;
	if (p->sets < 2) p->sets = 2;
	check(dnnl_matmul_primitive_desc_create(&pd, p->engine, plain, describe(p, p->type, TAG_ANY), NULL, result, NULL), "matmul of this type");
	check(dnnl_primitive_create(&p->primitive, pd), "matmul");
	check(dnnl_primitive_desc_query(pd, QUERY_IMPLEMENTATION, 0, &p->kernel), "implementation");
	handle packed = dnnl_primitive_desc_query_md(pd, QUERY_WEIGHTS, 0);
	check(dnnl_reorder_primitive_desc_create(&repack, plain, p->engine, packed, p->engine, NULL), "repacking");
	check(dnnl_primitive_create(&reorder, repack), "repacking");
	handle staging = memory(p, plain), c = memory(p, result);
	p->arguments = calloc((size_t)p->sets, sizeof *p->arguments);
	if (!p->arguments) fail("out of memory: take a smaller n");
	for (int s = 0; s < p->sets; s++) {
		void *data;
		handle a = filled(p, plain), b = memory(p, packed);
		check(dnnl_memory_get_data_handle(staging, &data), "memory");
		fill(data, (size_t)p->n * (size_t)p->n, p->type);
		argument move[2] = {{SRC, staging}, {DST, b}}, all[3] = {{SRC, a}, {WEIGHTS, b}, {DST, c}};
		check(dnnl_primitive_execute(reorder, p->stream, 2, move), "repacking");
		check(dnnl_stream_wait(p->stream), "repacking");
		memcpy(p->arguments[s], all, sizeof all);
	}
}

// repeat multiplies for at least so long, and gives the time that it took.
static double repeat(product *p, double least, long *iterations) {
	double start = seconds(), now;
	*iterations = 0;
	do {
		check(dnnl_primitive_execute(p->primitive, p->stream, 3, p->arguments[(*iterations)++ % p->sets]), "matmul");
		check(dnnl_stream_wait(p->stream), "matmul");
		now = seconds();
	} while (now - start < least);
	return now - start;
}

int main(int count, char **args) {
	if (count < 5) fail("usage: onednn LIBRARY fp32|bf16|int8 N SECONDS [CACHE_BYTES]");
	product p = {.n = atoi(args[3]), .type = !strcmp(args[2], "fp32") ? F32 : !strcmp(args[2], "bf16") ? BF16 : !strcmp(args[2], "int8") ? S8 : 0};
	if (!p.type || p.n < 1) fail("the type is fp32, bf16 or int8, and N at least 1");
	load(args[1]);
	check(dnnl_engine_create(&p.engine, CPU, 0), "engine");
	check(dnnl_stream_create(&p.stream, p.engine, IN_ORDER), "stream");
	prepare(&p, count > 5 ? atof(args[5]) : 32 << 20);
	long iterations;
	repeat(&p, WARMUP_S, &iterations);
	double took = repeat(&p, atof(args[4]), &iterations);
	const version *v = dnnl_version();
	printf("{\"library\":\"oneDNN %d.%d.%d\",\"kernel\":\"%s\",\"dtype\":\"%s\",\"n\":%d,\"seconds\":%.6f,\"iterations\":%ld,\"ops_per_s\":%.6g}\n",
	       v->major, v->minor, v->patch, p.kernel, args[2], p.n, took, iterations, 2.0 * p.n * p.n * p.n * (double)iterations / took);
	return 0;
}
