// A PJRT plugin that multiplies fp32 matrices on the CPU. It stands for plugins that
// cannot run here, and for their faults.
//
// When built: MINOR, EXECUTE_OPTIONS and CLIENT_CREATE (struct sizes of that minor),
// EQUAL (sizes must be equal, as Neuron demands), SLOTS (length of the table), MAJOR.
// When run, by environment variables:
//   STANDIN_FAIL=NAME[:N]  the function fails at its N-th call (default 1) and after
//   STANDIN_CODE, STANDIN_MESSAGE  of that error
//   STANDIN_DO=WHAT:NAME   abort, exit or hang in that function; print prints to stdout
//   STANDIN_LACKS=NAME     a null entry in the table
//   STANDIN_PLATFORM, STANDIN_DEVICES, STANDIN_MEMORY, STANDIN_ATTRIBUTE, STANDIN_REFUSE_OPTIONS
//   STANDIN_BYTES          of all buffers that are alive; more is out of memory
//
// Launches are queued, and computed only when someone awaits them: who does not wait
// gets an error in place of a result.
#include "standin.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static Job *first_job, *last_job;
static int live, pending, most_pending, asked_options;
static int64_t bytes; // of all buffers

// For tests in the same process: what has not been destroyed, and how many launches
// were on their way at once.
int standin_live(void) { return live; }
int standin_most_in_flight(void) { return most_pending; }
int standin_options(void) { return asked_options; }

static const char *env(const char *name, const char *otherwise) {
	const char *v = getenv(name);
	return v && *v ? v : otherwise;
}

static Error *error(int code, const char *message) {
	Error *e = calloc(1, sizeof *e);
	e->code = code;
	snprintf(e->message, sizeof e->message, "%s", message);
	live++;
	return e;
}

// told does what the environment says about a function.
static Error *told(const char *name, int call) {
	char text[128];
	snprintf(text, sizeof text, "%s", env("STANDIN_DO", ""));
	char *what = strtok(text, ":"), *where = strtok(NULL, ":");
	if (what && where && !strcmp(where, name)) {
		if (!strcmp(what, "abort")) abort();
		if (!strcmp(what, "exit")) exit(3);
		if (!strcmp(what, "hang")) for (;;) pause();
		if (!strcmp(what, "print")) { puts("a line that is no message"); fflush(stdout); }
	}
	snprintf(text, sizeof text, "%s", env("STANDIN_FAIL", ""));
	what = strtok(text, ":");
	where = strtok(NULL, ":");
	if (what && !strcmp(what, name) && call >= (where ? atoi(where) : 1))
		return error(atoi(env("STANDIN_CODE", "13")), env("STANDIN_MESSAGE", "the stand-in was told to fail.\nwith a second line"));
	return NULL;
}

static Error *size_error(const char *name, size_t expected, size_t got) {
	char text[160];
	snprintf(text, sizeof text, "Unexpected %s size: expected %zu, got %zu. Check installed software versions.", name, expected, got);
	return error(3, text);
}

#ifdef EQUAL
#define WRONG(got, want) ((got) != (want))
#else
#define WRONG(got, want) ((got) < (want))
#endif
#define BEGIN(name, args, want) \
	static int call; \
	Error *problem = told(name, ++call); \
	if (problem) return problem; \
	if (WRONG((args)->h.size, (size_t)(want))) return size_error(name, want, (args)->h.size)

static void error_destroy(One *a) { free(a->x); live--; }
static void error_message(Text *a) { Error *e = a->of; a->data = e->message; a->len = strlen(e->message); }
static Error *error_code(Number *a) { a->value = ((Error *)a->of)->code; return NULL; }
static Error *initialize(One *a) { BEGIN("PJRT_Plugin_Initialize", a, 16); return NULL; }

static void unref(Buffer *b) {
	if (--b->refs) return;
	bytes -= b->dims[0] * b->dims[1] * (int64_t)sizeof(float);
	free(b->data);
	free(b);
	live--;
}

