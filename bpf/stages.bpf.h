/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Where the bytes of a socket have got to, and when. Kept while control.stages is set, apart from struct socket_state, so
 * that captures without stages do not pay for it. Sequence numbers are compared by their signed difference.
 */
#ifndef CIQ_STAGES_BPF_H
#define CIQ_STAGES_BPF_H

/* A power of two: packets that a socket holds unread, with their times. More than HTTP's usual message, less than 1 KiB. */
#define ARRIVALS 16

/* A packet that has brought bytes which the process has not read. */
struct arrival {
	__u32 seq;
	__u32 end;
	__u64 received; /* 0 where a hook has not seen it */
	__u64 tcp;
	__u64 readable;
	__u32 interface;
	__u32 reserved;
};

/* How far the bytes of a socket have come on their way out past one hook. */
struct departure {
	__u32 to;
	__u32 reserved;
	/* Of the packets with bytes behind stage_state.told: when the first came by, and the newest. */
	__u64 first;
	__u64 last;
};

struct stage_state {
	__u64 cookie; /* 0: not known to be in scope */
	__u64 told;   /* position after the bytes whose data event has been sent; 0: none was announced */
	struct departure queued;
	struct departure sent;
	__u32 out_interface;
	__u32 in_interface;
	__u32 readable_to; /* rcv_nxt as of the newest sk_data_ready */
	/* Of the arrivals, counted on for ever. */
	__u32 oldest;
	__u32 next;
	__u32 reserved;
	struct arrival arrivals[ARRIVALS];
};

#ifdef CIQ_UNTYPED_SOCKETS
#include "stage-table.bpf.h"
#else
#include "stage-storage.bpf.h"
#endif

struct interface_key {
	__u32 netns;
	__u32 index;
};

/* Interfaces that CIQ_INTERFACE has named. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct interface_key);
	__type(value, __u32);
} interfaces SEC(".maps");

#define after(a, b) ((__s32)((__u32)(a) - (__u32)(b)) > 0)

static __always_inline struct stage_state *stage_state(struct sock *sk, struct tcp_sock *tcp)
{
	struct stage_state *state = known_stages(sk);

	if (state)
		return state;
	state = remember_stages(sk);
	if (state)
		state->readable_to = FIELD(tcp, rcv_nxt);
	else
		count_up(helper_failed, 1);
	return state;
}

/* The socket connects once more: what is known is of other sequence numbers. */
static __always_inline void forget_connection(struct sock *sk)
{
	struct stage_state *state = known_stages(sk);

	if (!state)
		return;
	state->cookie = 0;
	state->told = 0;
	state->oldest = state->next;
}

static __noinline int name_interface(const struct net_device *device)
{
	const struct net *net = FIELD(device, nd_net.net);
	struct interface_key key = { .netns = FIELD(net, ns.inum), .index = FIELD(device, ifindex) };
	struct ciq_interface *record;
	__u32 named = 1;

	if (bpf_map_lookup_elem(&interfaces, &key) || !reserve_record(record, CIQ_INTERFACE, 0))
		return 0;
	record->netns = key.netns;
	record->index = key.index;
	bpf_probe_read_kernel_str(record->name, sizeof(record->name), device->name);
	submit_record(record);
	if (bpf_map_update_elem(&interfaces, &key, &named, BPF_ANY))
		count_up(helper_failed, 1);
	return 0;
}

static __always_inline void emit_stages(__u64 cookie, __u8 flags, __u64 pos, __u32 length,
					struct stage_times *stages)
{
	struct {
		struct ciq_stage stage;
		__u64 times[MAX_STAGES]; /* user space takes only those that the header's size counts */
	} *record = bpf_ringbuf_reserve(&events, sizeof(*record), 0);
	struct ciq_stage *stage = &record->stage;

	if (!record) {
		count_lost(0);
		return;
	}
	__builtin_memcpy(record->times, stages->times, sizeof(record->times));
	set_header(&stage->h, sizeof(*stage) + stage_bytes(stages), CIQ_STAGE, flags, bpf_ktime_get_ns(), cookie);
	stage->pos = pos;
	stage->len = length;
	stage->stage_mask = stages->mask;
	stage->reserved = 0;
	submit_record(record);
}

#endif
