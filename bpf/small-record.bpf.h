/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * CIQ_DATA in records of constant size, for transfers of up to 0.9 KiB, as most are: the calls that a dynptr needs cost more
 * than their bytes. The sizes are coarse, for what a record does not use of its room is neither written nor read.
 */
#ifndef CIQ_SMALL_RECORD_BPF_H
#define CIQ_SMALL_RECORD_BPF_H

/* Payload that a record of so many bytes has room for. */
#define ROOM_OF(bytes) ((bytes) - PAYLOAD_AT_MOST)
#define SMALL_BYTES ROOM_OF(1024)

/* Entries of an iovec array: a head and a chunk of a body with its two borders. */
#define SMALL_SEGMENTS 4

struct small_record {
	struct ciq_data data;
	__u64 times[MAX_STAGES]; /* all, known or not: the payload comes over what is behind the known */
};

/* Copies `size` bytes, not more than `room`, to `to`: 0, or negative when they could not be read. */
typedef long (*copy_small)(struct transfer *t, void *to, __u64 size, __u64 room);

static __always_inline int emit_in(struct small_record *record, struct transfer *t, copy_small copy, __u64 room)
{
	struct piece p = { .length = t->total, .captured = t->head };
	__u32 at = payload_at(t), size = at + ((p.captured + 7) & ~7);
	__u8 cut = p.captured < p.length ? CIQ_CUT : 0;
	__u64 end = size - sizeof(__u64);

	if (!record) {
		count_lost(p.length);
		return 0;
	}
	__builtin_memcpy(record->times, t->stages.times, sizeof(record->times));
	/* What an older record left must not leave the ring as padding. */
	AT_MOST(end, PAYLOAD_AT_MOST + room - sizeof(__u64));
	*(__u64 *)((__u8 *)record + end) = 0;
	if (copy(t, (__u8 *)record + at, p.captured, room)) {
		count_up(helper_failed, 1);
		p.captured = 0;
		size = at;
	}
	set_data(&record->data, t, &p, size, cut);
	submit_record(record);
	return 0;
}

#define EMIT_IN(bytes, t, copy) emit_in(bpf_ringbuf_reserve(&events, bytes, 0), t, copy, ROOM_OF(bytes))

/* A transfer of which `head` bytes are to be copied, and not none. */
static __always_inline int emit_small(struct transfer *t, copy_small copy)
{
	if (t->head <= ROOM_OF(256))
		return EMIT_IN(256, t, copy);
	return EMIT_IN(1024, t, copy);
}

static __always_inline void *scratch_memory(__u32 key)
{
	return bpf_map_lookup_elem(&buffers, &key);
}

/* The parts of a send that are being put together. */
struct gathering {
	struct iovec segments[SMALL_SEGMENTS];
	__u64 size;
	__u64 done;
};

/* Global, as all here that is called by several programs, or in a loop: so the verifier looks at it once. */
__noinline int gather_segment(struct gathering *g, __u32 index)
{
	void *to = scratch_memory(BUFFER_SEND);
	__u64 length, done;

	if (!g || !to || index >= SMALL_SEGMENTS)
		return -1;
	done = g->done;
	length = g->segments[index].iov_len;
	if (length > g->size - done)
		length = g->size - done;
	g->done = done + length;
	AT_MOST(length, SMALL_BYTES);
	AT_MOST(done, SMALL_BYTES);
	/* An empty part may have any address. */
	return length && bpf_probe_read_user(to + done, length, g->segments[index].iov_base);
}

static __always_inline int gather(const struct transfer *t)
{
	struct gathering g = { .size = t->head };
	__u64 count = t->user.segments;

	AT_MOST(count, SMALL_SEGMENTS);
	if (bpf_probe_read_kernel(g.segments, count * sizeof(struct iovec), (const void *)t->user.address))
		return -1;
	g.segments[0].iov_base += t->user.offset;
	g.segments[0].iov_len -= t->user.offset;
	for (int i = 0; i < SMALL_SEGMENTS && g.done < g.size; i++) {
		if (gather_segment(&g, i))
			return -1;
	}
	return 0;
}

static __always_inline long copy_small_user(struct transfer *t, void *to, __u64 size, __u64 room)
{
	AT_MOST(size, room);
	return t->user.segments ? bpf_probe_read_kernel(to, size, scratch_memory(BUFFER_SEND)) :
				  bpf_probe_read_user(to, size, (const void *)t->user.address);
}

static __always_inline bool is_small(const struct transfer *t)
{
	return t->head <= SMALL_BYTES && !t->tail;
}

/* The range alone. */
__noinline int emit_range(struct transfer *t)
{
	struct small_record *record;
	struct piece p = {};
	__u8 cut;

	if (!t)
		return 0;
	p.length = t->total;
	/* Pages know it themselves: see send.bpf.c. */
	cut = t->head < t->total && !(t->flags & CIQ_ELSEWHERE) ? CIQ_CUT : 0;
	record = bpf_ringbuf_reserve(&events, sizeof(*record), 0);
	if (!record) {
		count_lost(p.length);
		return 0;
	}
	__builtin_memcpy(record->times, t->stages.times, sizeof(record->times));
	set_data(&record->data, t, &p, payload_at(t), cut);
	submit_record(record);
	return 0;
}

__noinline int emit_small_user(struct transfer *t)
{
	if (!t)
		return 0;
	if (t->user.segments && gather(t)) {
		count_up(helper_failed, 1);
		return emit_range(t);
	}
	return emit_small(t, copy_small_user);
}

#endif
