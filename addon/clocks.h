/* SPDX-License-Identifier: MIT */
#ifndef CIQ_CLOCKS_H
#define CIQ_CLOCKS_H

#include <stdint.h>

/* The machine's CLOCK_MONOTONIC, which BPF programs read, and CLOCK_REALTIME in ns, as of one moment. */
void clocks_read(int64_t *monotonic, int64_t *wall);

#endif
