/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The bytes of a stream that a packet on its way out holds: TCP's notes on it are gone by then, so its header is read. */
#ifndef CIQ_PACKET_BPF_H
#define CIQ_PACKET_BPF_H

struct packet {
	__u32 seq;
	__u32 length; /* of the payload */
	__u32 offset; /* where it begins, from skb->data */
	__be16 source;
	__be16 dest;
};

/* False without a payload. */
static __always_inline bool read_packet(const struct sk_buff *skb, struct packet *packet)
{
	/* RFC 9293 section 3.1 */
	union {
		struct {
			__be16 source;
			__be16 dest;
			__be32 seq;
			__be32 ack;
			__u8 words; /* of the header, in the upper half */
			__u8 flags[3];
		};
		__u64 numbers[2];
	} header;

	if (read_numbers(header.numbers, 2, skb->head + skb->transport_header)) {
		count_up(helper_failed, 1);
		return 0;
	}
	packet->offset = skb->transport_header - (__u32)(skb->data - skb->head) + (header.words >> 4) * 4;
	if (skb->len <= packet->offset)
		return 0;
	packet->length = skb->len - packet->offset;
	packet->seq = bpf_ntohl(header.seq);
	packet->source = header.source;
	packet->dest = header.dest;
	return 1;
}

#endif
