/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Stages of bytes that are sent. What passes a hook before its send call returns goes with the data event of the call;
 * what passes later (the window was full, an earlier packet is being waited for) gets a stage event at once.
 */

/* A send call begins: the bytes from `pos` on are its own. */
static __always_inline void begin_departure(struct sock *sk, struct tcp_sock *tcp, __u64 cookie, __u64 pos)
{
	struct stage_state *state = stage_state(sk, tcp);
	__u32 seq = pos;

	if (!state)
		return;
	state->cookie = cookie;
	if (state->told == pos)
		return;
	/* Of what was sent before the capture nothing is known: it counts as gone. */
	if (!state->told || after(seq, state->queued.to))
		state->queued.to = seq;
	if (!state->told || after(seq, state->sent.to))
		state->sent.to = seq;
	state->told = pos;
	state->queued.first = 0;
	state->sent.first = 0;
}

static __always_inline void add_passage(struct stage_times *stages, enum ciq_stage_bit bit, struct departure *departure,
					__u32 seq, __u32 end)
{
	if (!departure->first)
		return;
	if (after(departure->to, seq))
		add_stage(stages, bit, departure->first);
	if (!after(end, departure->to))
		add_stage(stages, bit + 1, departure->last);
}

/*
 * The call's bytes up to the end of the transfer are told of now. Global: each time is known or not, and what follows
 * would be looked at by the verifier for every combination.
 */
__noinline int add_departure_times(struct stage_state *state, struct transfer *t, __u64 round_trip)
{
	if (!state || !t)
		return 0;
	/* Otherwise another thread's call has come between, and the times are of its bytes. */
	if (state->told == t->pos) {
		add_passage(&t->stages, CIQ_STAGE_QUEUED, &state->queued, t->pos, t->pos + t->total);
		add_passage(&t->stages, CIQ_STAGE_SENT, &state->sent, t->pos, t->pos + t->total);
		if (t->stages.mask)
			add_stage(&t->stages, CIQ_STAGE_INTERFACE, state->out_interface);
		state->told = t->pos + t->total;
		state->queued.first = 0;
		state->sent.first = 0;
	}
	add_stage(&t->stages, CIQ_STAGE_RTT, round_trip);
	return 0;
}

static __always_inline void add_departure(struct sock *sk, const struct tcp_sock *tcp, struct transfer *t)
{
	add_departure_times(known_stages(sk), t, round_trip(tcp));
}

static __always_inline void emit_departure(const struct stage_state *state, enum ciq_stage_bit bit, __u32 seq, __u32 end,
					   __u64 now)
{
	struct stage_times stages = {};

	add_stage(&stages, bit, now);
	add_stage(&stages, bit + 1, now);
	add_stage(&stages, CIQ_STAGE_INTERFACE, state->out_interface);
	emit_stages(state->cookie, 0, state->told - ((__u32)state->told - seq), end - seq, &stages);
}

/* The state of the socket that a packet with payload comes from, and its range; NULL where that is of no interest. */
static __always_inline struct stage_state *departing(const struct sk_buff *skb, struct packet *packet)
{
	struct sock *sk = skb->sk;
	struct tcp_sock *tcp = sk ? as_tcp(sk) : NULL;
	struct stage_state *state;

	if (!tcp)
		return NULL;
	state = known_stages(sk);
	if (!state || !state->told || !read_packet(skb, packet))
		return NULL;
	/* The outer packet of a tunnel still belongs to the socket, but its header does not. NAT may have changed one port. */
	return packet->source == FIELD(tcp, inet_conn.icsk_inet.inet_sport) ||
			       packet->dest == FIELD(sk, __sk_common.skc_dport) ?
		       state :
		       NULL;
}

static __always_inline void pass(struct stage_state *state, struct departure *departure, enum ciq_stage_bit bit,
				 const struct packet *packet)
{
	__u32 seq = packet->seq, end = seq + packet->length;
	__u32 told = state->told;
	__u64 now;

	/* Sent again, or passed on from one interface to the next. */
	if (!after(end, departure->to))
		return;
	now = bpf_ktime_get_ns();
	if (after(departure->to, seq))
		seq = departure->to;
	departure->to = end;
	if (after(told, seq))
		emit_departure(state, bit, seq, after(told, end) ? end : told, now);
	if (after(end, told)) {
		if (!departure->first)
			departure->first = now;
		departure->last = now;
	}
}

SEC("tp_btf/net_dev_queue")
int BPF_PROG(net_dev_queue, struct sk_buff *skb)
{
	struct stage_state *state;
	struct packet packet;

	/* Two things in one program: to run a second one costs more than what either does. */
	take_fill(skb);
	state = control.stages & CIQ_STAGES_QUEUE ? departing(skb, &packet) : NULL;
	if (!state)
		return 0;
	if (state->out_interface != skb->dev->ifindex) {
		state->out_interface = skb->dev->ifindex;
		name_interface(skb->dev);
	}
	pass(state, &state->queued, CIQ_STAGE_QUEUED, &packet);
	return 0;
}

SEC("tp_btf/net_dev_start_xmit")
int BPF_PROG(net_dev_start_xmit, const struct sk_buff *skb)
{
	struct packet packet;
	struct stage_state *state = departing(skb, &packet);

	if (state)
		pass(state, &state->sent, CIQ_STAGE_SENT, &packet);
	return 0;
}

SEC("tp_btf/tcp_retransmit_skb")
int BPF_PROG(tcp_retransmit_skb, struct sock *sk, const struct sk_buff *skb)
{
	struct stage_state *state = known_stages(sk);
	struct ciq_retransmit *record;

	if (!state || !state->cookie || !state->told || !skb->len)
		return 0;
	if (!reserve_record(record, CIQ_RETRANSMIT, state->cookie))
		return 0;
	/* Before or behind it: the call that sent these bytes may still wait for room. */
	record->pos = state->told + (__s32)(((const struct tcp_skb_cb *)skb->cb)->seq - (__u32)state->told);
	record->len = skb->len;
	record->reserved = 0;
	submit_record(record);
	return 0;
}
