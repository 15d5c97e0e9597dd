/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Connections over native MPTCP, whose bytes pass none of the hooks here: they are counted, so that nobody takes them for
 * none. Their subflows are TCP sockets that the kernel has made itself; the socket of the process is another one.
 */

/* By the address of its TCP socket: nothing else is remembered of a subflow. */
struct subflow {
	__u64 counted;	     /* bytes of both directions that are in control.mptcp_bytes, or came before it was in scope */
	__u32 scopes;	     /* control.scopes, when the clauses of its owner were looked up */
	__u32 owner_clauses; /* that a process satisfies which was seen to own it */
	__u32 role;
	__u32 is_counted;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct subflow);
} subflows SEC(".maps");

/*
 * Not so where an MPTCP listener has a client that speaks plain TCP, which is read; but where an MPTCP client has fallen back
 * to TCP, whose socket stays another one: tcp_sock.is_mptcp is about packets.
 */
static __always_inline bool is_subflow(const struct tcp_sock *tcp)
{
	const struct tcp_ulp_ops *protocol = FIELD(tcp, inet_conn.icsk_ulp_ops);

	/* "mptcp": others are "tls", "smc" and "espintcp". */
	return protocol && FIELD(protocol, name[0]) == 'm';
}

/*
 * `old_new`: of the two states where it changes. `owner_clauses`: those of a process that owns it. Global, for it is reached
 * in several places.
 */
__noinline int see_subflow(__u64 address, __u32 old_new, __u32 owner_clauses)
{
	const struct tcp_sock *tcp = typed_pointer(address, struct tcp_sock);
	const struct sock *sk = typed_pointer(address, struct sock);
	const struct ciq_scope *scope = &control.scope[control.bank & 1];
	struct subflow *flow = bpf_map_lookup_elem(&subflows, &address);
	__u64 moved = moved_bytes(sk, tcp);
	struct tuple t;
	__u32 clauses;

	read_tuple(sk, tcp, &t);
	clauses = clauses_of_socket(control.bank, &t, flow ? flow->role : CIQ_ROLE_UNKNOWN);
	if (!clauses)
		return 0;
	if (!flow) {
		struct subflow fresh = {};

		if (old_new == (TCP_CLOSE << 8 | TCP_SYN_SENT))
			fresh.role = CIQ_ROLE_CLIENT;
		else if (old_new == (TCP_SYN_RECV << 8 | TCP_ESTABLISHED))
			fresh.role = CIQ_ROLE_SERVER;
		else
			fresh.counted = moved;
		bpf_map_update_elem(&subflows, &address, &fresh, BPF_NOEXIST);
		flow = bpf_map_lookup_elem(&subflows, &address);
		if (!flow) {
			count_up(helper_failed, 1);
			return 0;
		}
	}
	/* Of another scope they are others. */
	if (flow->scopes != control.scopes) {
		flow->scopes = control.scopes;
		flow->owner_clauses = 0;
	}
	flow->owner_clauses |= owner_clauses | (scope->free[CIQ_BY_PID] & scope->free[CIQ_BY_COMM]);
	/* Not less: tcp_disconnect() forgets what was counted. */
	if (moved <= flow->counted || !(clauses & flow->owner_clauses))
		return 0;
	if (!flow->is_counted) {
		flow->is_counted = 1;
		count_up(mptcp, 1);
	}
	count_up(mptcp_bytes, moved - flow->counted);
	flow->counted = moved;
	return 0;
}

static __always_inline void see_subflow_of(const struct sock *sk, __u32 old_new, __u32 owner_clauses)
{
	__u64 address = 0;

	/* A number: as in open_socket_of(). */
	bpf_probe_read_kernel(&address, sizeof(address), &sk);
	see_subflow(address, old_new, owner_clauses);
}

/* Its owner is the running process where that holds the lock: packets are handled without, whatever they interrupt. */
static __always_inline void follow_subflow(const struct sock *sk, int old, int new)
{
	__u32 owner_clauses = FIELD(sk, sk_lock.owned) ? clauses_of_current(control.bank, ~0U) : 0;

	/* Still as its listener is, until it is known what the client speaks. */
	if (new != TCP_SYN_RECV)
		see_subflow_of(sk, old << 8 | new, owner_clauses);
}

static __always_inline void end_subflow(const struct sock *sk)
{
	__u64 key = (__u64)sk;

	see_subflow_of(sk, 0, 0);
	bpf_map_delete_elem(&subflows, &key);
}
