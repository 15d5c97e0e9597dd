/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Payload of sendfile and splice, which has no address in user memory: taken from the packets on their way out. */

static __noinline int emit_fill(struct socket_state *state, struct sk_buff *skb)
{
	struct packet_transfer packet_transfer = {};
	struct transfer *t = &packet_transfer.transfer;
	struct packet packet;
	__u64 from, to;

	if (!read_packet(skb, &packet))
		return 0;
	from = unwrap(state->fill_next, packet.seq);
	to = from + packet.length;
	/* A retransmission is behind what was taken. */
	t->pos = from > state->fill_next ? from : state->fill_next;
	if (to > state->fill_to)
		to = state->fill_to;
	if (t->pos >= to)
		return 0;
	t->turn = t->pos;
	t->total = to - t->pos;
	t->skb_offset = packet.offset + (t->pos - from);
	t->time = bpf_ktime_get_ns();
	t->start = t->time;
	t->cookie = state->cookie;
	t->flags = CIQ_FILL;
	packet_transfer.buffer = BUFFER_FILL;
	if (bpf_dynptr_from_skb((struct __sk_buff *)skb, 0, &packet_transfer.skb)) {
		count_up(helper_failed, 1);
		return 0;
	}
	state->fill_next = to;
	if (!awaits_packets(state))
		count_up(filling, -1);
	set_budget(t);
	/* Not often small: the verifier is spared what those would take. */
	emit_packet_pieces(&packet_transfer);
	return 0;
}

static __always_inline void take_fill(struct sk_buff *skb)
{
	struct socket_state *state;
	struct sock *sk = skb->sk;

	/* This comes for every packet of the host, and next to none has such payload. */
	if (!*(volatile __u32 *)&control.filling || !sk)
		return;
	state = known_socket(sk);
	if (state && awaits_packets(state))
		emit_fill(state, skb);
}
