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

/* Nobody is woken for a record while user space comes by on a timer: a wakeup for each would cost more than the record. */
static __always_inline __u64 wakeup_flags(void)
{
	return *(volatile __u32 *)&control.sleeping ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
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
	bpf_ringbuf_submit(record, wakeup_flags());
}

#endif
