/* A stand-in of libnvidia-ml.so.1 for tests: cards whose watts follow a law of
 * CLOCK_MONOTONIC, so that a whole run can be held against an energy known in
 * closed form. It is written from NVML's documentation and computes nothing else.
 *
 * NVML_STANDIN="key=value,..." speaks of the library, NVML_STANDIN_CARDS of the
 * cards in the library's order, separated by ';'. Built with -DNVML_HEADER="<nvml.h>"
 * the compiler holds every signature here against NVIDIA's; without it the few types
 * needed are those below. -DWITHOUT_<function> leaves a function out, as an old
 * driver does. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef NVML_HEADER
#define NVML_NO_UNVERSIONED_FUNC_DEFS
#include NVML_HEADER
#else
typedef int nvmlReturn_t, nvmlClockType_t, nvmlTemperatureSensors_t, nvmlGpuVirtualizationMode_t;
typedef struct nvmlDevice_st *nvmlDevice_t;
typedef struct {
	char busIdLegacy[16];
	unsigned domain, bus, device, pciDeviceId, pciSubSystemId;
	char busId[32];
} nvmlPciInfo_t;
typedef struct {
	unsigned fieldId, scopeId;
	long long timestamp, latencyUsec;
	int valueType;
	nvmlReturn_t nvmlReturn;
	union { unsigned uiVal; unsigned long long ullVal; } value;
} nvmlFieldValue_t;
typedef struct {
	unsigned pid;
	unsigned long long usedGpuMemory;
	unsigned gpuInstanceId, computeInstanceId;
} nvmlProcessInfo_t;
enum { NVML_SUCCESS, NVML_ERROR_UNINITIALIZED, NVML_ERROR_INVALID_ARGUMENT, NVML_ERROR_NOT_SUPPORTED,
	NVML_ERROR_INSUFFICIENT_SIZE = 7, NVML_VALUE_TYPE_UNSIGNED_INT = 1, NVML_VALUE_TYPE_UNSIGNED_LONG_LONG = 3,
	NVML_FI_DEV_PERF_POLICY_THERMAL = 75, NVML_FI_DEV_POWER_AVERAGE = 185, NVML_FI_DEV_POWER_INSTANT = 186,
	NVML_POWER_SCOPE_GPU = 0, NVML_POWER_SCOPE_MODULE = 1, NVML_POWER_SCOPE_MEMORY = 2, NVML_CLOCK_SM = 1 };
#endif

enum { MAX_CARDS = 16 };
struct nvmlDevice_st { char text[512]; };
static struct nvmlDevice_st cards[MAX_CARDS];
static unsigned count;
static int users; /* nvmlInit counts, as the real one does */
static double started, delay_s;

static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* option finds key in "a=1,b=2"; fallback where it is missing. One thread at a time
 * uses the answer. */
static const char *option(const char *text, const char *key, const char *fallback) {
	static __thread char value[128];
	size_t n = strlen(key);
	for (const char *p = text; p && *p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL) {
		if (strncmp(p, key, n) == 0 && p[n] == '=') {
			size_t length = strcspn(p + n + 1, ",");
			if (length >= sizeof value) length = sizeof value - 1;
			memcpy(value, p + n + 1, length);
			value[length] = 0;
			return value;
		}
	}
	return fallback;
}

static const char *environment(const char *name) {
	const char *text = getenv(name);
	return text ? text : "";
}

static double number(nvmlDevice_t d, const char *key, double fallback) {
	const char *text = option(d->text, key, NULL);
	return text ? strtod(text, NULL) : fallback;
}

/* delay is what a call of a real driver costs, 1 to 10 ms. */
static void delay(void) {
	struct timespec t = {0, (long)(delay_s * 1e9)};
	if (t.tv_nsec > 0) nanosleep(&t, NULL);
}

