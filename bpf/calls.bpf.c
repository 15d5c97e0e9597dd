/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Bytes that a process sends and receives, at the return of its system call: there the result says how many were really
 * moved, the registers still hold the arguments, and the pages of the memory are there. Where in the stream they are
 * follows from TCP's counters; calls at once on one socket can make that uncertain, and then the bytes are left out and
 * counted, for a gap is better than bytes in the wrong place.
 */

/*
 * Not even the descriptor is looked at for a process that no clause can mean: this is what all others on the machine pay.
 * Names are not asked here, for they cost more than the descriptor.
 */
static __always_inline bool may_concern_process(void)
{
	__u32 bank = control.bank & 1;
	const struct ciq_scope *scope = &control.scope[bank];

	if (!scope->clauses || scope->clauses & scope->free[CIQ_BY_PID])
		return scope->clauses;
	return scope->clauses & clauses_of_id(&scope_pids, bank, current_process());
}

static __always_inline struct socket_state *call_state(struct sock *sk)
{
	struct socket_state *state;

	if (!has_port_in_bounds(sk))
		return NULL;
	state = known_socket(sk);
	if (state && state->cookie)
		return state;
	return is_tcp(sk) ? socket_state(sk) : NULL;
}

/*
 * in_scope() for a socket behind a descriptor. This and other steps are global functions for the verifier's sake, as in
 * call-payload.bpf.h: one after the other it would follow every way through each of them.
 */
__noinline int is_in_scope(__u64 sk, struct socket_state *state)
{
	if (!state)
		return 0;
	if (in_scope((const struct sock *)sk, tcp_of(sk), state, current_thread()))
		return 1;
	state->whole_scope = 0;
	return 0;
}

/* What the bytes of the call meet before it returns is told of a connection that is known. */
__noinline int begin_call_departure(__u64 address, struct socket_state *state, __u32 seq)
{
	struct sock *sk = (struct sock *)address;
	__u32 tgid = current_process();

	if (!state)
		return 0;
	report_process(state, tgid);
	open_socket(tgid, sk, state, 0);
	begin_departure(sk, tcp_of(sk), state->cookie, unwrap(state->out_next, seq));
	return 0;
}

__noinline int add_call_stages(__u64 address, struct transfer *t)
{
	struct sock *sk = (struct sock *)address;

	if (!t)
		return 0;
	if (t->flags & CIQ_IN)
		add_arrival(sk, tcp_of(sk), (struct packet_place){}, t);
	else
		add_departure(sk, tcp_of(sk), t);
	return 0;
}

/* A send begins: when, and where in the stream, if nobody comes between. */
SEC("tp_btf/sys_enter")
int BPF_PROG(sys_enter, struct pt_regs *regs, long number)
{
	struct call_form form = call_form(number);
	struct socket_state *state;
	struct send_begin *begin;
	struct sock *sk;
	__u8 tcp_state;

	if (form.kind == CALL_OTHER || (form.receives && form.kind != CALL_SPLICE) || !may_concern_process())
		return 0;
	sk = socket_behind(form.kind == CALL_SPLICE ? THIRD_ARGUMENT(regs) : FIRST_ARGUMENT(regs));
	state = sk ? call_state(sk) : NULL;
	if (!state)
		return 0;
	tcp_state = FIELD(sk, __sk_common.skc_state);
	/* Before its SYN a socket has no local port: a verdict must not be made of that. */
	if (tcp_state != TCP_CLOSE && !is_in_scope((__u64)sk, state))
		return 0;
	begin = bpf_task_storage_get(&send_begins, bpf_get_current_task_btf(), NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!begin) {
		count_up(helper_failed, 1);
		return 0;
	}
	begin->sk = (__u64)sk;
	begin->time = bpf_ktime_get_ns();
	begin->seq = FIELD(tcp_of(sk), write_seq);
	/* Before the handshake the first sequence number is not chosen, or the SYN is yet to take it (RFC 7413). */
	begin->connecting = tcp_state == TCP_CLOSE || tcp_state == TCP_SYN_SENT;
	if (control.stages & CIQ_STAGES_OUT && !begin->connecting)
		begin_call_departure((__u64)sk, state, begin->seq);
	return 0;
}

/* The calling thread's send that has now returned; NULL when it began before the capture did. */
static __always_inline struct send_begin *take_begin(const struct sock *sk)
{
	struct send_begin *begin = bpf_task_storage_get(&send_begins, bpf_get_current_task_btf(), NULL, 0);

	if (!begin || begin->sk != (__u64)sk)
		return NULL;
	begin->sk = 0;
	return begin;
}

