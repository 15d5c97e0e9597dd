/* SPDX-License-Identifier: MIT */
#include "maps.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The largest key is that of a name, 68 bytes. */
#define MAX_KEY 128

void map_clear(int fd, const void *prefix, size_t length, size_t at)
{
	unsigned char keys[2][MAX_KEY], *key = NULL, *next = keys[0];

	/* The key after a deleted one cannot be asked for: look ahead before deleting. */
	for (int error = bpf_map_get_next_key(fd, NULL, next); !error;) {
		key = next;
		next = key == keys[0] ? keys[1] : keys[0];
		error = bpf_map_get_next_key(fd, key, next);
		if (!memcmp(key + at, prefix, length))
			bpf_map_delete_elem(fd, key);
	}
}

int map_entries(const struct bpf_map *map, char **entries, size_t *length)
{
	size_t key_size = bpf_map__key_size(map), value_size = bpf_map__value_size(map);
	uint32_t count = bpf_map__max_entries(map);
	char *keys = malloc(count * key_size), *values = malloc(count * value_size);
	char *to = malloc(count * (key_size + value_size));
	uint64_t next;
	int error;

	*entries = to;
	error = keys && values && to ? bpf_map_lookup_batch(bpf_map__fd(map), NULL, &next, keys, values, &count, NULL) : -ENOMEM;
	/* These are all. */
	if (error == -ENOENT)
		error = 0;
	for (uint32_t i = 0; !error && i < count; i++) {
		memcpy(to, keys + i * key_size, key_size);
		memcpy(to + key_size, values + i * value_size, value_size);
		to += key_size + value_size;
	}
	*length = count * (key_size + value_size);
	free(keys);
	free(values);
	return error;
}