static nvmlReturn_t known(nvmlDevice_t d) {
	if (users == 0) return NVML_ERROR_UNINITIALIZED;
	delay();
	return d >= cards && d < cards + count ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
}

#define CARD(d) do { nvmlReturn_t r = known(d); if (r != NVML_SUCCESS) return r; } while (0)

#include "law.h"

/* ---- the library */

#ifndef WITHOUT_nvmlInit_v2
nvmlReturn_t nvmlInit_v2(void) {
	int fails = atoi(option(environment("NVML_STANDIN"), "init", "0"));
	if (fails) return fails;
	if (users++ > 0) return NVML_SUCCESS;
	const char *text = environment("NVML_STANDIN_CARDS");
	started = now();
	delay_s = strtod(option(environment("NVML_STANDIN"), "delay_ms", "0"), NULL) / 1e3;
	for (count = 0; *text && count < MAX_CARDS; count++) {
		size_t n = strcspn(text, ";");
		snprintf(cards[count].text, sizeof cards[count].text, "%.*s", (int)n, text);
		text += n + (text[n] == ';');
	}
	return NVML_SUCCESS;
}
#endif
#ifndef WITHOUT_nvmlShutdown
nvmlReturn_t nvmlShutdown(void) { return users == 0 ? NVML_ERROR_UNINITIALIZED : (users--, NVML_SUCCESS); }
#endif
const char *nvmlErrorString(nvmlReturn_t r) { return r == NVML_SUCCESS ? "Success" : "Error"; }
#ifndef WITHOUT_nvmlSystemGetDriverVersion
nvmlReturn_t nvmlSystemGetDriverVersion(char *version, unsigned length) {
	snprintf(version, length, "%s", option(environment("NVML_STANDIN"), "driver", "535.104.05"));
	return NVML_SUCCESS;
}
#endif
#ifndef WITHOUT_nvmlDeviceGetCount_v2
nvmlReturn_t nvmlDeviceGetCount_v2(unsigned *n) { *n = count; return NVML_SUCCESS; }
#endif
#ifndef WITHOUT_nvmlDeviceGetHandleByIndex_v2
nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned i, nvmlDevice_t *d) {
	if (i >= count) return NVML_ERROR_INVALID_ARGUMENT;
	*d = cards + i;
	return atoi(option(cards[i].text, "lost", "0")) ? 15 : NVML_SUCCESS;
}
#endif
#ifndef WITHOUT_nvmlDeviceGetName
nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t d, char *name, unsigned length) {
	CARD(d);
	snprintf(name, length, "%s", option(d->text, "name", "NVIDIA Stand-in"));
	return NVML_SUCCESS;
}
#endif
#ifndef WITHOUT_nvmlDeviceGetUUID
nvmlReturn_t nvmlDeviceGetUUID(nvmlDevice_t d, char *uuid, unsigned length) {
	CARD(d);
	snprintf(uuid, length, "%s", option(d->text, "uuid", "GPU-00000000-0000-0000-0000-000000000000"));
	return NVML_SUCCESS;
}
#endif
#ifndef WITHOUT_nvmlDeviceGetPciInfo_v3
nvmlReturn_t nvmlDeviceGetPciInfo_v3(nvmlDevice_t d, nvmlPciInfo_t *pci) {
	CARD(d);
	memset(pci, 0, sizeof *pci);
	sscanf(option(d->text, "pci", "00000000:01:00.0"), "%x:%x:%x", &pci->domain, &pci->bus, &pci->device);
	snprintf(pci->busIdLegacy, sizeof pci->busIdLegacy, "%04X:%02X:%02X.0", pci->domain & 0xffff, pci->bus & 0xff, pci->device & 0x1f);
	snprintf(pci->busId, sizeof pci->busId, "%08X:%02X:%02X.0", pci->domain, pci->bus, pci->device);
	return NVML_SUCCESS;
}
#endif
#ifndef WITHOUT_nvmlDeviceGetCudaComputeCapability
nvmlReturn_t nvmlDeviceGetCudaComputeCapability(nvmlDevice_t d, int *major, int *minor) {
	CARD(d);
	return sscanf(option(d->text, "cc", "8.0"), "%d.%d", major, minor) == 2 ? NVML_SUCCESS : NVML_ERROR_NOT_SUPPORTED;
}
#endif
#ifndef WITHOUT_nvmlDeviceGetMigMode
nvmlReturn_t nvmlDeviceGetMigMode(nvmlDevice_t d, unsigned *current, unsigned *pending) {
	CARD(d);
	if (!option(d->text, "mig", NULL)) return NVML_ERROR_NOT_SUPPORTED;
	*current = *pending = (unsigned)number(d, "mig", 0);
	return NVML_SUCCESS;
}
#endif
#ifndef WITHOUT_nvmlDeviceGetVirtualizationMode
nvmlReturn_t nvmlDeviceGetVirtualizationMode(nvmlDevice_t d, nvmlGpuVirtualizationMode_t *mode) {
	CARD(d);
	*mode = (int)number(d, "virtual", 0);
	return NVML_SUCCESS;
}
#endif

