/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Beginning and end of a connection: role and times of the handshake, ends of the two directions, errors. */

/*
 * Nobody is told what is sent or read on a connection that has left the scope, nor on any once the capture is over, when
 * the hooks go one by one: where its streams end would count that as lost.
 */
static __always_inline bool has_known_ends(const struct socket_state *state)
{
	return state->in_scope && control.scope[control.bank & 1].clauses;
}

/* Where no call was seen that took the last bytes, as with splice or MSG_TRUNC, TCP knows of them. */
static __always_inline __u64 last_read(const struct sock *sk, const struct tcp_sock *tcp, const struct socket_state *state)
{
	/* Others may have read what is not theirs to be told of; and tcp_disconnect() sets new numbers. */
	if (!has_known_ends(state) || !state->in_next || !FIELD(tcp, bytes_received) || state->unseen)
		return 0;
	return unwrap(state->in_next, read_to(sk, tcp));
}

static __always_inline void emit_close(const struct sock *sk, const struct tcp_sock *tcp,
				       const struct socket_state *state)
{
	struct ciq_close *record;

	if (!reserve_record(record, CIQ_CLOSE, state->cookie))
		return;
	record->error = sk->sk_err;
	__builtin_memset(record->reserved, 0, sizeof(record->reserved));
	/* Who is reset by its own process has been cleared since: tcp_disconnect(). */
	if (state->counts.rtt || state->counts.retransmits)
		record->counts = state->counts;
	else
		read_counts(tcp, &record->counts);
	record->in_read = last_read(sk, tcp, state);
	submit_record(record);
}

/*
 * A socket that connects once more: connect(2) with AF_UNSPEC has ended its connection, which was not gone before, for
 * what has come could still be read. Also what was judged of it is about another peer.
 */
static __always_inline void end_former(struct sock *sk, struct tcp_sock *tcp)
{
	struct socket_state *state = known_socket(sk);

	if (!state || !state->cookie)
		return;
	count_unseen(sk, tcp, state);
	if (awaits_packets(state))
		count_up(filling, -1);
	if (state->opened)
		emit_close(sk, tcp, state);
	__builtin_memset(state, 0, sizeof(*state));
	forget_connection(sk);
}

static __always_inline void remember_handshake(struct sock *sk, struct tcp_sock *tcp, int old, int new)
{
	__u8 role = new == TCP_SYN_SENT || old == TCP_SYN_SENT ? CIQ_ROLE_CLIENT : CIQ_ROLE_SERVER;
	__u64 now = bpf_ktime_get_ns();
	struct socket_state *state;
	struct tuple t = {};

	/* Who owns the socket is not known here: this runs in an interrupt, or before accept(). The role is kept even where
	 * the scope wants the other one: later it would count as unknown, which passes. */
	read_tuple(sk, tcp, &t);
	if (!clauses_of_socket(control.bank, &t, CIQ_ROLE_UNKNOWN))
		return;
	state = socket_state(sk);
	if (!state)
		return;
	if (state->role == CIQ_ROLE_UNKNOWN)
		state->role = role;
	if (!state->opened_at && (new == TCP_SYN_SENT || role == CIQ_ROLE_SERVER))
		state->opened_at = now;
	if (new == TCP_ESTABLISHED) {
		state->established_at = now;
		state->whole_scope = control.scopes;
		/* The connection may be told of while this state still counts as the one before. */
		if (role == CIQ_ROLE_CLIENT && !state->in_next)
			state->in_next = FIRST_POSITION + FIELD(tcp, copied_seq);
		/* Here, not at the first receive: that one is after the stages of its bytes. */
		if (control.stages & CIQ_STAGES_IN)
			begin_arrival(sk, tcp);
	} else {
		begin_fast_open(sk, tcp, state);
	}
}

/*
 * CIQ_STATE for a socket that was told of. `what` is of the flags and the two states; `received` and `written` are the
 * sequence numbers behind the last bytes. Global, for it is reached on many ways.
 */
