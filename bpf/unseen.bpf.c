/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Connections whose bytes went past the system calls that are known here: by io_uring, or by those of 32-bit programs. TCP
 * has counted them, so that what is missing is known when a connection ends, and when the capture does.
 */

/*
 * At each change of its state towards its end: who lets go of a connection that no call was judged of is its owner. Packets
 * are handled without the lock of the socket, in whatever process they interrupt.
 */
static __always_inline void look_for_unseen(struct sock *sk, struct tcp_sock *tcp, struct socket_state *state)
{
	__u64 moved;

	if (!state->whole_scope)
		return;
	if (!state->generation && FIELD(sk, sk_lock.owned))
		state->untold = in_scope(sk, tcp, state, current_thread());
	/* Kept, for tcp_disconnect() forgets what it has counted. */
	moved = state->untold && !state->opened ? moved_bytes(sk, tcp) : 0;
	if (moved > state->moved)
		state->moved = moved;
}

#define PF_IO_WORKER 0x10 /* include/linux/sched.h: a thread of io_uring, which is in no system call */

static __always_inline bool is_in_known_call(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	const struct pt_regs *regs = (const struct pt_regs *)bpf_task_pt_regs(task);

	return !(task->flags & PF_IO_WORKER) && call_form(SYSCALL_NUMBER(regs)).kind != CALL_OTHER;
}

/*
 * Comes after each read. Who ends while io_uring still holds its socket does not let go of it itself, nor is it ever to be
 * found behind one of its descriptors: what no known call has read is known to be its own only now.
 */
SEC("tp_btf/tcp_rcv_space_adjust")
int BPF_PROG(tcp_rcv_space_adjust, struct sock *sk)
{
	struct socket_state *state = known_socket(sk);

	if (!state || state->generation || !state->whole_scope || is_in_known_call())
		return 0;
	if (FIELD(sk, sk_lock.owned))
		state->untold = in_scope(sk, tcp_of(sk), state, current_thread());
	return 0;
}

/* What has been moved behind the bytes that were told of last, modulo 4 GiB. */
static __always_inline __u64 moved_behind(const struct sock *sk, const struct tcp_sock *tcp,
					  const struct socket_state *state)
{
	__u32 sent_to = state->out_end ? state->out_end : FIELD(tcp, write_seq);
	__u64 in = unwrap(state->in_next, read_to(sk, tcp)), out = unwrap(state->out_next, sent_to);

	/* Also after tcp_disconnect(), which sets new sequence numbers. */
	if (!FIELD(tcp, bytes_received) && !FIELD(tcp, bytes_sent))
		return 0;
	return (in > state->in_next ? in - state->in_next : 0) + (out > state->out_next ? out - state->out_next : 0);
}

/* The socket is gone: no call of it is under way. */
static __always_inline void count_unseen(struct sock *sk, struct tcp_sock *tcp, struct socket_state *state)
{
	const struct ciq_scope *scope = &control.scope[control.bank & 1];

	look_for_unseen(sk, tcp, state);
	if (state->whole_scope != control.scopes || !scope->clauses)
		return;
	if (!state->opened) {
		add_unseen(state, state->moved);
		return;
	}
	/* Beside calls that were judged there may be those of another process, which may_concern_process() passes over. */
	if (state->untold || (scope->clauses & scope->free[CIQ_BY_PID] && state->in_scope))
		add_unseen(state, state->unseen + moved_behind(sk, tcp, state));
}

/* A call is not told of before it returns; what was moved so long ago is not of one that is about to. */
#define TOLD_WITHIN_NS 5000000

/*
 * Connections that are still there when the capture ends, and of which no call was judged. To be run twice: what was under
 * way at the first time is told of at the second.
 */
SEC("iter/task_file")
int find_unseen(struct bpf_iter__task_file *context)
{
	struct sock *sk = socket_of_file(context);
	struct tcp_sock *tcp = sk ? as_tcp(sk) : NULL;
	struct socket_state *state = tcp ? known_socket(sk) : NULL;
	struct task_struct *task = context->task;
	__u64 now = bpf_ktime_get_ns(), moved;

	if (!state || !task || state->whole_scope != control.scopes)
		return 0;
	/* Another verdict is that of a call. */
	if (state->generation && !state->untold)
		return 0;
	moved = state->opened ? state->unseen + moved_behind(sk, tcp, state) : moved_bytes(sk, tcp);
	if (moved <= state->unseen || !judge_owner(sk, tcp, state->role, task))
		return 0;
	if (!state->suspected_at)
		state->suspected_at = now;
	else if (now - state->suspected_at >= TOLD_WITHIN_NS)
		add_unseen(state, moved);
	return 0;
}
