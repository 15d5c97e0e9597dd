/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * CIQ_DATA from the user memory of a system call, without what kernels before 5.17 lack: bpf_loop(), and records whose
 * size is not a constant. Functions that loops call are global, so that the verifier looks at each once and not at every
 * turn; those take pointers to plain memory only, and have to test them. Long loops are loops of loops, each verified for
 * its own turns: 32 and 32 instead of 1,024.
 */
#ifndef CIQ_CALL_PAYLOAD_BPF_H
#define CIQ_CALL_PAYLOAD_BPF_H

/* Of one call. Payload beyond is left out, as if the budget had been that: 4 MiB, more than send buffers usually take. */
#define MAX_PIECES 512
#define MAX_SEGMENTS 1024 /* UIO_MAXIOV, include/uapi/linux/uio.h */
#define INNER_TURNS 32

/* Where a record is put together. Twice the payload, so that any offset and any length within it are inside. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u8[PAYLOAD_AT_MOST + 2 * CHUNK_BYTES]);
} records SEC(".maps");

static __always_inline __u8 *record_memory(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&records, &zero);
}

/* Copies user memory into the record, `at` bytes from its beginning. */
static __always_inline long copy_bytes(__u64 at, __u64 length, __u64 from)
{
	__u8 *record = record_memory();

	if (!record)
		return -1;
	AT_MOST(at, PAYLOAD_AT_MOST + CHUNK_BYTES);
	AT_MOST(length, CHUNK_BYTES);
	return bpf_probe_read_user(record + at, length, (const void *)from);
}

struct segment_copy {
	__u64 at;	     /* of the piece's payload, in the record */
	__u64 address;	     /* of the segment's entry */
	__u64 segment_start; /* relative to the transfer's first byte */
	__u64 from;	     /* likewise */
	__u64 to;
};

enum { SEGMENT_NEXT, SEGMENT_LAST, SEGMENT_FAILED };

/* Copies what one entry of an iovec array holds of a piece; moves on to the next when the entry is used up. */
__noinline int copy_segment(struct segment_copy *copy)
{
	__u64 end, from, to;
	struct user_segment {
		__u64 base;
		__u64 length;
	} segment;

	if (!copy || bpf_probe_read_user(&segment, sizeof(segment), (const void *)copy->address))
		return SEGMENT_FAILED;
	end = copy->segment_start + segment.length;
	from = copy->segment_start > copy->from ? copy->segment_start : copy->from;
	to = end < copy->to ? end : copy->to;
	if (from < to && copy_bytes(copy->at + from - copy->from, to - from, segment.base + (from - copy->segment_start)))
		return SEGMENT_FAILED;
	if (end > copy->to)
		return SEGMENT_LAST;
	copy->address += sizeof(segment);
	copy->segment_start = end;
	return end == copy->to ? SEGMENT_LAST : SEGMENT_NEXT;
}

__noinline int copy_some_segments(struct segment_copy *copy, __u32 count)
{
	int result = SEGMENT_NEXT;

	if (!copy)
		return SEGMENT_FAILED;
	for (__u32 i = 0; i < INNER_TURNS; i++) {
		if (i >= count || result != SEGMENT_NEXT)
			break;
		result = copy_segment(copy);
	}
	return result;
}

static __always_inline long copy_segments(struct transfer *t, const struct piece *p)
{
	struct segment_copy copy = {
		.at = payload_at(t),
		.address = t->user.address,
		.segment_start = t->segment_start,
		.from = p->offset,
		.to = (__u64)p->offset + p->captured,
	};
	int result = SEGMENT_NEXT;

	for (__u32 i = 0; i < MAX_SEGMENTS; i += INNER_TURNS) {
		if (i >= t->user.segments || result != SEGMENT_NEXT)
			break;
		result = copy_some_segments(&copy, t->user.segments - i);
	}
	t->user.segments -= (copy.address - t->user.address) / sizeof(struct iovec);
	t->user.address = copy.address;
	t->segment_start = copy.segment_start;
	return result == SEGMENT_LAST ? 0 : -1;
}

static __always_inline long copy_piece(struct transfer *t, const struct piece *p)
{
	if (t->user.segments)
		return copy_segments(t, p);
	return copy_bytes(payload_at(t), p->captured, t->user.address + p->offset);
}

__noinline int emit_call_piece(struct transfer *t, __u32 index)
{
	__u8 *record = record_memory();
	struct {
		struct ciq_data data;
		__u64 times[MAX_STAGES];
	} *head = (void *)record;
	struct ciq_data *data = &head->data;
	__u64 size, padded, end;
	struct piece p;
	__u8 cut;

	if (!t || !record)
		return 0;
	p = piece_of(t, index);
	/* Pages know it themselves, and a payload without limit is cut only by MAX_PIECES, against the will of user space. */
	cut = p.captured < p.length && !(t->flags & CIQ_ELSEWHERE) && control.budget != CIQ_EVERYTHING ? CIQ_CUT : 0;
	padded = (p.captured + 7) & ~7;
	size = payload_at(t) + padded;
	AT_MOST(size, PAYLOAD_AT_MOST + CHUNK_BYTES);
	/* What an older record left must not leave it as padding. */
	if (padded) {
		end = size - sizeof(__u64);
		AT_MOST(end, PAYLOAD_AT_MOST + CHUNK_BYTES);
		*(__u64 *)(record + end) = 0;
	}
	/* All places of stages, known or not: the payload comes over what is behind the known. */
	__builtin_memcpy(head->times, t->stages.times, sizeof(t->stages.times));
	if (p.captured && copy_piece(t, &p)) {
		count_up(helper_failed, 1);
		p.captured = 0;
		size = payload_at(t);
	}
	set_data(data, t, &p, size, cut);
	if (bpf_ringbuf_output(&events, record, size, BPF_RB_NO_WAKEUP))
		count_lost(p.length);
	wake_reader();
	return 0;
}

__noinline int emit_some_pieces(struct transfer *t, __u32 from, __u32 to)
{
	for (__u32 i = 0; i < INNER_TURNS; i++) {
		if (!t || from + i >= to)
			break;
		emit_call_piece(t, from + i);
	}
	return 0;
}

/* A transfer whose place in the stream and in user memory is set. */
__noinline int emit_call_bytes(struct transfer *t)
{
	__u32 pieces;

	if (!t)
		return 0;
	set_budget(t);
	if (t->head > MAX_PIECES * CHUNK_BYTES)
		t->head = MAX_PIECES * CHUNK_BYTES;
	t->segment_start = 0;
	pieces = head_pieces(t) + !!t->tail;
	for (__u32 i = 0; i <= MAX_PIECES; i += INNER_TURNS) {
		if (i >= pieces)
			break;
		emit_some_pieces(t, i, pieces);
	}
	return 0;
}

#endif
