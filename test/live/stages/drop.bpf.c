// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Drops the first packets with TCP payload that come to an interface: a loss for tests, where the kernel has no netem. */
#include "kernel.h"
#include <bpf/bpf_helpers.h>

/* include/uapi/linux/bpf.h */
enum { XDP_DROP = 1, XDP_PASS = 2 };

struct xdp_md {
	__u32 data;
	__u32 data_end;
};

#define DROPS 2
#define TCP 6
#define ETHERNET 14
#define ACK 0x10

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} dropped SEC(".maps");

SEC("xdp")
int drop(struct xdp_md *context)
{
	__u8 *data = (__u8 *)(long)context->data, *end = (__u8 *)(long)context->data_end;
	__u8 *ip = data + ETHERNET, *tcp = ip + 20;
	__u32 key = 0, total;
	__u64 *count;

	/* IPv4 without options (RFC 791 section 3.1), TCP (RFC 9293 section 3.1) */
	if (tcp + 20 > end || ip[0] != 0x45 || ip[9] != TCP)
		return XDP_PASS;
	total = ip[2] << 8 | ip[3];
	if (total <= 20 + (tcp[12] >> 4) * 4)
		return XDP_PASS;
	count = bpf_map_lookup_elem(&dropped, &key);
	if (!count || *count >= DROPS)
		return XDP_PASS;
	++*count;
	return XDP_DROP;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
