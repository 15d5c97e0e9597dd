/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The state of a socket: found or made, judged against the scope, announced to user space. */
#ifndef CIQ_SOCKET_BPF_H
#define CIQ_SOCKET_BPF_H

/* Added to the first sequence number seen, so that bytes before it have positions too. */
#define FIRST_POSITION (1ULL << 32)

/*
 * The 64-bit position of a sequence number near a known position. What lies behind is at most one window (RFC 7323
 * section 2.3: below 2^30); so anything else is ahead, where splice may have moved a socket by gigabytes unseen.
 */
static __always_inline __u64 unwrap(__u64 near, __u32 seq)
{
	__u32 ahead = seq - (__u32)near;

	return ahead > 0xc0000000 ? near - (__u32)-ahead : near + ahead;
}

/*
 * The state of a socket, made when it is new. The cookie is our own number: bpf_get_socket_cookie() is refused for the
 * socket of a received packet.
 */
static __always_inline struct socket_state *socket_state(struct sock *sk)
{
	struct socket_state *state = remember_socket(sk);

	if (!state)
		count_up(helper_failed, 1);
	else if (!state->cookie)
		/* At system calls no lock keeps another processor from the same. */
		__sync_val_compare_and_swap(&state->cookie, 0, __sync_fetch_and_add(&control.sockets, 1) + 1);
	return state;
}

/* NULL for what is not TCP; only TCP sockets are remembered. Nothing is while nothing is in scope. */
static __always_inline struct socket_state *known_or_new_socket(struct sock *sk)
{
	struct socket_state *state;

	if (!has_port_in_bounds(sk))
		return NULL;
	state = known_socket(sk);
	if (state && state->cookie)
		return state;
	return control.scope[control.bank & 1].clauses && is_tcp(sk) ? socket_state(sk) : NULL;
}

/* Is the end of a connection that a task's process owns in scope? */
static __noinline bool judge_owner(const struct sock *sk, const struct tcp_sock *tcp, __u32 role,
				   struct task_struct *task)
{
	__u32 bank = control.bank & 1;
	const struct ciq_scope *scope = &control.scope[bank];
	struct tuple t = {};
	__u32 clauses;

	read_tuple(sk, tcp, &t);
	clauses = clauses_of_socket(bank, &t, role);
	return clauses && clauses_of_process(scope, bank, clauses, task);
}

/* What the running process leaves of the clauses. Global, as clauses_of_socket(). */
__noinline int clauses_of_current(__u32 bank, __u32 clauses)
{
	return clauses_of_process(&control.scope[bank & 1], bank, clauses, bpf_get_current_task_btf());
}

static __noinline bool judge_socket(const struct sock *sk, const struct tcp_sock *tcp,
				    const struct socket_state *state)
{
	__u32 bank = control.bank & 1;
	struct tuple t = {};
	__u32 clauses;

	read_tuple(sk, tcp, &t);
	clauses = clauses_of_socket(bank, &t, state->role);
	return clauses && clauses_of_current(bank, clauses);
}

/* The kernel keeps it in eighths of a microsecond (include/linux/tcp.h). */
static __always_inline __u64 round_trip(const struct tcp_sock *tcp)
{
	return (__u64)(FIELD(tcp, srtt_us) >> 3) * 1000;
}

static __always_inline void read_counts(const struct tcp_sock *tcp, struct ciq_tcp_counts *counts)
{
	counts->rtt = round_trip(tcp);
	counts->retransmits = FIELD(tcp, total_retrans);
	counts->reserved = 0;
}

static __always_inline bool awaits_packets(const struct socket_state *state)
{
	return state->fill_next < state->fill_to;
}

/* An end begins to speak at `pos`, or goes on. */
static __always_inline void take_turn(struct socket_state *state, enum speaker speaker, __u64 pos)
{
	if (state->speaker == speaker)
		return;
	state->speaker = speaker;
	state->turn = pos;
}

/* Judged once for a process and a scope. `thread` as current_thread() gives it. */
static __always_inline bool in_scope(const struct sock *sk, const struct tcp_sock *tcp, struct socket_state *state,
				     __u64 thread)
{
	__u32 generation = *(volatile __u32 *)&control.generation;

	if (state->judged_tgid != thread >> 32 || state->generation != generation) {
		state->in_scope = judge_socket(sk, tcp, state);
		state->judged_tgid = thread >> 32;
		state->generation = generation;
	}
	return state->in_scope;
}

