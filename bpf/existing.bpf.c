/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Sockets that were there before the capture. The iterator walks the descriptors of all tasks, in the order of their
 * pids: so it sees every network namespace and knows the owners. iter/tcp knows no owner and sees one namespace only.
 */

static __always_inline struct sock *socket_of_file(const struct bpf_iter__task_file *context)
{
	struct file *file = context->file;
	struct socket *socket = context->task && file ? bpf_sock_from_file(file) : NULL;

	return socket ? socket->sk : NULL;
}

/*
 * CIQ_LISTEN, into the iterator's file: it has to be known before the first connection is told of. Who owns a listener
 * does not matter: one process accepts, and another one may talk.
 */
SEC("iter/task_file")
int find_listeners(struct bpf_iter__task_file *context)
{
	__u32 bank = control.bank & 1, clauses;
	const struct ciq_scope *scope = &control.scope[bank];
	struct sock *sk = socket_of_file(context);
	struct ciq_listen record = {};
	struct tcp_sock *tcp;
	struct tuple t = {};

	tcp = sk ? as_tcp(sk) : NULL;
	if (!tcp || FIELD(sk, __sk_common.skc_state) != TCP_LISTEN)
		return 0;
	read_tuple(sk, tcp, &t);
	/*
	 * Its connections have other addresses than itself: only port and namespace are decided here. The port is the local
	 * one of the server's end, and the remote one of the client's, which may be the one in scope.
	 */
	clauses = scope->free[CIQ_BY_LOCAL_PORT] | clauses_of_port(bank, CIQ_LOCAL, t.local_port);
	clauses |= scope->free[CIQ_BY_REMOTE_PORT] | clauses_of_port(bank, CIQ_REMOTE, t.local_port);
	clauses &= scope->clauses;
	clauses &= scope->free[CIQ_BY_NETNS] | clauses_of_id(&scope_netns, bank, t.netns);
	if (!clauses)
		return 0;
	set_header(&record.h, sizeof(record), CIQ_LISTEN, 0, bpf_ktime_get_ns(), 0);
	__builtin_memcpy(record.addr, t.local_addr, 16);
	record.netns = t.netns;
	record.port = t.local_port;
	record.family = t.family;
	bpf_seq_write(context->meta->seq, &record, sizeof(record));
	return 0;
}

static __always_inline bool is_connected(__u8 tcp_state)
{
	return tcp_state != TCP_LISTEN && tcp_state != TCP_CLOSE && tcp_state != TCP_TIME_WAIT;
}

static __always_inline void emit_counts(const struct tcp_sock *tcp, const struct socket_state *state)
{
	struct ciq_counts *record;

	if (!reserve_record(record, CIQ_COUNTS, state->cookie))
		return;
	read_counts(tcp, &record->counts);
	submit_record(record);
}

/*
 * CIQ_OPEN, into the ring, for sockets that it has not been sent for, and CIQ_COUNTS for all. Of several processes that
 * hold a socket the first is its owner, until another one sends or reads.
 */
SEC("iter/task_file")
int find_sockets(struct bpf_iter__task_file *context)
{
	struct sock *sk = socket_of_file(context);
	struct tcp_sock *tcp = sk ? as_tcp(sk) : NULL;
	struct task_struct *task = context->task;
	struct socket_state *state;
	__u32 tgid;

	if (!tcp || !task || !is_connected(FIELD(sk, __sk_common.skc_state)))
		return 0;
	state = known_socket(sk);
	if (!state || !state->opened) {
		if (!judge_owner(sk, tcp, state ? state->role : CIQ_ROLE_UNKNOWN, task))
			return 0;
		state = socket_state(sk);
		if (!state)
			return 0;
		tgid = process_of(task);
		report_process_of(task, tgid, state);
		open_socket_of(tgid, sk, state, 0);
	}
	emit_counts(tcp, state);
	return 0;
}

/*
 * Connections that are there when a scope is set, and when the capture ends: what has moved in between is counted. Only
 * here the socket of the process is at hand, and so its owner.
 */
SEC("iter/task_file")
int find_mptcp(struct bpf_iter__task_file *context)
{
	__u32 bank = control.bank & 1;
	const struct ciq_scope *scope = &control.scope[bank];
	struct sock *sk = socket_of_file(context), *subflow;
	struct task_struct *task = context->task;

	if (!bpf_core_type_exists(struct mptcp_sock) || !sk || !task || FIELD(sk, sk_protocol) != IPPROTO_MPTCP)
		return 0;
	subflow = FIELD(typed_pointer(sk, struct mptcp_sock), first);
	if (subflow)
		see_subflow_of(subflow, 0, clauses_of_process(scope, bank, ~0U, task));
	return 0;
}
