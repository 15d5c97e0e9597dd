/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Connections that carry nothing: others are told of by their first bytes. Attached while somebody asks for the table of
 * connections; the iterator of existing.bpf.c finds those that stay, this one tells of the short ones and of attempts.
 */

/*
 * The owner is the running process where that holds the lock of the socket. Packets are handled without it, in whatever
 * process they interrupt, so it is kept for them. False where it is not known.
 */
static __always_inline bool remember_owner(struct sock *sk, struct socket_state *state)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u32 bank = control.bank & 1;
	const struct ciq_scope *scope = &control.scope[bank];

	if (FIELD(sk, sk_lock.owned)) {
		state->owner = process_of(task);
		state->owner_generation = control.generation;
		state->owner_clauses = clauses_of_process(scope, bank, scope->clauses, task);
		if (state->owner_clauses)
			report_process_of(task, state->owner, state);
		return 1;
	}
	if (state->owner && state->owner_generation == control.generation)
		return 1;
	state->owner = 0;
	state->owner_clauses = scope->free[CIQ_BY_PID] & scope->free[CIQ_BY_COMM];
	return 0;
}

#ifdef CIQ_UNTYPED_SOCKETS
/*
 * What a call has moved that has not returned is told of when it does. A connection that nothing was told of since its
 * beginning has but such bytes, or others that no call tells of, which are counted at its end: none of them were moved before.
 */
static __always_inline __u32 begin_whole(const struct sock *sk, const struct tcp_sock *tcp, struct socket_state *state)
{
	__u32 read = read_to(sk, tcp);

	if (state->whole_scope != control.scopes)
		return 0;
	state->in_next = FIRST_POSITION + (__u32)(read - bytes_read(tcp, read));
	return bytes_sent(tcp) + (__u32)(FIELD(tcp, write_seq) - FIELD(tcp, snd_nxt));
}
#else
/* There it is told of before the state changes. */
static __always_inline __u32 begin_whole(const struct sock *sk, const struct tcp_sock *tcp, struct socket_state *state)
{
	return 0;
}
#endif

static __always_inline bool open_quiet(const struct sock *sk, const struct tcp_sock *tcp, struct socket_state *state)
{
	struct tuple t = {};

	read_tuple(sk, tcp, &t);
	if (clauses_of_socket(control.bank, &t, state->role) & state->owner_clauses)
		open_socket_of(state->owner, sk, state, begin_whole(sk, tcp, state));
	return state->opened;
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(inet_sock_set_state_quiet, struct sock *sk, int old, int new)
{
	keep_processor();
	struct tcp_sock *tcp = as_tcp(sk);
	struct socket_state *state = tcp ? known_socket(sk) : NULL;

	/* Without a cookie the other program has just ended an attempt. */
	if (!state || state->opened || !state->cookie)
		return 0;
	/* What is nobody's yet may become somebody's, until it is reset. An attempt has no local port yet. */
	if ((!remember_owner(sk, state) && new != TCP_CLOSE) || new == TCP_SYN_SENT || !open_quiet(sk, tcp, state))
		return 0;
	tell_state(sk, tcp, state, old, new);
	if (new == TCP_CLOSE && old == TCP_SYN_SENT)
		end_attempt(sk, tcp, state);
	return 0;
}