/* What most sockets of the machine come to when a call of the process ends: it was out of scope when it began. */
static __always_inline bool was_out_of_scope(const struct socket_state *state, __u64 thread)
{
	return !state->in_scope && state->judged_tgid == thread >> 32;
}

/* What has been read up to now. A reader that comes to the peer's FIN takes its sequence number too, with the last bytes. */
static __always_inline __u32 read_to(const struct sock *sk, const struct tcp_sock *tcp)
{
	__u32 end = FIELD(tcp, copied_seq);
	bool ended = FIELD(sk, __sk_common.skc_flags) >> SOCK_DONE & 1;

	return ended && end == FIELD(tcp, rcv_nxt) ? end - 1 : end;
}

/* Bytes that have been read up to a sequence number; TCP counts a FIN that has come as one more. */
static __always_inline __u64 bytes_read(const struct tcp_sock *tcp, __u32 seq)
{
	__u64 received = FIELD(tcp, bytes_received);
	__u32 unread = FIELD(tcp, rcv_nxt) - seq;

	return received > unread ? received - unread : 0;
}

/* Bytes that have left at least once. */
static __always_inline __u64 bytes_sent(const struct tcp_sock *tcp)
{
	__u64 sent = FIELD(tcp, bytes_sent), again = FIELD(tcp, bytes_retrans);

	return sent > again ? sent - again : 0;
}

static __always_inline __u64 moved_bytes(const struct sock *sk, const struct tcp_sock *tcp)
{
	return bytes_read(tcp, read_to(sk, tcp)) + bytes_sent(tcp);
}

/*
 * CIQ_OPEN before the socket's first event. `written`: bytes already counted in write_seq that are still to be told of.
 * Global, for it is reached in several places of a program.
 */
__noinline int open_socket_at(__u64 address, struct socket_state *state, __u32 tgid, __u32 written)
{
	const struct sock *sk = typed_pointer(address, struct sock);
	const struct tcp_sock *tcp = typed_pointer(address, struct tcp_sock);
	__u8 tcp_state = FIELD(sk, __sk_common.skc_state);
	struct ciq_open *record;
	struct tuple t = {};

	if (!state)
		return 0;
	/* In SYN_SENT the peer's sequence number is not known yet. */
	if (!state->in_next && tcp_state != TCP_SYN_SENT)
		state->in_next = FIRST_POSITION + read_to(sk, tcp);
	state->out_next = FIRST_POSITION + (__u32)(FIELD(tcp, write_seq) - written);
	if (state->role == CIQ_ROLE_UNKNOWN && tcp_state == TCP_SYN_RECV)
		state->role = CIQ_ROLE_SERVER;
	if (!reserve_record(record, CIQ_OPEN, state->cookie)) {
		state->whole_scope = 0;
		return 0;
	}
	read_tuple(sk, tcp, &t);
	record->tgid = tgid;
	record->netns = t.netns;
	__builtin_memcpy(record->local_addr, t.local_addr, 16);
	__builtin_memcpy(record->remote_addr, t.remote_addr, 16);
	record->local_port = t.local_port;
	record->remote_port = t.remote_port;
	record->family = t.family;
	record->role = state->role;
	record->state = tcp_state;
	/* Reset before its first call was over: nobody was told, and the next call takes the error away. */
	if (tcp_state == TCP_CLOSE)
		record->h.flags = FIELD(sk, sk_err);
	record->transport = 0; /* TCP */
	record->opened_at = state->opened_at;
	record->established_at = state->established_at;
	record->in_pos = state->in_next;
	record->out_pos = state->out_next;
	/* Not up to copied_seq: a read that has just returned is still to be told of. */
	record->in_before = state->in_next ? bytes_read(tcp, state->in_next) : 0;
	record->out_before = bytes_sent(tcp) + (__u32)(FIELD(tcp, write_seq) - FIELD(tcp, snd_nxt)) - written;
	count_before(state, record->in_before + record->out_before);
	submit_record(record);
	state->opened = 1;
	return 0;
}

static __always_inline void open_socket_of(__u32 tgid, const struct sock *sk, struct socket_state *state, __u32 written)
{
	__u64 address = 0;

	/* A number: global functions take no pointers of the kernel, and what is read from memory is none. */
	bpf_probe_read_kernel(&address, sizeof(address), &sk);
	open_socket_at(address, state, tgid, written);
}

static __always_inline void open_socket(__u32 tgid, const struct sock *sk, struct socket_state *state, __u32 written)
{
	if (!state->opened)
		open_socket_of(tgid, sk, state, written);
}

#endif