static void compute(Job *j) {
	int64_t m = j->a->dims[0], k = j->a->dims[1], n = j->b->dims[1];
	for (int64_t r = 0; r < m; r++)
		for (int64_t c = 0; c < n; c++) {
			float sum = 0;
			for (int64_t i = 0; i < k; i++) sum += j->a->data[r * k + i] * j->b->data[i * n + c];
			j->out->data[r * n + c] = sum;
		}
	j->done = true;
	j->out->job = NULL;
	unref(j->a), unref(j->b), unref(j->out);
	pending--;
}

static Error *event_await(One *a) {
	BEGIN("PJRT_Event_Await", a, 24);
	Event *e = a->x;
	while (e->job && !e->job->done) { // a queue: all that came before, too
		Job *j = first_job;
		first_job = j->next;
		if (!first_job) last_job = NULL;
		compute(j);
	}
	return NULL;
}

static Error *event_destroy(One *a) {
	BEGIN("PJRT_Event_Destroy", a, 24);
	Event *e = a->x;
	if (e->job && !e->job->done) return error(9, "an event was destroyed that nobody awaited");
	free(e->job);
	free(e);
	live--;
	return NULL;
}

static Event *new_event(Job *j) {
	Event *e = calloc(1, sizeof *e);
	e->job = j;
	live++;
	return e;
}

static Error *client_create(ClientCreate *a) {
	BEGIN("PJRT_Client_Create", a, CLIENT_CREATE);
	asked_options = (int)a->options_len;
	for (size_t i = 0; i < a->options_len; i++)
		if (getenv("STANDIN_REFUSE_OPTIONS")) {
			char text[160];
			snprintf(text, sizeof text, "Unexpected option name passed to PJRT_Client_Create: %.*s", (int)a->options[i].name_len, a->options[i].name);
			return error(3, text);
		}
	a->client = &first_job; // any address will do
	return NULL;
}

static Error *platform_name(Text *a) { BEGIN("PJRT_Client_PlatformName", a, 40); a->data = env("STANDIN_PLATFORM", "cpu"); a->len = strlen(a->data); return NULL; }
static Error *platform_version(Text *a) { BEGIN("PJRT_Client_PlatformVersion", a, 40); a->data = "stand-in 1\n"; a->len = 11; return NULL; }

static Error *devices(Devices *a) {
	BEGIN("PJRT_Client_AddressableDevices", a, 40);
	static Device list[8], *pointers[8];
	a->len = (size_t)atoi(env("STANDIN_DEVICES", "1"));
	for (int i = 0; i < 8; i++) list[i].id = i, pointers[i] = &list[i];
	a->devices = pointers;
	return NULL;
}

static Error *description(Child *a) { BEGIN("PJRT_Device_GetDescription", a, 32); a->value = a->of; return NULL; }
static Error *description_id(Number *a) { BEGIN("PJRT_DeviceDescription_Id", a, 28); a->value = 100 + ((Device *)a->of)->id; return NULL; }
static Error *description_kind(Text *a) { BEGIN("PJRT_DeviceDescription_Kind", a, 40); a->data = "Stand-in One"; a->len = 12; return NULL; }
static Error *local_id(Number *a) { BEGIN("PJRT_Device_LocalHardwareId", a, 28); a->value = ((Device *)a->of)->id; return NULL; }

static Error *attributes(Attributes *a) {
	BEGIN("PJRT_DeviceDescription_Attributes", a, 40);
	static Named list[2];
	const char *text = env("STANDIN_ATTRIBUTE", "none");
	list[0] = (Named){{56, 0}, "core_count", 10, 1, 42, 1};
	list[1] = (Named){{56, 0}, "where", 5, 0, (int64_t)(intptr_t)text, strlen(text)};
	a->values = list;
	a->len = 2;
	return NULL;
}

