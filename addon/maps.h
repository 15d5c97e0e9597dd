/* SPDX-License-Identifier: MIT */
/* What takes more than one call of libbpf on a hash map. */
#ifndef CIQ_MAPS_H
#define CIQ_MAPS_H

#include <stddef.h>

struct bpf_map;

/* Removes the keys that have `prefix` at offset `at`. */
void map_clear(int fd, const void *prefix, size_t length, size_t at);

/* Its keys, behind each its value, in memory that the caller frees. Returns 0 or a negative errno. */
int map_entries(const struct bpf_map *map, char **entries, size_t *length);

#endif