__noinline int emit_state(struct socket_state *state, __u32 what, __u16 error, __u32 received, __u32 written)
{
	__u8 new = what;
	struct ciq_state *record;
	__u64 out_end;

	if (!state || !state->opened)
		return 0;
	/* These two come before our FIN takes its sequence number. */
	out_end = state->out_end;
	if (!out_end)
		out_end = unwrap(state->out_next, written);
	if (new == TCP_FIN_WAIT1 || new == TCP_LAST_ACK)
		state->out_end = out_end;
	if (!reserve_record(record, CIQ_STATE, state->cookie))
		return 0;
	record->h.flags = what >> 16;
	record->old_state = what >> 8;
	record->new_state = new;
	record->error = error;
	record->reserved = 0;
	record->in_end = state->in_next ? unwrap(state->in_next, received) : 0;
	record->out_end = has_known_ends(state) ? out_end : 0;
	submit_record(record);
	return 0;
}

static __always_inline void tell_state(const struct sock *sk, const struct tcp_sock *tcp, struct socket_state *state,
				       int old, int new)
{
	/* SOCK_DONE: the peer's FIN has been counted in rcv_nxt. */
	__u32 fin = FIELD(sk, __sk_common.skc_flags) >> SOCK_DONE & 1;
	/* The peer's FIN closes the direction of a process that has only ended its own: it may read on. */
	bool by_peer = fin && (old == TCP_FIN_WAIT1 || old == TCP_FIN_WAIT2 || old == TCP_CLOSING);
	/* Set before the change of the state, by close() and by shutdown() of the second direction alike. */
	__u32 let_go = FIELD(sk, sk_shutdown) == SHUTDOWN_MASK && !by_peer ? CIQ_LET_GO : 0;

	emit_state(state, let_go << 16 | old << 8 | new, FIELD(sk, sk_err), FIELD(tcp, rcv_nxt) - fin, FIELD(tcp, write_seq));
}

/* A connection that was not made. Its socket may try another one. */
static __always_inline void end_attempt(struct sock *sk, struct tcp_sock *tcp, struct socket_state *state)
{
	/* A call that waits to send in the SYN is still to be told of. */
	if (!state->opened || FIELD(tcp, fastopen_req) || awaits_packets(state))
		return;
	emit_close(sk, tcp, state);
	__builtin_memset(state, 0, sizeof(*state));
}

/* quiet.bpf.c has another program at this tracepoint, which runs after it. */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(inet_sock_set_state, struct sock *sk, int old, int new)
{
	keep_processor();
	struct tcp_sock *tcp = as_tcp(sk);
	struct socket_state *state;

	if (!tcp)
		return 0;
	if (is_subflow(tcp)) {
		follow_subflow(sk, old, new);
		return 0;
	}
	switch (new) {
	case TCP_SYN_SENT:
		end_former(sk, tcp);
		remember_handshake(sk, tcp, old, new);
		return 0;
	case TCP_ESTABLISHED:
		remember_handshake(sk, tcp, old, new);
		if (old != TCP_SYN_SENT)
			return 0;
		break;
	case TCP_FIN_WAIT1:
	case TCP_FIN_WAIT2:
	case TCP_CLOSE_WAIT:
	case TCP_LAST_ACK:
	case TCP_CLOSING:
	case TCP_CLOSE:
		break;
	default:
		return 0;
	}
	state = known_socket(sk);
	if (!state)
		return 0;
	if (new != TCP_ESTABLISHED)
		look_for_unseen(sk, tcp, state);
	if (new == TCP_CLOSE)
		read_counts(tcp, &state->counts);
	tell_state(sk, tcp, state, old, new);
	if (new == TCP_CLOSE && old == TCP_SYN_SENT)
		end_attempt(sk, tcp, state);
	return 0;
}

static __always_inline int end_socket(struct sock *sk)
{
	struct socket_state *state;

	if (is_subflow(tcp_of(sk))) {
		end_subflow(sk);
		return 0;
	}
	state = known_socket(sk);
	if (state && awaits_packets(state)) {
		count_up(filling, -1);
		state->fill_next = state->fill_to;
	}
	if (state)
		count_unseen(sk, tcp_of(sk), state);
	if (state && state->opened) {
		emit_close(sk, tcp_of(sk), state);
		state->opened = 0;
	}
	forget_socket(sk);
	forget_stages(sk);
	return 0;
}

SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(tcp_destroy_sock, struct sock *sk)
{
	keep_processor();
	return end_socket(sk);
}

#ifndef CIQ_UNTYPED_SOCKETS
/* Finds nothing left to tell where the first has been. */
SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(tcp_destroy_sock_again, struct sock *sk)
{
	keep_processor();
	return end_socket(sk);
}
#endif
