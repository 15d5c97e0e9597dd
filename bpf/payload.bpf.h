/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* CIQ_DATA: the records of a transfer, of any size. */
#ifndef CIQ_PAYLOAD_BPF_H
#define CIQ_PAYLOAD_BPF_H

extern int bpf_dynptr_from_skb(struct __sk_buff *skb, __u64 flags, struct bpf_dynptr *ptr) __ksym;
extern int bpf_probe_read_user_dynptr(struct bpf_dynptr *to, __u32 offset, __u32 size, const void *from) __ksym;

/* A transfer whose bytes lie in a packet. A global function takes the transfer alone: a dynptr is no plain memory. */
struct packet_transfer {
	struct transfer transfer;
	struct bpf_dynptr skb;
	__u32 buffer; /* key of buffers */
};

/* A record copies by this: 0, or negative when the bytes could not be read. */
typedef long (*copy_payload)(struct transfer *t, const struct piece *p, struct bpf_dynptr *record);

static __always_inline long emit_piece(struct transfer *t, __u32 index, copy_payload copy)
{
	struct piece p = piece_of(t, index);
	__u32 padded = (p.captured + 7) & ~7;
	__u32 size = payload_at(t) + padded;
	struct bpf_dynptr record;
	struct ciq_data *data;
	__u64 zero = 0;
	__u8 cut = p.captured < p.length ? CIQ_CUT : 0;

	bpf_ringbuf_reserve_dynptr(&events, size, 0, &record);
	data = bpf_dynptr_data(&record, 0, sizeof(*data));
	if (!data) {
		bpf_ringbuf_discard_dynptr(&record, 0);
		count_lost(p.length);
		return 0;
	}
	/* The ring is not cleared: what an older record left must not leave it as padding. */
	if (padded != p.captured)
		bpf_dynptr_write(&record, size - sizeof(zero), &zero, sizeof(zero), 0);
	if (t->stages.mask)
		bpf_dynptr_write(&record, sizeof(*data), t->stages.times, stage_bytes(&t->stages), 0);
	if (p.captured && copy(t, &p, &record) < 0) {
		count_up(helper_failed, 1);
		p.captured = 0;
		size -= padded;
	}
	set_data(data, t, &p, size, cut);
	bpf_ringbuf_submit_dynptr(&record, BPF_RB_NO_WAKEUP);
	wake_reader();
	return 0;
}

/*
 * By way of a buffer of constant size. bpf_dynptr_copy() would save that, but where a packet's bytes are all in pages it
 * reads beside them from any offset but 0 (skb_pointer_if_linear compares unsigned; seen on 6.18).
 */
static __always_inline long copy_packet(struct transfer *t, const struct piece *p, struct bpf_dynptr *record)
{
	/* Called with the transfers of emit_packet_bytes() only, which are the first member of these. */
	struct packet_transfer *packet = (struct packet_transfer *)t;
	__u8 *buffer = bpf_map_lookup_elem(&buffers, &packet->buffer);
	__u32 size = p->captured;

	if (!buffer || size > CHUNK_BYTES)
		return -1;
	return bpf_dynptr_read(buffer, size, &packet->skb, t->skb_offset + p->offset, 0) ||
			       bpf_dynptr_write(record, payload_at(t), buffer, size, 0)
		       ? -1
		       : 0;
}

static __always_inline long copy_small_packet(struct transfer *t, __u8 *to, __u64 size)
{
	struct packet_transfer *packet = (struct packet_transfer *)t;

	return bpf_dynptr_read(to, size, &packet->skb, t->skb_offset, 0);
}

struct segment_copy {
	struct transfer *transfer;
	struct bpf_dynptr *record;
	__u64 from; /* relative to the transfer's first byte */
	__u64 to;
	long error;
};

/* Copies what one entry of an iovec array holds of a piece; moves the cursor on when the entry is used up. */
static long copy_segment(__u64 index, struct segment_copy *copy)
{
	struct transfer *t = copy->transfer;
	__u64 start = t->segment_start, end, from, to;
	struct iovec segment;

	if (!t->user.segments)
		return 1;
	copy->error = bpf_probe_read_kernel(&segment, sizeof(segment), (const void *)t->user.address);
	if (copy->error)
		return 1;
	end = start + segment.iov_len;
	/* `start` may be before the first byte: compare as signed. */
	from = (__s64)start > (__s64)copy->from ? start : copy->from;
	to = end < copy->to ? end : copy->to;
	if ((__s64)from < (__s64)to) {
		copy->error = bpf_probe_read_user_dynptr(copy->record, payload_at(t) + from - copy->from,
							 to - from, segment.iov_base + (from - start));
		if (copy->error)
			return 1;
	}
	if (end > copy->to)
		return 1;
	t->user.address += sizeof(segment);
	t->user.segments--;
	t->segment_start = end;
	return end == copy->to;
}

static __always_inline long copy_user(struct transfer *t, const struct piece *p, struct bpf_dynptr *record)
{
	struct segment_copy copy = {
		.transfer = t,
		.record = record,
		.from = p->offset,
		.to = (__u64)p->offset + p->captured,
	};

	if (!t->user.segments)
		return bpf_probe_read_user_dynptr(record, payload_at(t), p->captured,
						  (const void *)t->user.address + p->offset);
	bpf_loop(t->user.segments, copy_segment, &copy, 0);
	return copy.error;
}

/*
 * Global, so that the verifier looks at it once, and not at each call for every combination of what is known there of the
 * transfer: that was 400,000 instructions. Global functions have to test their pointers.
 */
__noinline int emit_user_piece(struct transfer *t, __u32 index)
{
	return t ? emit_piece(t, index, copy_user) : 0;
}

static long emit_next_user_piece(__u64 index, struct transfer *t)
{
	return emit_user_piece(t, index);
}

static long emit_packet_piece(__u64 index, struct packet_transfer *packet)
{
	return emit_piece(&packet->transfer, index, copy_packet);
}

/* The call of a callback by its address is dear, and most transfers are small. */
static __always_inline bool is_one_piece(const struct transfer *t)
{
	return t->head <= CHUNK_BYTES && !t->tail;
}

static __always_inline void emit_user_bytes(struct transfer *t)
{
	set_budget(t);
	t->segment_start = -(__u64)t->user.offset;
	if (!t->head)
		emit_range(t);
	else if (is_small(t) && t->user.segments <= SMALL_SEGMENTS)
		emit_small_user(t);
	else if (is_one_piece(t))
		emit_user_piece(t, 0);
	else
		bpf_loop(head_pieces(t) + !!t->tail, emit_next_user_piece, t, 0);
}

static __always_inline void emit_packet_pieces(struct packet_transfer *packet)
{
	struct transfer *t = &packet->transfer;

	if (is_one_piece(t))
		emit_packet_piece(0, packet);
	else
		bpf_loop(head_pieces(t) + !!t->tail, emit_packet_piece, packet, 0);
}

static __always_inline void emit_packet_bytes(struct packet_transfer *packet)
{
	struct transfer *t = &packet->transfer;

	set_budget(t);
	if (!t->head)
		emit_range(t);
	else if (is_small(t))
		emit_small(t, BUFFER_RECEIVE, copy_small_packet);
	else
		emit_packet_pieces(packet);
}

#endif