/*
 * Whether the bytes from `seq` up to the newest are those of the call. So it is when nothing else was written between its
 * begin and its return, or when all that was written before has been told of. After an uncertain call the latter holds
 * only for calls that began later.
 */
static __always_inline bool is_certain(const struct socket_state *state, const struct send_begin *begin, __u32 seq)
{
	bool told = state->opened && seq == (__u32)state->out_next;

	if (!begin)
		return !state->opened || (told && !state->uncertain_to);
	if (begin->connecting || begin->seq == seq)
		return 1;
	return told && (__s32)(begin->seq - (__u32)state->uncertain_to) >= 0;
}

static __always_inline bool place_sent(struct sock *sk, struct socket_state *state, struct transfer *t)
{
	struct send_begin *begin = take_begin(sk);
	struct tcp_sock *tcp = tcp_of(sk);
	__u32 end = FIELD(tcp, write_seq);
	bool certain = is_certain(state, begin, end - t->total);

	open_socket(t->tgid, sk, state, certain ? t->total : 0);
	t->pos = unwrap(state->out_next, end - t->total);
	t->start = begin ? begin->time : t->time;
	take_turn(state, THIS_END, t->pos);
	t->turn = state->turn;
	if (certain) {
		state->out_next = t->pos + t->total;
		return 1;
	}
	state->out_next = unwrap(state->out_next, end);
	state->uncertain_to = state->out_next;
	count_up(contended, 1);
	return 0;
}

/*
 * The bytes of a read follow those of the one before, unless `unknown`: others may have read since. What another thread
 * reads at the same time leaves both without a place.
 */
static __always_inline bool place_received(struct sock *sk, struct socket_state *state, struct transfer *t, bool unknown)
{
	struct tcp_sock *tcp = tcp_of(sk);
	__u32 end = read_to(sk, tcp);
	__u64 told;

	if (!state->opened)
		state->in_next = FIRST_POSITION + (__u32)(end - t->total);
	open_socket(t->tgid, sk, state, 0);
	told = state->in_next;
	t->pos = unwrap(told, end - t->total);
	t->start = t->time;
	if (t->pos + t->total <= told)
		return 0;
	state->in_next = t->pos + t->total;
	take_turn(state, OTHER_END, t->pos);
	t->turn = state->turn;
	if (t->pos == told || unknown)
		return 1;
	count_up(contended, 1);
	return 0;
}

/* Finds the transfer's place in the stream; 0 where it has none. */
__noinline int place(__u64 address, struct socket_state *state, struct transfer *t, int unknown)
{
	struct sock *sk = (struct sock *)address;

	if (!state || !t)
		return 0;
	t->tgid = current_process();
	report_process(state, t->tgid);
	t->time = bpf_ktime_get_ns();
	t->cookie = state->cookie;
	return t->flags & CIQ_IN ? place_received(sk, state, t, unknown) : place_sent(sk, state, t);
}

/* The bytes of one struct user_msghdr, of which struct mmsghdr is a longer form. */
__noinline int emit_message(struct transfer *t, __u64 address)
{
	struct user_message message;

	if (!t || bpf_probe_read_user(&message, USER_MSGHDR_BYTES, (const void *)address) || !message.segments) {
		count_up(helper_failed, 1);
		return -1;
	}
	t->user.address = message.segments_at;
	t->user.segments = message.segments;
	return emit_call_bytes(t);
}

/* Bytes of one entry of an array of struct mmsghdr. */
static __always_inline __u32 message_length(__u64 messages, __u32 index)
{
	const struct user_message *message = (const struct user_message *)messages + index;
	__u32 length = 0;

	bpf_probe_read_user(&length, sizeof(length), &message->length);
	return length;
}

__noinline int some_lengths(__u64 messages, __u32 from, __u32 to)
{
	__u32 total = 0;

	for (__u32 i = 0; i < INNER_TURNS; i++) {
		if (from + i >= to)
			break;
		total += message_length(messages, from + i);
	}
	return total;
}

__noinline int total_length(__u64 messages, __u32 count)
{
	__u32 total = 0;

	for (__u32 i = 0; i < MAX_SEGMENTS; i += INNER_TURNS) {
		if (i >= count)
			break;
		total += some_lengths(messages, i, count);
	}
	return total;
}

