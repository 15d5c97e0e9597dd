/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* A program that does nothing: what the kernel counts of its runs is the count itself. The maps are what the addon asks for. */
#include "kernel.h"
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps"), wakes SEC(".maps");

int control;

SEC("tp_btf/tcp_probe")
int empty(void *context)
{
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
