/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "log.h"

#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The verifier's log may have megabytes, and its reason stands at the end. */
#define KEPT_BYTES 8192

static char kept[KEPT_BYTES + 1];

static void append(const char *text)
{
	size_t length = strlen(text), old = strlen(kept);

	if (length > KEPT_BYTES) {
		text += length - KEPT_BYTES;
		length = KEPT_BYTES;
	}
	if (old + length > KEPT_BYTES) {
		size_t dropped = old + length - KEPT_BYTES;

		memmove(kept, kept + dropped, old - dropped);
		old -= dropped;
	}
	memcpy(kept + old, text, length);
	kept[old + length] = 0;
}

static int keep(enum libbpf_print_level level, const char *format, va_list args)
{
	char *text;

	if (level == LIBBPF_DEBUG || vasprintf(&text, format, args) < 0)
		return 0;
	append(text);
	free(text);
	return 0;
}

void log_capture(void)
{
	libbpf_set_print(keep);
}

void log_clear(void)
{
	kept[0] = 0;
}

const char *log_text(void)
{
	return kept;
}