static Error *memory_stats(MemoryStats *a) {
	BEGIN("PJRT_Device_MemoryStats", a, 185);
	long long limit = atoll(env("STANDIN_MEMORY", "0"));
	if (!limit) return error(12, "no statistics");
	a->limit = limit;
	a->limit_set = true;
	return NULL;
}

static Error *compile(Compile *a) {
	BEGIN("PJRT_Client_Compile", a, 56);
	if (WRONG(a->program->h.size, (size_t)48)) return size_error("PJRT_Program", 48, a->program->h.size);
	if (a->program->format_len != 4 || memcmp(a->program->format, "mlir", 4)) return error(3, "unknown program format");
	char *text = strndup(a->program->code, a->program->code_len), *at = text;
	long long d[4];
	int found = 0;
	while (found < 2 && (at = strstr(at, "tensor<")))
		if (sscanf(at += 7, "%lldx%lldxf32>", &d[2 * found], &d[2 * found + 1]) == 2) found++;
		else break;
	bool dot = strstr(text, "dot_general") && found == 2;
	free(text);
	if (!dot) return error(12, "the stand-in knows one product of fp32 matrices");
	Executable *x = calloc(1, sizeof *x);
	*x = (Executable){d[0], d[1], d[3], 1};
	a->executable = x;
	live++;
	return NULL;
}

static Error *executable_of(Child *a) { BEGIN("PJRT_LoadedExecutable_GetExecutable", a, 32); ((Executable *)a->of)->refs++; a->value = a->of; return NULL; }
static Error *outputs_of(Child *a) { BEGIN("PJRT_Executable_NumOutputs", a, 32); a->value = (void *)1; return NULL; }

static Error *optimized(Optimized *a) {
	BEGIN("PJRT_Executable_OptimizedProgram", a, 32);
	// HloModuleProto{computations{id 1, instructions{opcode "custom-call", custom_call_target "__standin$matmul"}}}
	static const char hlo[] = "\x1a\x24\x12\x20\x12\x0b" "custom-call" "\xe2\x01\x10" "__standin$matmul" "\x28\x01";
	Program *p = a->program;
	p->format = "hlo";
	p->format_len = 3;
	if (!p->code) p->code_len = sizeof hlo - 1;
	else memcpy(p->code, hlo, sizeof hlo - 1);
	return NULL;
}

static Error *drop_executable(Executable *x) {
	if (!--x->refs) free(x), live--;
	return NULL;
}
static Error *executable_destroy(One *a) { BEGIN("PJRT_Executable_Destroy", a, 24); return drop_executable(a->x); }
static Error *loaded_destroy(One *a) { BEGIN("PJRT_LoadedExecutable_Destroy", a, 24); return drop_executable(a->x); }

static Buffer *new_buffer(int64_t rows, int64_t columns) {
	Buffer *b = calloc(1, sizeof *b);
	*b = (Buffer){1, {rows, columns}, malloc((size_t)(rows * columns) * sizeof(float)), NULL};
	live++;
	bytes += rows * columns * (int64_t)sizeof(float);
	return b;
}

static Error *from_host(FromHost *a) {
	BEGIN("PJRT_Client_BufferFromHostBuffer", a, 120);
	if (a->type != 11 || a->dims_len != 2) return error(12, "the stand-in stores fp32 matrices");
	if (bytes + a->dims[0] * a->dims[1] * 4 > atoll(env("STANDIN_BYTES", "1000000000000"))) return error(8, "out of memory");
	a->buffer = new_buffer(a->dims[0], a->dims[1]);
	memcpy(a->buffer->data, a->data, (size_t)(a->dims[0] * a->dims[1]) * sizeof(float));
	a->done = new_event(NULL);
	return NULL;
}

