/* SPDX-License-Identifier: MIT */
#include "ring.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

/* A record and its header, rounded up, as bpf/payload.bpf.h makes them at most. */
#define MAX_RECORD (16384 + 256)

struct ring {
	napi_env env;
	struct ring_buffer *events;
	struct ring_buffer *wakes;
	uv_poll_t poll;
	napi_ref callback; /* NULL: `poll` was not given to libuv */
	/* Of the drain under way. */
	char *to;
	size_t used;
	size_t size;
};

static int copy_record(void *context, void *data, size_t size)
{
	struct ring *ring = context;
	/* A record's first field is the part of it that was written: nothing else of the ring leaves it. */
	uint32_t written = *(uint32_t *)data;

	if (written > size || written > ring->size - ring->used)
		return -EMSGSIZE;
	memcpy(ring->to + ring->used, data, written);
	ring->used += written;
	/* The record of a negative answer counts as read, so stop while the next one is sure to fit. */
	return ring->size - ring->used < MAX_RECORD ? -ENOBUFS : 0;
}

static int skip_record(void *context, void *data, size_t size)
{
	(void)context, (void)data, (void)size;
	return 0;
}

static void free_ring(struct ring *ring)
{
	ring_buffer__free(ring->events);
	ring_buffer__free(ring->wakes);
	free(ring);
}

int ring_open(napi_env env, int events_fd, int wakes_fd, struct ring **result)
{
	struct ring *ring = calloc(1, sizeof(*ring));
	int error;

	if (!ring)
		return -ENOMEM;
	ring->env = env;
	ring->poll.data = ring;
	ring->events = ring_buffer__new(events_fd, copy_record, ring, NULL);
	ring->wakes = ring->events ? ring_buffer__new(wakes_fd, skip_record, NULL, NULL) : NULL;
	if (!ring->wakes) {
		error = -errno;
		free_ring(ring);
		return error;
	}
	*result = ring;
	return 0;
}

size_t ring_drain(struct ring *ring, void *buffer, size_t size)
{
	ring->to = buffer;
	ring->used = 0;
	ring->size = size;
	if (size >= MAX_RECORD)
		ring_buffer__consume(ring->events);
	return ring->used;
}

static void on_wake(uv_poll_t *poll, int status, int events)
{
	struct ring *ring = poll->data;
	napi_env env = ring->env;
	napi_value callback, receiver, exception;
	napi_handle_scope scope;

	(void)status, (void)events;
	ring_buffer__consume(ring->wakes);
	napi_open_handle_scope(env, &scope);
	napi_get_reference_value(env, ring->callback, &callback);
	napi_get_global(env, &receiver);
	if (napi_make_callback(env, NULL, receiver, callback, 0, NULL, NULL) == napi_pending_exception) {
		napi_get_and_clear_last_exception(env, &exception);
		napi_fatal_exception(env, exception);
	}
	napi_close_handle_scope(env, scope);
}

int ring_watch(struct ring *ring, napi_value callback)
{
	uv_loop_t *loop;
	int error;

	napi_get_uv_event_loop(ring->env, &loop);
	error = uv_poll_init(loop, &ring->poll, ring_buffer__epoll_fd(ring->wakes));
	if (error)
		return error;
	napi_create_reference(ring->env, callback, 1, &ring->callback);
	return uv_poll_start(&ring->poll, UV_READABLE, on_wake);
}

static void on_closed(uv_handle_t *poll)
{
	free_ring(poll->data);
}

void ring_close(struct ring *ring)
{
	if (!ring)
		return;
	if (!ring->callback) {
		free_ring(ring);
		return;
	}
	napi_delete_reference(ring->env, ring->callback);
	uv_close((uv_handle_t *)&ring->poll, on_closed);
}
