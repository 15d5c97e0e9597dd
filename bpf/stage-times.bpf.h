/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The times that a data or stage event carries: see enum ciq_stage_bit. */
#ifndef CIQ_STAGE_TIMES_BPF_H
#define CIQ_STAGE_TIMES_BPF_H

#define MAX_STAGES 8 /* a power of two; sent ranges have up to six, received ones five */

struct stage_times {
	__u64 times[MAX_STAGES];
	__u16 count;
	__u16 mask;
};

/* To be called in the order of the bits. A time of 0 is not known. */
static __always_inline void add_stage(struct stage_times *stages, enum ciq_stage_bit bit, __u64 time)
{
	if (!time)
		return;
	stages->times[stages->count & (MAX_STAGES - 1)] = time;
	stages->count++;
	stages->mask |= 1 << bit;
}

static __always_inline __u32 stage_bytes(const struct stage_times *stages)
{
	__u32 count = stages->count;

	if (count > MAX_STAGES)
		count = MAX_STAGES;
	return count * sizeof(stages->times[0]);
}

#endif
