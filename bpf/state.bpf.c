/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Beginning and end of a connection: role and times of the handshake, ends of the two directions, errors. */

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
		/* Here, not at the first receive: that one is after the stages of its bytes. */
		if (control.stages)
			begin_arrival(sk, tcp);
	} else {
		begin_fast_open(sk, tcp, state);
	}
}

static __always_inline void emit_state(struct sock *sk, struct tcp_sock *tcp, int old, int new)
{
	struct socket_state *state = known_socket(sk);
	struct ciq_state *record;
	__u64 out_end, in_end = 0;

	if (!state || !state->opened)
		return;
	/* These two come before our FIN takes its sequence number. */
	out_end = state->out_end;
	if (!out_end)
		out_end = unwrap(state->out_next, FIELD(tcp, write_seq));
	if (new == TCP_FIN_WAIT1 || new == TCP_LAST_ACK)
		state->out_end = out_end;
	/* SOCK_DONE: the peer's FIN has been counted in rcv_nxt. */
	if (state->in_next)
		in_end = unwrap(state->in_next, FIELD(tcp, rcv_nxt) - (FIELD(sk, __sk_common.skc_flags) >> SOCK_DONE & 1));
	if (!reserve_record(record, CIQ_STATE, state->cookie))
		return;
	record->old_state = old;
	record->new_state = new;
	record->error = sk->sk_err;
	record->reserved = 0;
	record->in_end = in_end;
	record->out_end = out_end;
	submit_record(record);
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(inet_sock_set_state, struct sock *sk, int old, int new)
{
	struct tcp_sock *tcp = as_tcp(sk);

	if (!tcp)
		return 0;
	switch (new) {
	case TCP_SYN_SENT:
	case TCP_ESTABLISHED:
		remember_handshake(sk, tcp, old, new);
		break;
	case TCP_FIN_WAIT1:
	case TCP_FIN_WAIT2:
	case TCP_CLOSE_WAIT:
	case TCP_LAST_ACK:
	case TCP_CLOSING:
	case TCP_CLOSE:
		emit_state(sk, tcp, old, new);
		break;
	}
	return 0;
}

static __always_inline void emit_close(const struct sock *sk, const struct tcp_sock *tcp,
				       const struct socket_state *state)
{
	struct ciq_close *record;

	if (!reserve_record(record, CIQ_CLOSE, state->cookie))
		return;
	record->error = sk->sk_err;
	__builtin_memset(record->reserved, 0, sizeof(record->reserved));
	read_counts(tcp, &record->counts);
	submit_record(record);
}

SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(tcp_destroy_sock, struct sock *sk)
{
	struct socket_state *state = known_socket(sk);

	if (state && awaits_packets(state))
		count_up(filling, -1);
	if (state && state->opened) {
		emit_close(sk, tcp_of(sk), state);
		state->opened = 0;
	}
	forget_socket(sk);
	forget_stages(sk);
	return 0;
}
