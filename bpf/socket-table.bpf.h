/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Where captures by system calls remember sockets: by address, for a socket behind a descriptor has no typed pointer. */
#ifndef CIQ_SOCKET_TABLE_BPF_H
#define CIQ_SOCKET_TABLE_BPF_H

/* Payload of one record: twice this has to fit a value of a map for each CPU, which may have 32 KiB. */
#define CHUNK_BYTES 8192

/* Written by whatever sees a TCP socket first; tcp_destroy_sock deletes. Sockets beyond are not seen, and counted. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 262144);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct socket_state);
} sockets SEC(".maps");

/* NULL where nothing is remembered of a socket. */
static __always_inline struct socket_state *known_socket(const struct sock *sk)
{
	__u64 key = (__u64)sk;

	return bpf_map_lookup_elem(&sockets, &key);
}

/* Not inlined, for the stack's sake: see fresh_transfer() in calls.bpf.c. */
static __noinline struct socket_state *remember_socket(const struct sock *sk)
{
	struct socket_state *state = known_socket(sk);
	struct socket_state fresh = {};
	__u64 key = (__u64)sk;

	if (state)
		return state;
	bpf_map_update_elem(&sockets, &key, &fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&sockets, &key);
}

static __always_inline void forget_socket(const struct sock *sk)
{
	__u64 key = (__u64)sk;

	bpf_map_delete_elem(&sockets, &key);
}

/* A thread's send call that is under way. A thread is in one at a time; one that failed is overwritten by the next. */
struct send_begin {
	__u64 sk; /* compared only; 0: none */
	__u64 time;
	__u32 seq; /* that the next byte gets */
	__u32 connecting; /* it is not known yet */
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct send_begin);
} send_begins SEC(".maps");

#endif