/* ---- power */

#ifndef WITHOUT_nvmlDeviceGetTotalEnergyConsumption
nvmlReturn_t nvmlDeviceGetTotalEnergyConsumption(nvmlDevice_t d, unsigned long long *mj) {
	CARD(d);
	double t = updated(d), since = t - started;
	double frozen = number(d, "frozen_after", 1e18), reset = number(d, "reset_after", 1e18);
	if (number(d, "energy", 1) == 0) return NVML_ERROR_NOT_SUPPORTED;
	if (since > frozen) t = started + frozen;
	double joules = energy(d, t);
	if (since > reset) joules -= energy(d, started + reset); /* the driver was loaded again */
	*mj = (unsigned long long)(joules * 1e3);
	return NVML_SUCCESS;
}
#endif
#ifndef WITHOUT_nvmlDeviceGetPowerUsage
nvmlReturn_t nvmlDeviceGetPowerUsage(nvmlDevice_t d, unsigned *mw) {
	CARD(d);
	if (number(d, "usage", 1) == 0) return NVML_ERROR_NOT_SUPPORTED;
	double w = averages(d) ? mean(d, 1) : instant(d);
	*mw = (unsigned)(w * (number(d, "in_watts", 0) ? 1 : 1e3) + 0.5);
	return NVML_SUCCESS;
}
#endif
#ifndef WITHOUT_nvmlDeviceGetEnforcedPowerLimit
nvmlReturn_t nvmlDeviceGetEnforcedPowerLimit(nvmlDevice_t d, unsigned *mw) {
	CARD(d);
	*mw = (unsigned)(number(d, "limit", 400) * 1e3);
	return *mw ? NVML_SUCCESS : NVML_ERROR_NOT_SUPPORTED;
}
#endif

