/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* One send, receive or packet becomes one record or several, with as much payload as the budget allows. */
#ifndef CIQ_TRANSFER_BPF_H
#define CIQ_TRANSFER_BPF_H

/*
 * Of a transfer larger than the budget its last bytes are taken too, in a record of their own: with them user space sees
 * the end of a chunked body ("\r\n0\r\n\r\n", RFC 9112 section 7.1) although it has not seen the chunks.
 */
#define TAIL_BYTES 16

/*
 * Beyond the budget of a turn each transfer still shows its beginning: with pipelining (RFC 9112 section 9.3.2) a head
 * may stand there, and the heads of most chunks do.
 */
#define REST_BYTES 1024

struct transfer {
	__u64 pos;
	__u64 turn; /* position from which the budget counts */
	__u64 time;
	__u64 start;
	__u64 cookie;
	__u32 total;	 /* bytes of the stream */
	__u32 head;	 /* of which these first ones are copied */
	__u32 tail;	 /* and these last ones: TAIL_BYTES or 0 */
	__u32 tgid;
	__u32 skb_offset; /* of the first byte, in a packet */
	__u8 flags;
	/* A cursor in user memory, moved on from record to record. */
	struct user_bytes user;
	__u64 segment_start; /* of the cursor's segment, relative to the first byte; may be "negative" */
	struct stage_times stages; /* of every record of the transfer */
};

/* What one record stands for: `length` bytes at `offset`, the first `captured` of them copied. */
struct piece {
	__u32 offset;
	__u32 length;
	__u32 captured;
};

static __always_inline void set_data(struct ciq_data *data, const struct transfer *t, const struct piece *p, __u32 size,
				     __u8 cut)
{
	set_header(&data->h, size, CIQ_DATA, t->flags | cut, t->time, t->cookie);
	data->pos = t->pos + p->offset;
	data->len = p->length;
	data->captured = p->captured;
	data->start = t->start;
	data->tgid = t->tgid;
	data->stage_mask = t->stages.mask;
	data->reserved = 0;
}

static __always_inline void set_budget(struct transfer *t)
{
	__u64 spent = t->pos - t->turn, all = control.budget;
	__u64 rest = all < REST_BYTES ? all : REST_BYTES;
	__u64 budget = spent + rest < all ? all - spent : rest;

	if (t->total <= budget || (budget && t->total < budget + TAIL_BYTES)) {
		t->head = t->total;
		t->tail = 0;
	} else {
		t->head = budget;
		t->tail = budget ? TAIL_BYTES : 0;
	}
}

static __always_inline __u32 head_pieces(const struct transfer *t)
{
	return t->head ? (t->head + CHUNK_BYTES - 1) / CHUNK_BYTES : 1;
}

static __always_inline struct piece piece_of(const struct transfer *t, __u32 index)
{
	__u32 pieces = head_pieces(t);
	struct piece p = { .offset = t->total - TAIL_BYTES, .length = TAIL_BYTES, .captured = TAIL_BYTES };

	if (index < pieces) {
		p.offset = index * CHUNK_BYTES;
		p.captured = t->head - p.offset;
		if (p.captured > CHUNK_BYTES)
			p.captured = CHUNK_BYTES;
		p.length = index == pieces - 1 ? t->total - t->tail - p.offset : p.captured;
	}
	return p;
}

/* Before the payload of a record. */
#define PAYLOAD_AT_MOST (sizeof(struct ciq_data) + MAX_STAGES * sizeof(__u64))

/* Tells the verifier that a number is not above a constant, which clang would take for granted and not test. */
#define AT_MOST(number, most) asm volatile("if %0 <= %[m] goto +1\n%0 = %[m]" : "+r"(number) : [m] "i"(most))

/* Where in its record the payload begins: behind the stage times. */
static __always_inline __u32 payload_at(const struct transfer *t)
{
	return sizeof(struct ciq_data) + stage_bytes(&t->stages);
}

#endif
