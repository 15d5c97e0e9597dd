/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Where captures by system calls keep stages: by the address of the socket, as socket-table.bpf.h. */
#ifndef CIQ_STAGE_TABLE_BPF_H
#define CIQ_STAGE_TABLE_BPF_H

/* Written by the hooks of the capture, for sockets that may be in scope; tcp_destroy_sock deletes. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct stage_state);
} stage_states SEC(".maps");

/* One that is all zero: a new state does not fit the stack. Never written. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct stage_state);
} no_stages SEC(".maps");

static __always_inline struct stage_state *known_stages(const struct sock *sk)
{
	__u64 key = (__u64)sk;

	return bpf_map_lookup_elem(&stage_states, &key);
}

static __always_inline struct stage_state *remember_stages(const struct sock *sk)
{
	__u64 key = (__u64)sk;
	__u32 zero = 0;
	struct stage_state *fresh = bpf_map_lookup_elem(&no_stages, &zero);

	if (fresh)
		bpf_map_update_elem(&stage_states, &key, fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&stage_states, &key);
}

static __always_inline void forget_stages(const struct sock *sk)
{
	__u64 key = (__u64)sk;

	bpf_map_delete_elem(&stage_states, &key);
}

#endif
