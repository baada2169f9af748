// A driver library (libcuda, or libamdhip64 with -DHIP) with three cards, of which
// the variable CUDA_VISIBLE_DEVICES or HIP_VISIBLE_DEVICES picks and orders some.
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef HIP
#define NAME(cuda, hip) hip
#define VISIBLE "HIP_VISIBLE_DEVICES"
#else
#define NAME(cuda, hip) cuda
#define VISIBLE "CUDA_VISIBLE_DEVICES"
#endif

static const char *cards[] = {"0000:C1:00.0", "0000:01:00.0", "0000:41:00.0"};

int NAME(cuInit, hipInit)(unsigned flags) { return flags; }

// A device is 10 and its place among the cards: not what a caller may guess.
int NAME(cuDeviceGet, hipDeviceGet)(int *device, int ordinal) {
	char text[64];
	const char *visible = getenv(VISIBLE);
	snprintf(text, sizeof text, "%s", visible ? visible : "0,1,2");
	char *next = strtok(text, ",");
	while (next && ordinal--) next = strtok(NULL, ",");
	if (!next) return 101; // invalid device
	*device = 10 + atoi(next);
	return 0;
}

int NAME(cuDeviceGetPCIBusId, hipDeviceGetPCIBusId)(char *text, int length, int device) {
	snprintf(text, (size_t)length, "%s", cards[device - 10]);
	return 0;
}

int NAME(cuDeviceTotalMem_v2, hipDeviceTotalMem)(size_t *bytes, int device) {
	*bytes = (size_t)(device - 10 + 1) << 30;
	return 0;
}