/* field answers one field: fields=0 none, 1 of the GPU, 2 of the module alone, 3 both. */
static nvmlReturn_t field(nvmlDevice_t d, nvmlFieldValue_t *v) {
	int scopes = (int)number(d, "fields", 1);
	double w = v->fieldId == NVML_FI_DEV_POWER_AVERAGE ? mean(d, 1) : instant(d);
	v->valueType = NVML_VALUE_TYPE_UNSIGNED_INT;
	if (v->fieldId >= 269 && v->fieldId <= 271 && number(d, "fine", 0)) { /* NVML_FI_DEV_CLOCKS_EVENT_REASON_*, newer */
		v->valueType = NVML_VALUE_TYPE_UNSIGNED_LONG_LONG;
		v->value.ullVal = (v->fieldId - 268) * 1000000000ULL;
		return NVML_SUCCESS;
	}
	if (v->fieldId == NVML_FI_DEV_PERF_POLICY_THERMAL) {
		v->valueType = NVML_VALUE_TYPE_UNSIGNED_LONG_LONG;
		double since = now() - started - number(d, "hot_after", 1e18);
		v->value.ullVal = since > 0 ? (unsigned long long)(since * 1e9) : 0;
		return NVML_SUCCESS;
	}
	if (v->fieldId != NVML_FI_DEV_POWER_INSTANT && (v->fieldId != NVML_FI_DEV_POWER_AVERAGE || !averages(d))) return NVML_ERROR_NOT_SUPPORTED;
	switch (v->scopeId) {
	case NVML_POWER_SCOPE_GPU:
		if (!(scopes & 1)) return NVML_ERROR_NOT_SUPPORTED;
		break;
	case NVML_POWER_SCOPE_MODULE:
		if (!(scopes & 2)) return NVML_ERROR_NOT_SUPPORTED;
		w += number(d, "module", 0);
		break;
	case NVML_POWER_SCOPE_MEMORY: /* an unsupported one says 0 */
		w = number(d, "memory", 0);
		break;
	default:
		return NVML_ERROR_INVALID_ARGUMENT;
	}
	v->value.uiVal = (unsigned)(w * 1e3 + 0.5);
	return NVML_SUCCESS;
}

#ifndef WITHOUT_nvmlDeviceGetFieldValues
nvmlReturn_t nvmlDeviceGetFieldValues(nvmlDevice_t d, int n, nvmlFieldValue_t *values) {
	CARD(d);
	if (number(d, "fields", 1) < 0) return NVML_ERROR_NOT_SUPPORTED;
	for (int i = 0; i < n; i++) values[i].nvmlReturn = field(d, values + i);
	return NVML_SUCCESS;
}
#endif

/* ---- state */

#ifndef WITHOUT_nvmlDeviceGetClockInfo
nvmlReturn_t nvmlDeviceGetClockInfo(nvmlDevice_t d, nvmlClockType_t type, unsigned *mhz) {
	CARD(d);
	*mhz = (unsigned)(type == NVML_CLOCK_SM ? number(d, "sm", 1410) : number(d, "mem", 1593));
	return NVML_SUCCESS;
}
#endif
#ifndef WITHOUT_nvmlDeviceGetTemperature
nvmlReturn_t nvmlDeviceGetTemperature(nvmlDevice_t d, nvmlTemperatureSensors_t sensor, unsigned *celsius) {
	CARD(d);
	*celsius = (unsigned)number(d, "temp", 61);
	return sensor == 0 ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
}
#endif
static nvmlReturn_t reasons(nvmlDevice_t d, unsigned long long *mask) {
	CARD(d);
	*mask = strtoull(option(d->text, "reasons", "0"), NULL, 0);
	return NVML_SUCCESS;
}
#ifndef WITHOUT_nvmlDeviceGetCurrentClocksEventReasons
nvmlReturn_t nvmlDeviceGetCurrentClocksEventReasons(nvmlDevice_t d, unsigned long long *mask) { return reasons(d, mask); }
#endif
#ifndef WITHOUT_nvmlDeviceGetCurrentClocksThrottleReasons
nvmlReturn_t nvmlDeviceGetCurrentClocksThrottleReasons(nvmlDevice_t d, unsigned long long *mask) { return reasons(d, mask); }
#endif
#ifndef WITHOUT_nvmlDeviceGetComputeRunningProcesses_v3
nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v3(nvmlDevice_t d, unsigned *n, nvmlProcessInfo_t *infos) {
	CARD(d);
	unsigned room = *n;
	char *next = (char *)option(d->text, "pids", ""); /* 12:345 */
	for (*n = 0; *next; next += *next == ':') {
		unsigned pid = (unsigned)strtoul(next, &next, 10);
		if (*n < room) infos[*n].pid = pid;
		++*n;
	}
	return *n > room ? NVML_ERROR_INSUFFICIENT_SIZE : NVML_SUCCESS;
}
#endif
