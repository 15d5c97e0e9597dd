// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The least that capture at the sockets can be: each transfer of a connection of one port as an event with all its bytes,
 * the times of its stages beside them from storage of the socket. It knows no scope but the port, no budget, no order of
 * threads, no processes, no sendfile, no half-known connections, and tells of no gap: what is measured with it is the way
 * from the socket through the ring, and nothing else.
 */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>

#include "access.bpf.h"

/* Written by consumer.c. */
const volatile struct {
	__u16 port;
	/* What is sent to the port, too, where its sender is on this machine. */
	__u16 both_ends;
} settings;

__u64 dropped;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 32 << 20);
} events SEC(".maps");

struct socket_state {
	/* Of the send that is under way. */
	__u64 base;
	__u64 offset;
	__u64 segments;
	__u64 begun;
	__u32 seq;
	__u32 sending;
	/* Of the packets that went and came last. */
	__u64 queued;
	__u64 transmitted;
	__u64 received;
	__u64 arrived;
	__u64 readable;
};

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct socket_state);
} sockets SEC(".maps");

/* The packet that a processor took last. */
struct reception {
	__u64 skb;
	__u64 time;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct reception);
} receptions SEC(".maps");

struct event {
	__u64 socket;
	__u64 start;
	__u64 time;
	__u64 stages[3];
	__u32 seq;
	__u32 length;
	__u32 is_in;
	__u32 reserved;
	__u8 bytes[];
};

extern int bpf_dynptr_from_skb(struct __sk_buff *skb, __u64 flags, struct bpf_dynptr *ptr) __ksym;

/* In one register, and compared in it: what the compiler would make of a minimum is lost on the verifier. */
static __always_inline __u64 at_most(__u64 bytes, const __u32 limit)
{
	asm volatile("if %0 <= %[limit] goto +1\n%0 = %[limit]" : "+r"(bytes) : [limit] "i"(limit));
	return bytes;
}

static __always_inline bool is_watched(const struct sock *sk)
{
	__u16 family = sk->__sk_common.skc_family;

	if (family != AF_INET && family != AF_INET6)
		return 0;
	if (sk->__sk_common.skc_num == settings.port)
		return 1;
	return settings.both_ends && sk->__sk_common.skc_dport == bpf_htons(settings.port);
}

static __always_inline struct socket_state *state_of(struct sock *sk)
{
	if (!sk || !is_watched(sk))
		return NULL;
	return bpf_sk_storage_get(&sockets, sk, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
}

static __always_inline struct event *reserve(__u32 bytes)
{
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event) + bytes, 0);

	if (!event)
		__sync_fetch_and_add(&dropped, 1);
	return event;
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(inet_sock_set_state, struct sock *sk, int from, int to)
{
	state_of(sk);
	return 0;
}

SEC("tp_btf/tcp_sendmsg_locked")
int BPF_PROG(tcp_sendmsg_locked, struct sock *sk, const struct msghdr *msg)
{
	struct socket_state *state = state_of(sk);
	const struct iov_iter *iter = &msg->msg_iter;
	struct tcp_sock *tcp = typed_pointer(sk, struct tcp_sock);

	if (!state || state->sending)
		return 0;
	state->sending = 1;
	state->begun = bpf_ktime_get_ns();
	state->seq = tcp->write_seq;
	state->offset = iter->iov_offset;
	state->segments = iter->iter_type == ITER_UBUF ? 0 : iter->nr_segs;
	state->base = iter->iter_type == ITER_UBUF ? (__u64)iter->ubuf : (__u64)iter->__iov;
	return 0;
}

/* The bytes of an array of vectors, behind one another; what is longer than `room` is left out. */
static __always_inline void copy_vectors(__u8 *to, __u32 room, const struct socket_state *state, __u32 length)
{
	__u64 skipped = state->offset;
	__u32 at = 0;

	for (int i = 0; i < 4 && i < state->segments && at < length; i++) {
		struct iovec vector;
		__u64 bytes;

		if (bpf_probe_read_kernel(&vector, sizeof(vector), (struct iovec *)state->base + i))
			return;
		bytes = vector.iov_len - skipped;
		if (bytes > length - at)
			bytes = length - at;
		if (at >= room)
			return;
		bpf_probe_read_user(to + at, at_most(bytes, room), vector.iov_base + skipped);
		at += bytes;
		skipped = 0;
	}
}

static __always_inline void set_sent(struct event *event, const struct sock *sk, const struct socket_state *state,
				     __u32 length)
{
	event->socket = (__u64)sk;
	event->start = state->begun;
	event->time = bpf_ktime_get_ns();
	event->stages[0] = state->queued;
	event->stages[1] = state->transmitted;
	event->stages[2] = 0;
	event->seq = state->seq;
	event->length = length;
	event->is_in = 0;
}

