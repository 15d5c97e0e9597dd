/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Records into the ring, and what is counted when that fails. */
#ifndef CIQ_RING_BPF_H
#define CIQ_RING_BPF_H

#define count_up(counter, n) __sync_fetch_and_add(&control.counter, (n))

static __always_inline void count_lost(__u64 stream_bytes)
{
	count_up(ring_full, 1);
	if (stream_bytes)
		count_up(ring_full_bytes, stream_bytes);
}

/*
 * Behind each record. User space comes by on a timer, for a wakeup for each would cost more than the record: it is woken
 * only for as much as it has asked for. It asks, then looks once more: so no record is missed by both. Global, for the
 * verifier.
 */
__noinline int wake_reader(void)
{
	__u32 wanted = *(volatile __u32 *)&control.wake_at;

	if (!wanted || bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) < wanted)
		return 0;
	if (__sync_val_compare_and_swap(&control.wake_at, wanted, 0) == wanted)
		bpf_ringbuf_output(&wakes, &wanted, sizeof(wanted), BPF_RB_FORCE_WAKEUP);
	return 0;
}

static __always_inline void set_header(struct ciq_header *h, __u32 size, __u8 type, __u8 flags, __u64 time,
				       __u64 cookie)
{
	h->size = size;
	h->type = type;
	h->flags = flags;
	h->reserved = 0;
	h->time = time;
	h->cookie = cookie;
}

/* Room for a record of constant size with its header set, or NULL, which is counted. */
#define reserve_record(record, record_type, cookie)                                                                    \
	({                                                                                                             \
		record = bpf_ringbuf_reserve(&events, sizeof(*record), 0);                                             \
		if (record)                                                                                            \
			set_header(&record->h, sizeof(*record), record_type, 0, bpf_ktime_get_ns(), cookie);           \
		else                                                                                                   \
			count_lost(0);                                                                                 \
		record;                                                                                                \
	})

static __always_inline void submit_record(void *record)
{
	bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
	wake_reader();
}

#endif