__noinline int emit_some_messages(struct transfer *t, __u64 messages, __u32 from, __u32 to)
{
	for (__u32 i = 0; i < INNER_TURNS; i++) {
		if (!t || from + i >= to)
			break;
		t->total = message_length(messages, from + i);
		if (t->total)
			emit_message(t, messages + (from + i) * sizeof(struct user_message));
		t->pos += t->total;
	}
	return 0;
}

/* Not a function of its own in the kernel: from sys_exit to copy_segment() the eight frames that it allows are in use. */
static __always_inline void emit_messages(struct transfer *t, __u64 messages, __u32 count)
{
	for (__u32 i = 0; i < MAX_SEGMENTS; i += INNER_TURNS) {
		if (i >= count)
			break;
		emit_some_messages(t, messages, i, count);
	}
}

/* Without hooks that see packets there is no payload of these: what a turn begins with is missing, the rest left out. */
static __always_inline void emit_pages(struct transfer *t)
{
	__u64 budget = control.budget, missing = t->pos == t->turn || budget == CIQ_EVERYTHING ? budget : 0;
	__u32 total = t->total;

	t->flags = CIQ_ELSEWHERE | CIQ_NO_FILL;
	if (missing >= total) {
		emit_call_piece(t, 0);
		return;
	}
	if (missing) {
		t->total = missing;
		emit_call_piece(t, 0);
		t->pos += missing;
		t->total = total - missing;
	}
	t->flags |= CIQ_CUT;
	emit_call_piece(t, 0);
}

/*
 * Where sys_exit describes its transfer. Not on the stack: with all the functions that it goes through, that would be more
 * than the 512 bytes which kernels allow for the frames together (MAX_BPF_STACK). Since 6.13 x86 has stacks of their own for
 * large frames, so there the verifier does not complain.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct transfer);
} transfers SEC(".maps");

static __always_inline struct transfer *fresh_transfer(void)
{
	__u32 zero = 0;
	struct transfer *t = bpf_map_lookup_elem(&transfers, &zero);

	if (t)
		__builtin_memset(t, 0, sizeof(*t));
	return t;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(sys_exit, struct pt_regs *regs, long result)
{
	struct call_form form = call_form(SYSCALL_NUMBER(regs));
	bool receives = form.receives, unknown;
	struct socket_state *state;
	struct transfer *t;
	__u64 memory, count;
	struct sock *sk;
	__u32 flags;

	if (form.kind == CALL_OTHER || result <= 0 || !may_concern_process())
		return 0;
	sk = socket_behind(FIRST_ARGUMENT(regs));
	if (!sk && form.kind == CALL_SPLICE) {
		sk = socket_behind(THIRD_ARGUMENT(regs));
		receives = 0;
	}
	flags = receives ? message_flags(regs, form) : 0;
	state = sk && !(flags & (MSG_PEEK | MSG_OOB | MSG_ERRQUEUE)) ? call_state(sk) : NULL;
	if (!state)
		return 0;
	unknown = state->read_outside || state->generation != *(volatile __u32 *)&control.generation;
	if (!is_in_scope((__u64)sk, state)) {
		state->read_outside |= receives;
		return 0;
	}
	if (receives)
		state->read_outside = 0;

	t = fresh_transfer();
	if (!t)
		return 0;
	memory = SECOND_ARGUMENT(regs);
	count = result;
	t->total = form.kind == CALL_MESSAGES ? total_length(memory, count) : count;
	t->flags = receives ? CIQ_IN : 0;
	if (!place((__u64)sk, state, t, unknown))
		return 0;
	/* Bytes that are thrown away, or go to a pipe, have no memory: only their size and time are known. */
	if (receives && (flags & MSG_TRUNC || form.kind == CALL_SPLICE)) {
		t->flags |= CIQ_ELSEWHERE | CIQ_NO_FILL;
		emit_call_piece(t, 0);
		return 0;
	}
	if (control.stages & (receives ? CIQ_STAGES_IN : CIQ_STAGES_OUT))
		add_call_stages((__u64)sk, t);
	switch (form.kind) {
	case CALL_VECTOR:
		t->user.segments = THIRD_ARGUMENT(regs);
		/* fall through */
	case CALL_BUFFER:
		t->user.address = memory;
		emit_call_bytes(t);
		break;
	case CALL_MESSAGE:
		emit_message(t, memory);
		break;
	case CALL_MESSAGES:
		emit_messages(t, memory, count);
		break;
	default:
		emit_pages(t);
	}
	return 0;
}

/* Data in the SYN is a send call like others. */
static __always_inline void begin_fast_open(struct sock *sk, struct tcp_sock *tcp, struct socket_state *state)
{
}
