/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Newer kernels let the programs of tracepoints be preempted. Then another task may come to the same scratch memory on
 * this processor: so a program keeps it. And a program that is under way on a processor does not run there a second time
 * (recursion_misses of proc_pid_fdinfo(5)), also not when it gives way at its end, where the kernel has waited for that:
 * so the programs that see bytes are there twice, the second does what the first has missed.
 */
#ifndef CIQ_PROCESSOR_BPF_H
#define CIQ_PROCESSOR_BPF_H

#ifdef CIQ_UNTYPED_SOCKETS
/* For kernels that are older than that. */
#define keep_processor() _Static_assert(1, "")
#else
extern int LINUX_KERNEL_VERSION __kconfig;
extern void bpf_preempt_disable(void) __ksym;
extern void bpf_preempt_enable(void) __ksym;

/* The verifier knows the release, and leaves out what is not for it. */
#define IS_PREEMPTED (LINUX_KERNEL_VERSION >= CIQ_PREEMPTING_KERNEL)

static __always_inline int take_processor(void)
{
	if (IS_PREEMPTED)
		bpf_preempt_disable();
	return 0;
}

static __always_inline void leave_processor(const int *kept)
{
	(void)kept;
	if (IS_PREEMPTED)
		bpf_preempt_enable();
}

/* To the end of the block. */
#define keep_processor() __attribute__((cleanup(leave_processor), unused)) int kept = take_processor()
#endif

#endif
