/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The maps of captures at the socket layer. */
#ifndef CIQ_SOCKET_MAPS_BPF_H
#define CIQ_SOCKET_MAPS_BPF_H

enum send_kind {
	SEND_USER_MEMORY,
	SEND_PAGES,	/* sendfile, splice: nothing to read at a user address */
	SEND_FAST_OPEN, /* user memory, in a SYN whose sequence number is not chosen yet */
};

/* A send call in scope, from its first byte at TCP to its return. */
struct send_call {
	__u64 by; /* compared only; 0: none is under way */
	__u64 pos;
	__u64 start;
	__u64 cookie;
	__u64 count;	 /* bytes in the iterator when the piece began */
	__u64 done;	 /* bytes of the call in earlier pieces */
	__u64 turn;	 /* as in struct socket_state, when the piece began */
	__u64 expected;	 /* SEND_PAGES: of so many first bytes payload comes from packets */
	struct user_bytes user;
	__u32 kind;
	__u32 tgid;
};

struct socket_memory {
	struct socket_state state;
	/* By the thread, as current_thread() gives it. */
	struct send_call call;
};

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct socket_memory);
} sockets SEC(".maps");

/*
 * Calls of threads that found another one's under way on their socket. By the socket: a thread is in one send at a time.
 * What is left by a call that never came to sock_send_length is overwritten by the next.
 */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct send_call);
} sends SEC(".maps");

/* NULL where nothing is remembered of a socket. */
static __always_inline struct socket_state *known_socket(struct sock *sk)
{
	struct socket_memory *memory = bpf_sk_storage_get(&sockets, sk, NULL, 0);

	return memory ? &memory->state : NULL;
}

static __always_inline struct socket_state *remember_socket(struct sock *sk)
{
	struct socket_memory *memory = bpf_sk_storage_get(&sockets, sk, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);

	return memory ? &memory->state : NULL;
}

/* Storage dies with its socket. */
static __always_inline void forget_socket(const struct sock *sk)
{
}

/* Payload of one record. A record that finds no room loses all of it, so not the 64 KiB that a packet may have. */
#define CHUNK_BYTES 16384

/* Scratch memory: for readers, for packets on their way out, which may interrupt others, and for the parts of a send. */
enum { BUFFER_RECEIVE, BUFFER_FILL, BUFFER_SEND, BUFFERS };

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, BUFFERS);
	__type(key, __u32);
	__type(value, __u8[CHUNK_BYTES]);
} buffers SEC(".maps");

#endif
