/* SPDX-License-Identifier: MIT */
/* What libbpf says, kept for the error message instead of going to stderr. */
#ifndef CIQ_LOG_H
#define CIQ_LOG_H

void log_capture(void);
void log_clear(void);
/* The end of what was said since log_clear(). */
const char *log_text(void);

#endif
