// What the stand-in plugin needs of the PJRT C API, laid out as the API's own header
// does; a test compares the sizes that the Go binding uses with that header.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct { size_t size; void *ext; } Head;

typedef struct Error { int code; char message[256]; } Error;
typedef struct Job Job;
typedef struct Event { Job *job; } Event;                                   // ready when its job is done; no job = ready
typedef struct Buffer { int refs; int64_t dims[2]; float *data; Job *job; } Buffer; // job: the one that will fill it
struct Job { Buffer *a, *b, *out; bool done; struct Job *next; };
typedef struct Executable { int64_t m, k, n; int refs; } Executable;
typedef struct Device { int id; } Device;

typedef struct { Head h; void *x; } One;                                    // what is destroyed or awaited
typedef struct { Head h; void *of; const char *data; size_t len; } Text;
typedef struct { Head h; void *of; int value; } Number;
typedef struct { Head h; void *of; void *value; } Child;
typedef struct { Head h; const char *name; size_t name_len; int type; int64_t value; size_t value_len; } Named;
typedef struct { Head h; const Named *options; size_t options_len; void *unused[4]; void *client; void *try_get[2]; } ClientCreate;
typedef struct { Head h; void *client; Device **devices; size_t len; } Devices;
typedef struct { Head h; void *description; size_t len; const Named *values; } Attributes;
typedef struct { Head h; char *code; size_t code_len; const char *format; size_t format_len; } Program;
typedef struct { Head h; void *client; Program *program; const char *options; size_t options_len; Executable *executable; } Compile;
typedef struct { Head h; Executable *executable; Program *program; } Optimized;
typedef struct { Head h; Device *device; int64_t in_use, unused[6], limit; bool limit_set; int64_t more[12]; } MemoryStats;
typedef struct {
	Head h; void *client; const void *data; int type; const int64_t *dims; size_t dims_len; const int64_t *strides; size_t strides_len;
	int semantics; Device *device; void *memory, *layout; Event *done; Buffer *buffer;
} FromHost;
typedef struct { Head h; void *callbacks[2]; size_t callbacks_len[2]; int launch; const int64_t *keep; size_t keep_len; } ExecuteOptions;
typedef struct {
	Head h; Executable *executable; ExecuteOptions *options; Buffer ***arguments; size_t devices, arguments_len; Buffer ***outputs;
	Event **events; Device *device;
} Execute;
typedef struct { Head h; Buffer *source; void *layout; void *data; size_t len; Event *event; } ToHost;

typedef struct { size_t size; void *ext; size_t version_size; void *version_ext; int major, minor; void *slots[128]; } Table;