static Error *execute(Execute *a) {
	BEGIN("PJRT_LoadedExecutable_Execute", a, 80);
	if (WRONG(a->options->h.size, (size_t)EXECUTE_OPTIONS)) return size_error("PJRT_ExecuteOptions", EXECUTE_OPTIONS, a->options->h.size);
	for (size_t i = 72; i < a->options->h.size; i++) // fields that the caller does not know must say "not set"
		if (((char *)a->options)[i]) return error(3, "a field of PJRT_ExecuteOptions is set that nobody meant");
	if (a->arguments_len != 2 || a->devices != 1 || a->options->keep_len != 2) return error(3, "two arguments are needed, neither donated");
	Buffer *x = a->arguments[0][0], *y = a->arguments[0][1];
	Job *j = calloc(1, sizeof *j);
	*j = (Job){x, y, new_buffer(x->dims[0], y->dims[1]), false, NULL};
	x->refs++, y->refs++, j->out->refs++;
	j->out->job = j;
	if (last_job) last_job->next = j;
	else first_job = j;
	last_job = j;
	if (++pending > most_pending) most_pending = pending;
	a->outputs[0][0] = j->out;
	a->events[0] = new_event(j);
	return NULL;
}

static Error *buffer_destroy(One *a) { BEGIN("PJRT_Buffer_Destroy", a, 24); unref(a->x); return NULL; }

static Error *to_host(ToHost *a) {
	BEGIN("PJRT_Buffer_ToHostBuffer", a, 56);
	if (a->source->job) return error(9, "a result was fetched that nobody awaited");
	size_t bytes = (size_t)(a->source->dims[0] * a->source->dims[1]) * sizeof(float);
	if (a->len < bytes) return error(3, "the destination is too small");
	memcpy(a->data, a->source->data, bytes);
	a->event = new_event(NULL);
	return NULL;
}

static const struct { int slot; const char *name; void *function; } functions[] = {
	{0, "PJRT_Error_Destroy", error_destroy}, {1, "PJRT_Error_Message", error_message}, {2, "PJRT_Error_GetCode", error_code},
	{3, "PJRT_Plugin_Initialize", initialize}, {5, "PJRT_Event_Destroy", event_destroy}, {8, "PJRT_Event_Await", event_await},
	{10, "PJRT_Client_Create", client_create}, {12, "PJRT_Client_PlatformName", platform_name}, {14, "PJRT_Client_PlatformVersion", platform_version},
	{16, "PJRT_Client_AddressableDevices", devices}, {20, "PJRT_Client_Compile", compile}, {22, "PJRT_Client_BufferFromHostBuffer", from_host},
	{23, "PJRT_DeviceDescription_Id", description_id}, {25, "PJRT_DeviceDescription_Attributes", attributes},
	{26, "PJRT_DeviceDescription_Kind", description_kind}, {29, "PJRT_Device_GetDescription", description},
	{31, "PJRT_Device_LocalHardwareId", local_id}, {34, "PJRT_Device_MemoryStats", memory_stats},
	{40, "PJRT_Executable_Destroy", executable_destroy}, {44, "PJRT_Executable_NumOutputs", outputs_of}, {48, "PJRT_Executable_OptimizedProgram", optimized},
	{50, "PJRT_LoadedExecutable_Destroy", loaded_destroy}, {51, "PJRT_LoadedExecutable_GetExecutable", executable_of},
	{55, "PJRT_LoadedExecutable_Execute", execute}, {58, "PJRT_Buffer_Destroy", buffer_destroy}, {70, "PJRT_Buffer_ToHostBuffer", to_host},
};

#ifndef MAJOR
#define MAJOR 0
#endif
#ifndef SLOTS
#define SLOTS 96
#endif

const Table *GetPjrtApi(void) {
	static Table t;
	t.size = offsetof(Table, slots) + SLOTS * sizeof(void *);
	t.version_size = 24;
	t.major = MAJOR;
	t.minor = MINOR;
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		if (strcmp(functions[i].name, env("STANDIN_LACKS", ""))) t.slots[functions[i].slot] = functions[i].function;
	return &t;
}
