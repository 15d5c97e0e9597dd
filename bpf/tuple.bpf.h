/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Addresses and ports of a TCP socket, as events and the scope want them. */
#ifndef CIQ_TUPLE_BPF_H
#define CIQ_TUPLE_BPF_H

struct tuple {
	__u8 local_addr[16];
	__u8 remote_addr[16];
	__u16 local_port;
	__u16 remote_port;
	__u32 netns;
	__u32 family; /* 4 or 6 */
};

/* Socket hooks fire for every family: nothing of a socket may be read as TCP before this has been asked. */
static __always_inline bool is_tcp(const struct sock *sk)
{
	__u16 family = FIELD(sk, __sk_common.skc_family);

	return (family == AF_INET || family == AF_INET6) && FIELD(sk, sk_protocol) == IPPROTO_TCP;
}

/* Not bpf_skc_to_tcp_sock(): that is refused for the socket of a received packet. */
#define tcp_of(sk) typed_pointer(sk, struct tcp_sock)

/* NULL for what is not TCP. */
static __always_inline struct tcp_sock *as_tcp(const struct sock *sk)
{
	return is_tcp(sk) ? tcp_of(sk) : NULL;
}

static __always_inline void map_ipv4(__u8 to[16], __be32 addr)
{
	__u32 *words = (__u32 *)to;

	words[0] = 0;
	words[1] = 0;
	words[2] = bpf_htonl(0xffff);
	words[3] = addr;
}

static __always_inline void read_tuple(const struct sock *sk, const struct tcp_sock *tcp, struct tuple *t)
{
	const struct net *net = FIELD(sk, __sk_common.skc_net.net);

	/* Not skc_num: that is 0 once a reset socket has given its port back, while its reader may still be reading. */
	t->local_port = bpf_ntohs(FIELD(tcp, inet_conn.icsk_inet.inet_sport));
	t->remote_port = bpf_ntohs(FIELD(sk, __sk_common.skc_dport));
	t->netns = FIELD(net, ns.inum);
	if (FIELD(sk, __sk_common.skc_family) == AF_INET) {
		map_ipv4(t->local_addr, FIELD(sk, __sk_common.skc_rcv_saddr));
		map_ipv4(t->remote_addr, FIELD(sk, __sk_common.skc_daddr));
		t->family = 4;
		return;
	}
	const __u32 *words = (const __u32 *)t->remote_addr;

	bpf_probe_read_kernel(t->local_addr, 16, &sk->__sk_common.skc_v6_rcv_saddr);
	bpf_probe_read_kernel(t->remote_addr, 16, &sk->__sk_common.skc_v6_daddr);
	t->family = !words[0] && !words[1] && words[2] == bpf_htonl(0xffff) ? 4 : 6;
}

#endif
