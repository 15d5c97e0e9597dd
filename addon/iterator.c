/* SPDX-License-Identifier: MIT */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "iterator.h"

/* The kernel hands out what an iterator wrote in at most eight pages a call. */
#define ITERATOR_BYTES 32768

static int read_all(int fd, char **text, size_t *length)
{
	size_t size = 0;
	ssize_t count;

	for (;;) {
		if (*length == size) {
			char *larger = realloc(*text, size + ITERATOR_BYTES);

			if (!larger)
				return -ENOMEM;
			*text = larger;
			size += ITERATOR_BYTES;
		}
		count = read(fd, *text + *length, size - *length);
		if (!count)
			return 0;
		if (count > 0)
			*length += count;
		/* EAGAIN: a million objects without a word (kernel/bpf/bpf_iter.c, MAX_ITER_OBJECTS). */
		else if (errno != EAGAIN && errno != EINTR)
			return -errno;
	}
}

int iterator_read(struct bpf_link *link, char **text, size_t *length)
{
	int error, fd = bpf_iter_create(bpf_link__fd(link));

	if (fd < 0)
		return -errno;
	error = read_all(fd, text, length);
	close(fd);
	return error;
}
