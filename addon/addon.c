/* SPDX-License-Identifier: MIT */
/*
 * libbpf for JavaScript: load an object, read and write its maps, attach its programs by name, drain its ring. What the bytes
 * mean is not known here. addon/index.ts is the typed wrapper; every function takes what that passes, nothing else.
 *
 * A failure is thrown as an Error with `stage` (what was tried), `errno` (positive) and `detail` (libbpf's last lines,
 * the verifier's among them).
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <node_api.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "clocks.h"
#include "iterator.h"
#include "log.h"
#include "maps.h"
#include "ring.h"

#define MAX_LINKS 32
#define MAX_NAME 64

struct capture {
	struct bpf_object *object;
	struct bpf_link *links[MAX_LINKS];
	struct bpf_program *programs[MAX_LINKS]; /* of each link */
	void *control;				 /* the object's .bss, shared with its programs */
	size_t control_size;
	napi_ref control_ref;
	struct ring *ring;
};

static napi_value fail(napi_env env, const char *stage, int error)
{
	napi_value result, value;

	error = error < 0 ? -error : error;
	napi_create_string_utf8(env, stage, NAPI_AUTO_LENGTH, &value);
	napi_create_error(env, NULL, value, &result);
	napi_set_named_property(env, result, "stage", value);
	napi_create_int32(env, error, &value);
	napi_set_named_property(env, result, "errno", value);
	napi_create_string_utf8(env, log_text(), NAPI_AUTO_LENGTH, &value);
	napi_set_named_property(env, result, "detail", value);
	napi_throw(env, result);
	return NULL;
}

static struct capture *get_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *args)
{
	void *capture = NULL;

	log_clear();
	napi_get_cb_info(env, info, &count, args, NULL, NULL);
	napi_get_value_external(env, args[0], &capture);
	return capture;
}

static void *get_bytes(napi_env env, napi_value value, size_t *length)
{
	void *data = NULL;

	*length = 0;
	napi_get_typedarray_info(env, value, NULL, length, &data, NULL, NULL);
	return data;
}

static struct bpf_map *get_map(napi_env env, struct capture *capture, napi_value value)
{
	char name[MAX_NAME] = "";

	napi_get_value_string_utf8(env, value, name, sizeof(name), NULL);
	return bpf_object__find_map_by_name(capture->object, name);
}

static struct bpf_program *get_program(napi_env env, struct bpf_object *object, napi_value value)
{
	char name[MAX_NAME] = "";

	napi_get_value_string_utf8(env, value, name, sizeof(name), NULL);
	return bpf_object__find_program_by_name(object, name);
}

/* Also of a capture that was opened only half. */
static void release(napi_env env, struct capture *capture)
{
	napi_value control;

	for (int i = MAX_LINKS - 1; i >= 0; i--)
		bpf_link__destroy(capture->links[i]);
	ring_close(capture->ring);
	if (capture->control_ref) {
		/* Whoever still holds the buffer finds it empty, not unmapped. */
		napi_get_reference_value(env, capture->control_ref, &control);
		napi_detach_arraybuffer(env, control);
		napi_delete_reference(env, capture->control_ref);
	}
	if (capture->control)
		munmap(capture->control, capture->control_size);
	bpf_object__close(capture->object);
	free(capture);
}

static int map_control(struct capture *capture)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, capture->object) {
		const char *name = bpf_map__name(map);
		size_t length = strlen(name);
		size_t page = sysconf(_SC_PAGESIZE);

		if (length < 4 || strcmp(name + length - 4, ".bss"))
			continue;
		capture->control_size = (bpf_map__value_size(map) + page - 1) & ~(page - 1);
		capture->control = mmap(NULL, capture->control_size, PROT_READ | PROT_WRITE, MAP_SHARED,
					bpf_map__fd(map), 0);
		if (capture->control != MAP_FAILED)
			return 0;
		capture->control = NULL;
		return -errno;
	}
	return -ENOENT;
}

