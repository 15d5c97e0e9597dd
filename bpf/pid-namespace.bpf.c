/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* In which pid namespace user space is, which /proc does not tell within one. It is who runs this; each task gives the same. */
SEC("iter/task")
int find_pid_namespace(struct bpf_iter__task *context)
{
	const struct pid *pid = bpf_get_current_task_btf()->thread_pid;
	__u32 level = pid->level;

	if (level > MAX_PID_NS_LEVEL)
		return 0;
	control.pid_namespace = namespace_of(number_at(pid, level));
	control.pid_level = level;
	return 0;
}