/* Twice the room: where the second part begins is not known to be before the end of what the first may be. */
#define EMIT_SENT(room)                                                                                                \
	{                                                                                                              \
		struct event *event = reserve(2 * (room));                                                             \
		if (!event)                                                                                            \
			return 0;                                                                                      \
		set_sent(event, sk, state, length);                                                                    \
		if (state->segments)                                                                                   \
			copy_vectors(event->bytes, room, state, length);                                               \
		else                                                                                                   \
			bpf_probe_read_user(event->bytes, at_most(length, room),                           \
					    (void *)state->base + state->offset);                                      \
		bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);                                                           \
	}

SEC("tp_btf/sock_send_length")
int BPF_PROG(sock_send_length, struct sock *sk, int ret)
{
	struct socket_state *state = state_of(sk);
	__u32 length = ret;

	if (!state || !state->sending)
		return 0;
	state->sending = 0;
	if (ret <= 0)
		return 0;
	if (length <= 256)
		EMIT_SENT(256)
	else if (length <= 1024)
		EMIT_SENT(1024)
	else
		EMIT_SENT(4096)
	return 0;
}

#define EMIT_RECEIVED(room)                                                                                            \
	{                                                                                                              \
		struct event *event = reserve(room);                                                                   \
		if (!event)                                                                                            \
			return 0;                                                                                      \
		event->socket = (__u64)sk;                                                                             \
		event->start = event->time = bpf_ktime_get_ns();                                                       \
		event->stages[0] = state->received;                                                                    \
		event->stages[1] = state->arrived;                                                                     \
		event->stages[2] = state->readable;                                                                    \
		event->seq = copied;                                                                                   \
		event->length = length;                                                                                \
		event->is_in = 1;                                                                                      \
		bpf_dynptr_read(event->bytes, at_most(length, room), &bytes, offset, 0);                   \
		bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);                                                           \
	}

SEC("tp_btf/skb_copy_datagram_iovec")
int BPF_PROG(skb_copy_datagram_iovec, const struct sk_buff *skb, int len)
{
	struct sock *sk = skb->sk;
	struct socket_state *state = state_of(sk);
	struct bpf_dynptr bytes;
	__u32 length = len, copied;
	struct tcp_sock *tcp;
	__s32 offset;

	if (!state || len <= 0)
		return 0;
	tcp = typed_pointer(sk, struct tcp_sock);
	copied = tcp->copied_seq;
	offset = copied - ((const struct tcp_skb_cb *)skb->cb)->seq;
	if (offset < 0 || bpf_dynptr_from_skb((struct __sk_buff *)skb, 0, &bytes))
		return 0;
	if (length <= 256)
		EMIT_RECEIVED(256)
	else if (length <= 1024)
		EMIT_RECEIVED(1024)
	else
		EMIT_RECEIVED(4096)
	return 0;
}

static __always_inline struct socket_state *sender_of(struct sk_buff *skb)
{
	struct sock *sk = skb->sk;

	if (!sk || !is_watched(sk))
		return NULL;
	return bpf_sk_storage_get(&sockets, sk, NULL, 0);
}

SEC("tp_btf/net_dev_queue")
int BPF_PROG(net_dev_queue, struct sk_buff *skb)
{
	struct socket_state *state = sender_of(skb);

	if (state && state->sending)
		state->queued = bpf_ktime_get_ns();
	return 0;
}

SEC("tp_btf/net_dev_start_xmit")
int BPF_PROG(net_dev_start_xmit, struct sk_buff *skb)
{
	struct socket_state *state = sender_of(skb);

	if (state && state->sending)
		state->transmitted = bpf_ktime_get_ns();
	return 0;
}

SEC("tp_btf/netif_receive_skb")
int BPF_PROG(netif_receive_skb, struct sk_buff *skb)
{
	__u32 key = 0;
	struct reception *last = bpf_map_lookup_elem(&receptions, &key);

	if (!last)
		return 0;
	last->skb = (__u64)skb;
	last->time = bpf_ktime_get_ns();
	return 0;
}

SEC("tp_btf/tcp_probe")
int BPF_PROG(tcp_probe, struct sock *sk, struct sk_buff *skb)
{
	const struct tcp_skb_cb *cb = (const struct tcp_skb_cb *)skb->cb;
	__u32 key = 0;
	struct reception *last;
	struct socket_state *state = cb->seq == cb->end_seq ? NULL : state_of(sk);

	if (!state)
		return 0;
	state->arrived = bpf_ktime_get_ns();
	last = bpf_map_lookup_elem(&receptions, &key);
	state->received = last && last->skb == (__u64)skb ? last->time : 0;
	return 0;
}

SEC("tp_btf/sk_data_ready")
int BPF_PROG(sk_data_ready, struct sock *sk)
{
	struct socket_state *state = state_of(sk);

	if (state)
		state->readable = bpf_ktime_get_ns();
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
