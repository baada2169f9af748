// A stand-in for BLAS libraries that are not here: plain loops under the names and
// with the signatures of the real ones (column-major, every argument an address).
// What it pretends to be, and what is wrong with it, is chosen when it is compiled:
//
//   MKL, OPENBLAS, BLIS, NVPL, ARMPL   the functions by which that library is known
//   NARROW=n    sgemm_ drops the n lowest bits of each operand (13: as TF32, 16: as bf16)
//   SATURATES   int8 products are added in pairs in 16 bits, as without VNNI
//   FLOATS      int8 sums pass through fp32
//   PRINTS      stdout is written to at load and at each product
//   EXITS       the first product ends the process with status 3
//   THREADS=n   the number of threads it says it uses, whatever it was told
//   KERNELS=x   a library that is loaded at the first product, as MKL loads its kernels
//   WIDE        it says that its integers have 64 bits
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void behave(void) {
#ifdef PRINTS
	puts("stand-in: a product");
	fflush(stdout);
#endif
#ifdef KERNELS
	if (!dlopen(KERNELS, RTLD_NOW)) abort();
#endif
#ifdef EXITS
	exit(3);
#endif
}

#ifdef PRINTS
__attribute__((constructor)) static void loaded(void) { puts("{\"type\":\"hello\"}"); fflush(stdout); }
#endif

static inline float narrow(float x) {
#ifdef NARROW
	uint32_t bits;
	memcpy(&bits, &x, 4);
	bits &= ~0u << NARROW;
	memcpy(&x, &bits, 4);
#endif
	return x;
}
static inline double whole(double x) { return x; }
static inline float widen(uint16_t x) {
	uint32_t bits = (uint32_t)x << 16;
	float f;
	memcpy(&f, &bits, 4);
	return f;
}

// GEMM makes c = alpha a b + beta c, without transposition. With beta 0, c is not
// read, as the interface demands.
#define GEMM(name, T, S, read)                                                                            \
	void name(const char *ta, const char *tb, const int *m, const int *n, const int *k, const S *alpha,   \
	          const T *a, const int *lda, const T *b, const int *ldb, const S *beta, S *c, const int *ldc) { \
		behave();                                                                                         \
		if (*ta != 'N' || *tb != 'N') abort();                                                            \
		for (int j = 0; j < *n; j++)                                                                      \
			for (int i = 0; i < *m; i++) {                                                                \
				S sum = 0, *to = &c[i + (size_t)j * *ldc];                                                \
				for (int p = 0; p < *k; p++) sum += read(a[i + (size_t)p * *lda]) * read(b[p + (size_t)j * *ldb]); \
				*to = *alpha * sum + (*beta == 0 ? 0 : *beta * *to);                                      \
			}                                                                                             \
	}

GEMM(sgemm_, float, float, narrow)
GEMM(dgemm_, double, double, whole)

static int threads(const char *variable) {
#ifdef THREADS
	return THREADS;
#endif
	const char *value = getenv(variable);
	return value ? atoi(value) : -1;
}

#ifdef OPENBLAS
GEMM(sbgemm_, uint16_t, float, widen)
void cblas_sbstobf16(int n, const float *in, int stepIn, uint16_t *out, int stepOut) {
	for (int i = 0; i < n; i++) {
		uint32_t bits;
		memcpy(&bits, &in[(size_t)i * stepIn], 4);
		out[(size_t)i * stepOut] = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
	}
}
const char *openblas_get_config(void) {
#ifdef WIDE
	return "OpenBLAS 9.8.7 USE64BITINT DYNAMIC_ARCH Haswell MAX_THREADS=64";
#endif
	return "OpenBLAS 9.8.7 DYNAMIC_ARCH Haswell MAX_THREADS=64";
}
const char *openblas_get_corename(void) { return "Haswell"; }
int openblas_get_num_threads(void) { return threads("OPENBLAS_NUM_THREADS"); }
int openblas_get_parallel(void) { return 2; }
#endif

#ifdef MKL
GEMM(gemm_bf16bf16f32_, uint16_t, float, widen)
static int32_t pair(int32_t sum, int32_t x, int32_t y) {
#ifdef SATURATES
	int32_t both = x + y;
	return sum + (both > 32767 ? 32767 : both < -32768 ? -32768 : both);
#endif
	return sum + x + y;
}
// The first operand is signed, the second is not; both offsets and that of the
// result are added (oneMKL, gemm_s8u8s32).
void gemm_s8u8s32_(const char *ta, const char *tb, const char *oc, const int *m, const int *n, const int *k, const float *alpha,
                   const int8_t *a, const int *lda, const int8_t *ao, const uint8_t *b, const int *ldb, const int8_t *bo,
                   const float *beta, int32_t *c, const int *ldc, const int32_t *co) {
	behave();
	if (*ta != 'N' || *tb != 'N' || *oc != 'F' || *beta != 0) abort();
	for (int j = 0; j < *n; j++)
		for (int i = 0; i < *m; i++) {
			int32_t sum = 0, sumA = 0, sumB = 0;
			for (int p = 0; p < *k; p += 2) {
				int32_t x[2] = {0, 0};
				for (int q = p; q < p + 2 && q < *k; q++) {
					int32_t left = a[i + (size_t)q * *lda], right = b[q + (size_t)j * *ldb];
					x[q - p] = left * right;
					sumA += left;
					sumB += right;
				}
				sum = pair(sum, x[0], x[1]);
			}
			sum += sumA * *bo + sumB * *ao + *k * *ao * *bo;
#ifdef FLOATS
			sum = (int32_t)(float)sum;
#endif
			c[i + (size_t)j * *ldc] = (int32_t)(*alpha * (double)sum) + *co;
		}
}
void MKL_Get_Version_String(char *text, int length) {
	snprintf(text, length, "Intel(R) oneAPI Math Kernel Library Version 2099.1-Product Build 20990101 for Intel(R) 64 architecture applications");
}
int MKL_Get_Max_Threads(void) { return threads("MKL_NUM_THREADS"); }
#endif

#ifdef BLIS
static int initialised;
void bli_init(void) { initialised = 1; }
long bli_info_get_blas_int_type_size(void) {
#ifdef WIDE
	return 64;
#endif
	return 32;
}
const char *bli_info_get_version_str(void) { return "AOCL-BLIS 9.8.7 Build 20990101"; }
int bli_arch_query_id(void) {
	if (!initialised) abort(); // as 0.9.0 does where BLIS_ARCH_TYPE is set
	return 3;
}
const char *bli_arch_string(int id) {
	static const char *names[] = {"error", "skx", "haswell", "generic"};
	if (id < 0 || id > 3) abort();
	return names[id];
}
long bli_thread_get_num_threads(void) { return threads("BLIS_NUM_THREADS"); }
#endif

#ifdef NVPL
int nvpl_blas_get_version(void) { return 10203; }
int nvpl_blas_get_max_threads(void) { return threads("OMP_NUM_THREADS"); }
#endif

#ifdef ARMPL
void armplversion(int *major, int *minor, int *build, const char **tag) {
	*major = 26;
	*minor = 7;
	*build = 1;
	*tag = "stand-in";
}
int omp_get_max_threads(void) { return threads("OMP_NUM_THREADS"); }
#endif
