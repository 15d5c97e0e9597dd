/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Payload of sendfile and splice, which has no address in user memory: taken from the packets on their way out. */

SEC("tp_btf/net_dev_queue")
int BPF_PROG(net_dev_queue, struct sk_buff *skb)
{
	struct sock *sk = skb->sk;
	struct socket_state *state;
	struct transfer t = {};
	/* RFC 9293 section 3.1 */
	struct {
		__be32 ports;
		__be32 seq;
		__be32 ack;
		__u8 words; /* of the header, in the upper half */
		__u8 flags[3];
	} header;
	__u32 payload, length;
	__u64 from, to;

	if (!sk || !is_tcp(sk))
		return 0;
	state = bpf_sk_storage_get(&sockets, sk, NULL, 0);
	if (!state || state->fill_next >= state->fill_to)
		return 0;
	if (bpf_probe_read_kernel(&header, sizeof(header), skb->head + skb->transport_header)) {
		count_up(helper_failed, 1);
		return 0;
	}
	payload = skb->transport_header - (__u32)(skb->data - skb->head) + (header.words >> 4) * 4;
	length = skb->len;
	if (length <= payload)
		return 0;
	from = unwrap(state->fill_next, bpf_ntohl(header.seq));
	to = from + length - payload;
	/* A retransmission is behind what was taken. */
	t.pos = from > state->fill_next ? from : state->fill_next;
	if (to > state->fill_to)
		to = state->fill_to;
	if (t.pos >= to)
		return 0;
	t.total = to - t.pos;
	t.skb_offset = payload + (t.pos - from);
	t.time = bpf_ktime_get_ns();
	t.start = t.time;
	t.cookie = state->cookie;
	t.flags = CIQ_FILL;
	t.packet_buffer = BUFFER_FILL;
	if (bpf_dynptr_from_skb((struct __sk_buff *)skb, 0, &t.skb)) {
		count_up(helper_failed, 1);
		return 0;
	}
	state->fill_next = to;
	emit_packet_bytes(&t);
	return 0;
}
