/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Bytes that a process sends. tcp_sendmsg_locked comes once per turn of the kernel's loop, under the socket's lock, with
 * the sequence number that the next byte gets; sock_send_length comes at the end of the call with the number of bytes
 * that were really taken. User memory is read only then: before, its pages may not be there.
 */

/* The thread's call that is under way on the socket, or NULL: it began out of scope, or before the capture. */
static __always_inline struct send_call *current_call(const struct sock *sk, struct socket_state *state, __u64 thread)
{
	struct send_call *call = &((struct socket_memory *)state)->call;

	if (call->by == thread)
		return call;
	if (!state->crowded)
		return NULL;
	call = bpf_task_storage_get(&sends, bpf_get_current_task_btf(), NULL, 0);
	return call && call->by == (__u64)sk ? call : NULL;
}

/* Where to keep a call: with the socket, or with the thread when another one is sending. */
static __always_inline struct send_call *new_call(const struct sock *sk, struct socket_state *state, __u64 thread)
{
	struct send_call *call = &((struct socket_memory *)state)->call;

	if (!call->by || call->by == thread) {
		call->by = thread;
		return call;
	}
	state->crowded = 1;
	call = bpf_task_storage_get(&sends, bpf_get_current_task_btf(), NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (call)
		call->by = (__u64)sk;
	else
		count_up(helper_failed, 1);
	return call;
}

/* From the iterator of a send: where its remaining bytes lie. */
static __always_inline __u32 locate_bytes(const struct msghdr *msg, struct user_bytes *user)
{
	const struct iov_iter *iter = &msg->msg_iter;
	__u64 offset = iter->iov_offset;

	if (iter->iter_type == bpf_core_enum_value(enum iter_type, ITER_UBUF)) {
		user->address = (__u64)iter->ubuf + offset;
		user->segments = 0;
		user->offset = 0;
		return SEND_USER_MEMORY;
	}
	if (iter->iter_type != bpf_core_enum_value(enum iter_type, ITER_IOVEC))
		return SEND_PAGES;
	user->address = (__u64)iter->__iov;
	user->segments = iter->nr_segs;
	user->offset = offset;
	return SEND_USER_MEMORY;
}

static __always_inline int tell_sent(struct sock *sk, struct tcp_sock *tcp, const struct send_call *call, __u64 pos,
				     __u32 length)
{
	struct transfer t = {
		.pos = pos,
		.turn = call->turn,
		.time = bpf_ktime_get_ns(),
		.start = call->start,
		.cookie = call->cookie,
		.total = length,
		.tgid = call->tgid,
		.user = call->user,
	};

	if (control.stages & CIQ_STAGES_OUT)
		add_departure(sk, tcp, &t);
	if (call->kind != SEND_PAGES) {
		emit_user_bytes(&t);
		return 0;
	}
	t.flags = CIQ_ELSEWHERE;
	if (call->expected && call->expected < length) {
		t.total = call->expected;
		emit_range(&t);
		t.pos += call->expected;
		t.total = length - call->expected;
	}
	if (call->expected < length)
		t.flags |= CIQ_CUT;
	emit_range(&t);
	return 0;
}

/* Not inlined: a transfer takes a third of the stack (MAX_BPF_STACK, 512 bytes), which callers and what they call need. */
static __noinline int emit_sent(struct sock *sk, struct tcp_sock *tcp, const struct send_call *call, __u64 pos,
				__u32 length)
{
	return tell_sent(sk, tcp, call, pos, length);
}

/* Payload of these bytes will be taken from the packets: see fill.bpf.c. */
static __always_inline void expect_packets(struct send_call *call, struct socket_state *state)
{
	__u64 count = call->count;

	/* Under a budget only what a turn begins with: a head may leave by sendfile, but most files are bodies. */
	if (control.budget != CIQ_EVERYTHING) {
		if (call->pos != call->turn)
			count = 0;
		else if (count > control.budget)
			count = control.budget;
	}
	call->expected = control.fill ? count : 0;
	if (!call->expected)
		return;
	if (!awaits_packets(state)) {
		count_up(filling, 1);
		state->fill_next = call->pos;
	}
	state->fill_to = call->pos + count;
}

static __always_inline void begin_piece(struct send_call *call, const struct msghdr *msg, struct socket_state *state,
					__u64 pos)
{
	call->pos = pos;
	call->count = msg->msg_iter.count;
	call->kind = locate_bytes(msg, &call->user);
	take_turn(state, THIS_END, pos);
	call->turn = state->turn;
	if (call->kind == SEND_PAGES)
		expect_packets(call, state);
}

/* After the SYN: its local port and sequence number have been chosen. `sent` bytes are counted in write_seq. */
static __always_inline bool settle_fast_open(struct send_call *call, struct sock *sk, struct tcp_sock *tcp,
					     struct socket_state *state, __u32 sent)
{
	if (!in_scope(sk, tcp, state, current_thread())) {
		call->by = 0;
		return 0;
	}
	report_process(state, call->tgid);
	open_socket(call->tgid, sk, state, sent);
	call->cookie = state->cookie;
	call->pos = unwrap(state->out_next, tcp->write_seq - sent);
	take_turn(state, THIS_END, call->pos);
	call->turn = state->turn;
	call->kind = SEND_USER_MEMORY;
	return 1;
}

static __always_inline int begin_send(struct sock *sk, const struct msghdr *msg)
{
	struct socket_state *state = known_or_new_socket(sk);
	__u64 thread = current_thread();
	struct tcp_sock *tcp = tcp_of(sk);
	struct send_call *call;
	__u64 pos, taken;

	if (!state)
		return 0;
	call = current_call(sk, state, thread);
	if (!call || msg->msg_iter.count > call->count) {
		if (!in_scope(sk, tcp, state, thread)) {
			if (call)
				call->by = 0;
			return 0;
		}
		if (!call)
			call = new_call(sk, state, thread);
		if (!call)
			return 0;
		call->tgid = thread >> 32;
		report_process(state, call->tgid);
		open_socket(call->tgid, sk, state, 0);
		call->done = 0;
		call->start = bpf_ktime_get_ns();
		call->cookie = state->cookie;
		state->out_next = unwrap(state->out_next, tcp->write_seq);
		if (control.stages & CIQ_STAGES_OUT)
			begin_departure(sk, tcp, state->cookie, state->out_next);
		begin_piece(call, msg, state, state->out_next);
		return 0;
	}
	taken = call->count - msg->msg_iter.count;
	/* `taken` has gone with the SYN; here comes the rest. */
	if (call->kind == SEND_FAST_OPEN && !settle_fast_open(call, sk, tcp, state, taken))
		return 0;
	pos = unwrap(state->out_next, tcp->write_seq);
	if (pos == call->pos + taken)
		return 0;
	/* Another thread has sent while this one waited for room: here ends a piece. Its pages were just copied from. */
	if (taken)
		emit_sent(sk, tcp, call, call->pos, taken);
	call->done += taken;
	state->out_next = pos;
	begin_piece(call, msg, state, pos);
	return 0;
}

SEC("tp_btf/tcp_sendmsg_locked")
int BPF_PROG(tcp_sendmsg_locked, struct sock *sk, const struct msghdr *msg)
{
	keep_processor();
	return begin_send(sk, msg);
}

/* Does nothing where the first has been. */
SEC("tp_btf/tcp_sendmsg_locked")
int BPF_PROG(tcp_sendmsg_locked_again, struct sock *sk, const struct msghdr *msg)
{
	keep_processor();
	return begin_send(sk, msg);
}

/*
 * A send that was not announced: its payload left with a SYN after a deferred connect (TCP_FASTOPEN_CONNECT), or the call
 * began before the capture. Only its range can be told, and only if nobody else has written since.
 */
static __noinline int emit_unannounced(struct sock *sk, __u32 length)
{
	struct socket_state *state = known_or_new_socket(sk);
	struct send_call unknown = { .kind = SEND_PAGES };
	__u64 thread = current_thread();
	struct tcp_sock *tcp = tcp_of(sk);

	if (!state || !in_scope(sk, tcp, state, thread))
		return 0;
	count_up(contended, 1);
	unknown.tgid = thread >> 32;
	report_process(state, unknown.tgid);
	open_socket(unknown.tgid, sk, state, length);
	unknown.start = bpf_ktime_get_ns();
	unknown.cookie = state->cookie;
	unknown.expected = control.budget == CIQ_EVERYTHING ? length : 0;
	state->out_next = unwrap(state->out_next, tcp->write_seq);
	/* Inlined: of pages only, it needs less stack. */
	tell_sent(sk, tcp, &unknown, state->out_next - length, length);
	return 0;
}

/* `taken`: bytes of the whole call. */
static __always_inline void end_call(struct sock *sk, struct tcp_sock *tcp, struct socket_state *state,
				     struct send_call *call, __u32 taken)
{
	__u32 length = taken - call->done, written;

	if (call->kind == SEND_FAST_OPEN && !settle_fast_open(call, sk, tcp, state, taken))
		return;
	/* More than was announced, when the call came into scope only after its first bytes. */
	written = tcp->write_seq - (__u32)call->pos;
	emit_sent(sk, tcp, call, call->pos, length < written ? length : written);
}

static __always_inline int end_send(struct sock *sk, int result, bool again)
{
	struct tcp_sock *tcp = tcp_of(sk);
	struct socket_state *state;
	struct send_call *call;
	__u64 thread;

	if (!has_port_in_bounds(sk))
		return 0;
	state = known_socket(sk);
	thread = current_thread();
	call = state ? current_call(sk, state, thread) : NULL;
	if (!call) {
		if (!again && result > 0 && !(state && was_out_of_scope(state, thread)))
			emit_unannounced(sk, result);
		return 0;
	}
	if (result > 0 && (__u32)result > call->done)
		end_call(sk, tcp, state, call, result);
	/* Only now, for then another thread may take its place. */
	call->by = 0;
	return 0;
}

SEC("tp_btf/sock_send_length")
int BPF_PROG(sock_send_length, struct sock *sk, int result)
{
	keep_processor();
	return end_send(sk, result, 0);
}

/* A call that is still under way here is one of which the first has not seen the end. */
SEC("tp_btf/sock_send_length")
int BPF_PROG(sock_send_length_again, struct sock *sk, int result)
{
	keep_processor();
	return end_send(sk, result, 1);
}

/*
 * A SYN that carries data (RFC 7413) is built from the message of the send call, which tcp_sendmsg_locked never sees. At
 * the change to SYN_SENT it is at hand; the initial sequence number is chosen later.
 */
static __always_inline void begin_fast_open(struct sock *sk, struct tcp_sock *tcp, struct socket_state *state)
{
	struct tcp_fastopen_request *request = tcp->fastopen_req;
	struct msghdr *msg = request ? request->data : NULL;
	__u64 thread = current_thread();
	struct user_bytes user = {};
	struct send_call *call;

	/* Not in_scope(): the local port may still be open, so this verdict must not be remembered. */
	if (!msg || !judge_socket(sk, tcp, state) || locate_bytes(msg, &user) != SEND_USER_MEMORY)
		return;
	call = new_call(sk, state, thread);
	if (!call)
		return;
	call->tgid = thread >> 32;
	call->done = 0;
	call->count = msg->msg_iter.count;
	call->user = user;
	call->start = bpf_ktime_get_ns();
	call->kind = SEND_FAST_OPEN;
}