/* Programs that are not to be loaded, by name. */
static void leave_out(napi_env env, struct bpf_object *object, napi_value names)
{
	struct bpf_program *program;
	napi_value value;
	uint32_t count = 0;

	napi_get_array_length(env, names, &count);
	for (uint32_t i = 0; i < count; i++) {
		napi_get_element(env, names, i, &value);
		program = get_program(env, object, value);
		if (program)
			bpf_program__set_autoload(program, false);
	}
}

/* open(object: Uint8Array, ringBytes: number, leftOut: string[]) */
static napi_value capture_open(napi_env env, napi_callback_info info)
{
	struct capture *capture = calloc(1, sizeof(*capture));
	napi_value args[3], handle, control;
	struct bpf_map *events, *wakes;
	uint32_t ring_bytes = 0;
	const char *stage;
	size_t length;
	void *bytes;
	int error;

	get_arguments(env, info, 3, args);
	bytes = get_bytes(env, args[0], &length);
	napi_get_value_uint32(env, args[1], &ring_bytes);

	stage = "open";
	capture->object = bpf_object__open_mem(bytes, length, NULL);
	error = capture->object ? 0 : errno;
	if (!error) {
		stage = "load";
		leave_out(env, capture->object, args[2]);
		events = bpf_object__find_map_by_name(capture->object, "events");
		wakes = bpf_object__find_map_by_name(capture->object, "wakes");
		error = events && wakes ? bpf_map__set_max_entries(events, ring_bytes) : -ENOENT;
	}
	if (!error)
		error = bpf_object__load(capture->object);
	if (!error) {
		stage = "map";
		error = map_control(capture);
	}
	if (!error)
		error = ring_open(env, bpf_map__fd(events), bpf_map__fd(wakes), &capture->ring);
	if (error) {
		release(env, capture);
		return fail(env, stage, error);
	}
	napi_create_external_arraybuffer(env, capture->control, capture->control_size, NULL, NULL, &control);
	napi_create_reference(env, control, 1, &capture->control_ref);
	napi_create_external(env, capture, NULL, NULL, &handle);
	return handle;
}

/* control(handle): ArrayBuffer over struct ciq_control */
static napi_value capture_control(napi_env env, napi_callback_info info)
{
	napi_value args[1], control;
	struct capture *capture = get_arguments(env, info, 1, args);

	napi_get_reference_value(env, capture->control_ref, &control);
	return control;
}

/* attach(handle, program: string) */
static napi_value capture_attach(napi_env env, napi_callback_info info)
{
	napi_value args[2];
	struct capture *capture = get_arguments(env, info, 2, args);
	struct bpf_program *program = get_program(env, capture->object, args[1]);

	if (!program)
		return fail(env, "attach", ENOENT);
	for (int i = 0; i < MAX_LINKS; i++) {
		if (capture->links[i])
			continue;
		capture->links[i] = bpf_program__attach(program);
		if (!capture->links[i])
			return fail(env, "attach", errno);
		capture->programs[i] = program;
		return NULL;
	}
	return fail(env, "attach", ENOSPC);
}

/* detach(handle, program: string) */
static napi_value capture_detach(napi_env env, napi_callback_info info)
{
	napi_value args[2];
	struct capture *capture = get_arguments(env, info, 2, args);
	struct bpf_program *program = get_program(env, capture->object, args[1]);

	for (int i = 0; i < MAX_LINKS; i++) {
		if (!capture->links[i] || capture->programs[i] != program)
			continue;
		bpf_link__destroy(capture->links[i]);
		capture->links[i] = NULL;
	}
	return NULL;
}

/* iterate(handle, program: string): Buffer of all that the program wrote */
static napi_value capture_iterate(napi_env env, napi_callback_info info)
{
	napi_value args[2], result;
	struct capture *capture = get_arguments(env, info, 2, args);
	struct bpf_program *program = get_program(env, capture->object, args[1]);
	struct bpf_link *link = program ? bpf_program__attach_iter(program, NULL) : NULL;
	char *text = NULL;
	size_t length = 0;
	int error;

	if (!link)
		return fail(env, "attach", program ? errno : ENOENT);
	error = iterator_read(link, &text, &length);
	bpf_link__destroy(link);
	if (!error)
		napi_create_buffer_copy(env, length, text, NULL, &result);
	free(text);
	return error ? fail(env, "iterate", error) : result;
}

