/* SPDX-License-Identifier: MIT */
/* The ring buffer's reading end. */
#ifndef CIQ_RING_H
#define CIQ_RING_H

#include <node_api.h>
#include <stddef.h>

struct ring;

/* All return 0 or a negative errno. */
int ring_open(napi_env env, int events_fd, int wakes_fd, struct ring **ring);
/* From now on calls back for what comes into `wakes`; once for a ring. */
int ring_watch(struct ring *ring, napi_value callback);
void ring_close(struct ring *ring);

/* Copies whole records, as many as there are and fit; returns the number of bytes. */
size_t ring_drain(struct ring *ring, void *buffer, size_t size);

#endif
