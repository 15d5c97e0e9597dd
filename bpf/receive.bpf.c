/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Bytes that a process receives: skb_copy_datagram_iovec comes for each part of a packet that is about to be copied to a
 * reader, under the socket's lock, while copied_seq is still the position of the first of these bytes.
 */

/*
 * Nothing at the copy itself tells a look from a read, so the system call is asked. A look through io_uring is not seen
 * here: it counts as the read, and the real read of the same bytes then adds nothing.
 */
static __always_inline bool is_peek(void)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	long number = SYSCALL_NUMBER(regs);

	if (number == SYS_RECVMSG)
		return THIRD_ARGUMENT(regs) & MSG_PEEK;
	if (number == SYS_RECVFROM || number == SYS_RECVMMSG)
		return FOURTH_ARGUMENT(regs) & MSG_PEEK;
	return 0;
}

/* Not inlined, so that those who are not in scope do not clear its stack. */
static __noinline int emit_received(struct sock *sk, struct tcp_sock *tcp, struct socket_state *state,
				    const struct sk_buff *skb, __u32 len)
{
	struct packet_transfer packet = {};
	struct transfer *t = &packet.transfer;
	__u32 seen;
	__s32 offset;

	if (is_peek())
		return 0;
	/* Negative: a later packet of a look, which copied_seq does not follow. */
	offset = tcp->copied_seq - ((const struct tcp_skb_cb *)skb->cb)->seq;
	if (offset < 0)
		return 0;
	/* The verdict is about it. */
	t->tgid = state->judged_tgid;
	report_process(state, t->tgid);
	open_socket(t->tgid, sk, state, 0);
	t->pos = state->in_next ? unwrap(state->in_next, tcp->copied_seq) : FIRST_POSITION + tcp->copied_seq;
	/* No byte is reported twice: not after such a look, nor when a copy failed half way and is tried again. */
	seen = t->pos < state->in_next ? state->in_next - t->pos : 0;
	if (seen >= len)
		return 0;
	t->pos += seen;
	take_turn(state, OTHER_END, t->pos);
	t->turn = state->turn;
	t->total = len - seen;
	t->skb_offset = offset + seen;
	t->time = bpf_ktime_get_ns();
	t->start = t->time;
	t->cookie = state->cookie;
	t->flags = CIQ_IN;
	packet.buffer = BUFFER_RECEIVE;
	if (bpf_dynptr_from_skb((struct __sk_buff *)skb, 0, &packet.skb)) {
		count_up(helper_failed, 1);
		return 0;
	}
	state->in_next = t->pos + t->total;
	if (control.stages & CIQ_STAGES_IN)
		add_arrival(sk, tcp, place_of(skb), t);
	emit_packet_bytes(&packet);
	return 0;
}

static __always_inline int receive(const struct sk_buff *skb, int len)
{
	struct sock *sk = skb->sk;
	struct socket_state *state = sk ? known_or_new_socket(sk) : NULL;
	struct tcp_sock *tcp;

	if (!state || len <= 0)
		return 0;
	tcp = tcp_of(sk);
	if (in_scope(sk, tcp, state, current_thread()))
		emit_received(sk, tcp, state, skb, len);
	return 0;
}

SEC("tp_btf/skb_copy_datagram_iovec")
int BPF_PROG(skb_copy_datagram_iovec, const struct sk_buff *skb, int len)
{
	keep_processor();
	return receive(skb, len);
}

/* Finds the bytes told of where the first has been. */
SEC("tp_btf/skb_copy_datagram_iovec")
int BPF_PROG(skb_copy_datagram_iovec_again, const struct sk_buff *skb, int len)
{
	keep_processor();
	return receive(skb, len);
}

/* As emit_received(), of bytes that no copy was seen of: their size and time. */
static __noinline int emit_taken(struct sock *sk, struct tcp_sock *tcp, struct socket_state *state)
{
	struct transfer t = { .flags = CIQ_IN | CIQ_ELSEWHERE | CIQ_NO_FILL };
	__u32 to = read_to(sk, tcp);

	/* What an older connection has read before is not known. */
	if (!state->in_next && state->established_at)
		state->in_next = FIRST_POSITION + (__u32)(to - bytes_read(tcp, to));
	t.tgid = state->judged_tgid;
	report_process(state, t.tgid);
	open_socket(t.tgid, sk, state, 0);
	t.pos = state->in_next;
	state->in_next = unwrap(t.pos, to);
	t.total = state->in_next - t.pos;
	t.time = bpf_ktime_get_ns();
	t.start = t.time;
	t.cookie = state->cookie;
	take_turn(state, OTHER_END, t.pos);
	if (t.total)
		emit_range(&t);
	return 0;
}

/*
 * Comes after each read, when TCP has counted its bytes. Those that went to a pipe (splice), were thrown away (MSG_TRUNC) or
 * mapped (TCP_ZEROCOPY_RECEIVE) are told of here: at the next read it would be known that they are missing, but not when
 * they were read.
 */
SEC("tp_btf/tcp_rcv_space_adjust")
int BPF_PROG(tcp_rcv_space_adjust, struct sock *sk)
{
	keep_processor();
	struct socket_state *state = known_or_new_socket(sk);
	struct tcp_sock *tcp;

	if (!state)
		return 0;
	tcp = tcp_of(sk);
	/* Told of, or after a look by io_uring even more than has been read. */
	if (state->in_next && !after(read_to(sk, tcp), (__u32)state->in_next))
		return 0;
	/* Otherwise packets are being handled, in whatever process they interrupt. */
	if (sk->sk_lock.owned && in_scope(sk, tcp, state, current_thread()))
		emit_taken(sk, tcp, state);
	return 0;
}
