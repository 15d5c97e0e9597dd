/* SPDX-License-Identifier: MIT */
#ifndef CIQ_ITERATOR_H
#define CIQ_ITERATOR_H

#include <stddef.h>

struct bpf_link;

/*
 * Runs an attached iterator to its end; what its program wrote is appended to `text`, which the caller frees. Returns 0 or
 * a negative errno.
 */
int iterator_read(struct bpf_link *link, char **text, size_t *length);

#endif