/* set(handle, map: string, key: Uint8Array, value: Uint8Array) */
static napi_value capture_set(napi_env env, napi_callback_info info)
{
	napi_value args[4];
	struct capture *capture = get_arguments(env, info, 4, args);
	int fd = bpf_map__fd(get_map(env, capture, args[1]));
	size_t length;

	if (bpf_map_update_elem(fd, get_bytes(env, args[2], &length), get_bytes(env, args[3], &length), BPF_ANY))
		return fail(env, "map", errno);
	return NULL;
}

/* clear(handle, map: string, prefix: Uint8Array, at: number): removes the keys that have `prefix` at offset `at` */
static napi_value capture_clear(napi_env env, napi_callback_info info)
{
	napi_value args[4];
	struct capture *capture = get_arguments(env, info, 4, args);
	int fd = bpf_map__fd(get_map(env, capture, args[1]));
	uint32_t at = 0;
	size_t length;
	void *prefix = get_bytes(env, args[2], &length);

	napi_get_value_uint32(env, args[3], &at);
	map_clear(fd, prefix, length, at);
	return NULL;
}

/* entries(handle, map: string): Buffer of the keys of a hash map, behind each its value */
static napi_value capture_entries(napi_env env, napi_callback_info info)
{
	napi_value args[2], result;
	struct capture *capture = get_arguments(env, info, 2, args);
	struct bpf_map *map = get_map(env, capture, args[1]);
	char *entries = NULL;
	size_t length;
	int error;

	if (!map)
		return fail(env, "map", ENOENT);
	error = map_entries(map, &entries, &length);
	if (!error)
		napi_create_buffer_copy(env, length, entries, NULL, &result);
	free(entries);
	return error ? fail(env, "map", error) : result;
}

/* drain(handle, buffer: Uint8Array): bytes written, whole records only */
static napi_value capture_drain(napi_env env, napi_callback_info info)
{
	napi_value args[2], result;
	struct capture *capture = get_arguments(env, info, 2, args);
	size_t length;
	void *buffer = get_bytes(env, args[1], &length);

	napi_create_int64(env, ring_drain(capture->ring, buffer, length), &result);
	return result;
}

/* watch(handle, callback): calls back each time that `wake_at` of the control block is reached; may be called once */
static napi_value capture_watch(napi_env env, napi_callback_info info)
{
	napi_value args[2];
	struct capture *capture = get_arguments(env, info, 2, args);
	int error = ring_watch(capture->ring, args[1]);

	return error ? fail(env, "watch", error) : NULL;
}

/* close(handle): nothing else may be called with it afterwards */
static napi_value capture_close(napi_env env, napi_callback_info info)
{
	napi_value args[1];

	release(env, get_arguments(env, info, 1, args));
	return NULL;
}

/* clocks(into: BigInt64Array): CLOCK_MONOTONIC and CLOCK_REALTIME */
static napi_value clocks(napi_env env, napi_callback_info info)
{
	napi_value args[1];
	size_t count = 1, length;
	int64_t *into;

	napi_get_cb_info(env, info, &count, args, NULL, NULL);
	into = get_bytes(env, args[0], &length);
	clocks_read(&into[0], &into[1]);
	return NULL;
}

NAPI_MODULE_INIT()
{
	static const struct {
		const char *name;
		napi_callback function;
	} functions[] = {
		{ "open", capture_open },     { "control", capture_control }, { "attach", capture_attach },
		{ "detach", capture_detach }, { "iterate", capture_iterate }, { "set", capture_set },
		{ "clear", capture_clear },   { "entries", capture_entries }, { "drain", capture_drain },
		{ "watch", capture_watch },   { "close", capture_close },     { "clocks", clocks },
	};

	log_capture();
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
		napi_value function;

		napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].function, NULL, &function);
		napi_set_named_property(env, exports, functions[i].name, function);
	}
	return exports;
}
