/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Processes have a number in each pid namespace from their own up to the machine's: a scope, records and maps hold those of
 * the namespace of user space. A container that sees all of the machine has the machine's.
 */
#ifndef CIQ_PID_NAMESPACE_BPF_H
#define CIQ_PID_NAMESPACE_BPF_H

#define MAX_PID_NS_LEVEL 32 /* include/linux/pid_namespace.h */

/* The number of a process in the namespace of a level, which has to be one of its own. */
static __always_inline const struct upid *number_at(const struct pid *pid, __u32 level)
{
	__u64 at = bpf_core_field_offset(struct pid, numbers) + level * bpf_core_type_size(struct upid);

	return typed_pointer((__u64)pid + at, struct upid);
}

static __always_inline __u32 namespace_of(const struct upid *number)
{
	const struct pid_namespace *namespace = FIELD(number, ns);

	return FIELD(namespace, ns.inum);
}

/*
 * The number of the process of a task, by its address; of one that has none there the machine's, marked. Global, for it is
 * reached in several places of a program.
 */
__noinline __u32 number_inside(__u64 address)
{
	const struct task_struct *task = typed_pointer(address, struct task_struct), *leader = FIELD(task, group_leader);
	const struct pid *pid = FIELD(leader, thread_pid);
	__u32 level = control.pid_level;

	if (level <= MAX_PID_NS_LEVEL && FIELD(pid, level) >= level) {
		const struct upid *number = number_at(pid, level);

		if (namespace_of(number) == control.pid_namespace)
			return FIELD(number, nr);
	}
	return FIELD(task, tgid) | CIQ_OUTSIDE;
}

static __always_inline __u32 process_of(struct task_struct *task)
{
	__u64 address = 0;

	if (!control.pid_level)
		return task->tgid;
	/* A number: global functions take no pointers of the kernel, and what is read from memory is none. */
	bpf_probe_read_kernel(&address, sizeof(address), &task);
	return number_inside(address);
}

/* As bpf_get_current_pid_tgid(), whose upper half is the process. The thread is always the machine's. */
static __always_inline __u64 current_thread(void)
{
	__u64 thread = bpf_get_current_pid_tgid();

	if (control.pid_level)
		thread = (__u64)number_inside(bpf_get_current_task()) << 32 | (__u32)thread;
	return thread;
}

static __always_inline __u32 current_process(void)
{
	return current_thread() >> 32;
}

#endif
