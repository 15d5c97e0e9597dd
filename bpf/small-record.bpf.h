/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * CIQ_DATA in one record, for transfers of up to 1 KiB, as most are: the calls that a dynptr needs cost more than their
 * bytes. It is put together in scratch memory, so that in the ring it takes no more than it is long. Room of constant size
 * in the ring saves that copy, but holds a third as many small records, and their many lines are waited for when one is
 * submitted: 50 ns more for a send of up to 0.3 KiB, as much for one of 0.9.
 */
#ifndef CIQ_SMALL_RECORD_BPF_H
#define CIQ_SMALL_RECORD_BPF_H

#define SMALL_BYTES 1024
/* Entries of an iovec array: a head and a chunk of a body with its two borders. */
#define SMALL_SEGMENTS 4

struct small_record {
	struct ciq_data data;
	__u64 times[MAX_STAGES]; /* all, known or not: the payload comes over what is behind the known */
};

/* Copies `size` bytes to `to`: 0, or negative when they could not be read. */
typedef long (*copy_small)(struct transfer *t, __u8 *to, __u64 size);

static __always_inline void *scratch_memory(__u32 key)
{
	return bpf_map_lookup_elem(&buffers, &key);
}

/* Into the ring goes what `record` holds of the transfer: its first `captured` bytes. */
static __always_inline int output_small(struct small_record *record, const struct transfer *t, __u32 captured, __u8 cut)
{
	__u64 size = payload_at(t) + ((captured + 7) & ~7);
	struct piece p = { .length = t->total, .captured = captured };

	set_data(&record->data, t, &p, size, cut);
	AT_MOST(size, PAYLOAD_AT_MOST + SMALL_BYTES);
	if (bpf_ringbuf_output(&events, record, size, BPF_RB_NO_WAKEUP))
		count_lost(p.length);
	wake_reader();
	return 0;
}

/* A transfer of which `head` bytes are to be copied, and not none. */
static __always_inline int emit_small(struct transfer *t, __u32 scratch, copy_small copy)
{
	__u8 cut = t->head < t->total ? CIQ_CUT : 0, *record = scratch_memory(scratch);
	__u64 at = payload_at(t), head = t->head, end;

	if (!record)
		return 0;
	AT_MOST(head, SMALL_BYTES);
	__builtin_memcpy(record + sizeof(struct ciq_data), t->stages.times, sizeof(t->stages.times));
	/* What an older record left must not come as padding. */
	end = at + (head & ~7);
	*(__u64 *)(record + end) = 0;
	if (copy(t, record + at, head)) {
		count_up(helper_failed, 1);
		head = 0;
	}
	return output_small((void *)record, t, head, cut);
}

/* The parts of a send that are being put together. */
struct gathering {
	struct iovec segments[SMALL_SEGMENTS];
	__u64 at; /* in the record */
	__u64 rest;
};

/* Global, as all here that is called by several programs, or in a loop: so the verifier looks at it once. */
__noinline int gather_segment(struct gathering *g, __u32 index)
{
	__u8 *record = scratch_memory(BUFFER_SEND);
	__u64 length, at;

	if (!g || !record || index >= SMALL_SEGMENTS)
		return -1;
	at = g->at;
	length = g->segments[index].iov_len;
	if (length > g->rest)
		length = g->rest;
	g->at = at + length;
	g->rest -= length;
	AT_MOST(length, SMALL_BYTES);
	AT_MOST(at, PAYLOAD_AT_MOST + SMALL_BYTES);
	/* An empty part may have any address. */
	return length && bpf_probe_read_user(record + at, length, g->segments[index].iov_base);
}

static __always_inline long gather(const struct transfer *t)
{
	struct gathering g = { .at = payload_at(t), .rest = t->head };
	__u64 count = t->user.segments;

	AT_MOST(count, SMALL_SEGMENTS);
	if (bpf_probe_read_kernel(g.segments, count * sizeof(struct iovec), (const void *)t->user.address))
		return -1;
	g.segments[0].iov_base += t->user.offset;
	g.segments[0].iov_len -= t->user.offset;
	for (int i = 0; i < SMALL_SEGMENTS && g.rest; i++) {
		if (gather_segment(&g, i))
			return -1;
	}
	return 0;
}

static __always_inline long copy_small_user(struct transfer *t, __u8 *to, __u64 size)
{
	return t->user.segments ? gather(t) : bpf_probe_read_user(to, size, (const void *)t->user.address);
}

static __always_inline bool is_small(const struct transfer *t)
{
	return t->head <= SMALL_BYTES && !t->tail;
}

/* The range alone. */
__noinline int emit_range(struct transfer *t)
{
	struct small_record record;

	if (!t)
		return 0;
	__builtin_memcpy(record.times, t->stages.times, sizeof(record.times));
	/* Pages know it themselves: see send.bpf.c. */
	return output_small(&record, t, 0, t->head < t->total && !(t->flags & CIQ_ELSEWHERE) ? CIQ_CUT : 0);
}

__noinline int emit_small_user(struct transfer *t)
{
	return t ? emit_small(t, BUFFER_SEND, copy_small_user) : 0;
}

#endif
