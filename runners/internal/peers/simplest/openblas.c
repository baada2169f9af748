// The simplest loop around a BLAS: what a user would write to learn how fast it is.
// Joulemark's runner `blas` must come near it.
//
//   gcc -O2 -o openblas openblas.c -ldl
//   ./openblas LIBRARY fp32|fp64 N SECONDS [CACHE_BYTES]
//
// It multiplies square matrices, row-major, by cblas_sgemm or cblas_dgemm (also with
// the prefix "scipy_"), in turn on as many operand sets as hold twice the last-level
// cache (32 MiB where it is not given), at least two. After a warm-up of 0.3 s it times a
// window of so many seconds and prints one line of JSON.
// Threads are chosen by the library's own variables (OPENBLAS_NUM_THREADS…).
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROW_MAJOR = 101, NO_TRANSPOSE = 111, LINE_BYTES = 64 }; // CBLAS_ORDER, CBLAS_TRANSPOSE

#define WARMUP_S 0.3

typedef void sgemm(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *, int);
typedef void dgemm(int, int, int, int, int, int, double, const double *, int, const double *, int, double, double *, int);
typedef const char *text(void);

static void *library;

static void *find(const char *name) {
	char prefixed[100];
	snprintf(prefixed, sizeof prefixed, "scipy_%s", name);
	void *plain = dlsym(library, name);
	return plain ? plain : dlsym(library, prefixed);
}

static void fail(const char *what) {
	fprintf(stderr, "openblas: %s\n", what);
	exit(2);
}

static void *allocate(size_t bytes) {
	void *p = aligned_alloc(LINE_BYTES, (bytes + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES);
	if (!p) fail("out of memory: take a smaller n");
	return p;
}

// uniform gives numbers in [-1,1) by xorshift64*: operand values change watts.
static double uniform(void) {
	static uint64_t state = 88172645463325252u;
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (double)(state * 2685821657736338717u >> 11) / (double)(UINT64_C(1) << 52) - 1;
}

static void fill(void *to, size_t elements, int wide) {
	for (size_t i = 0; i < elements; i++)
		if (wide) ((double *)to)[i] = uniform();
		else ((float *)to)[i] = (float)uniform();
}

static double seconds(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static const char *words(const char *function) {
	text *f = (text *)find(function);
	return f ? f() : "";
}

// A product is one square multiplication and the operands it takes in turn.
typedef struct {
	int wide, n, sets;
	sgemm *single;
	dgemm *twice;
	void **a, **b, *c;
} product;

static void prepare(product *p, double cache) {
	size_t elements = (size_t)p->n * (size_t)p->n, bytes = elements * (p->wide ? 8 : 4);
	p->sets = (int)(2 * cache / (double)(2 * bytes)) + 1;
	if (p->sets < 2) p->sets = 2;
	p->a = allocate((size_t)p->sets * sizeof *p->a);
	p->b = allocate((size_t)p->sets * sizeof *p->b);
	p->c = allocate(bytes);
	for (int s = 0; s < p->sets; s++) {
		fill(p->a[s] = allocate(bytes), elements, p->wide);
		fill(p->b[s] = allocate(bytes), elements, p->wide);
	}
}

static void multiply(product *p, long iteration) {
	int n = p->n, s = (int)(iteration % p->sets);
	if (p->wide) p->twice(ROW_MAJOR, NO_TRANSPOSE, NO_TRANSPOSE, n, n, n, 1, p->a[s], n, p->b[s], n, 0, p->c, n);
	else p->single(ROW_MAJOR, NO_TRANSPOSE, NO_TRANSPOSE, n, n, n, 1, p->a[s], n, p->b[s], n, 0, p->c, n);
}

// repeat multiplies for at least so long, and gives the time that it took.
static double repeat(product *p, double least, long *iterations) {
	double start = seconds(), now;
	*iterations = 0;
	do {
		multiply(p, (*iterations)++);
		now = seconds();
	} while (now - start < least);
	return now - start;
}

int main(int count, char **args) {
	if (count < 5) fail("usage: openblas LIBRARY fp32|fp64 N SECONDS [CACHE_BYTES]");
	library = dlopen(args[1], RTLD_NOW | RTLD_LOCAL);
	if (!library) fail(dlerror());
	product p = {.wide = !strcmp(args[2], "fp64"), .n = atoi(args[3]), .single = (sgemm *)find("cblas_sgemm"), .twice = (dgemm *)find("cblas_dgemm")};
	if ((!p.wide && strcmp(args[2], "fp32")) || p.n < 1) fail("the type is fp32 or fp64, and N at least 1");
	if (!p.single || !p.twice) fail("no cblas_sgemm and cblas_dgemm in this library: name a BLAS with LP64");
	prepare(&p, count > 5 ? atof(args[5]) : 32 << 20);
	long iterations;
	repeat(&p, WARMUP_S, &iterations);
	double took = repeat(&p, atof(args[4]), &iterations);
	printf("{\"library\":\"%s\",\"kernel\":\"%s\",\"dtype\":\"%s\",\"n\":%d,\"seconds\":%.6f,\"iterations\":%ld,\"ops_per_s\":%.6g}\n",
	       words("openblas_get_config"), words("openblas_get_corename"), args[2], p.n, took, iterations,
	       2.0 * p.n * p.n * p.n * (double)iterations / took);
	return 0;
}
