/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Processes: those that own a socket in scope are reported; what a process in scope starts is in scope. */

/* `comm`: where its name stands. */
static __noinline int emit_process(struct task_struct *task, __u32 tgid, const char *comm)
{
	struct task_struct *leader = task->group_leader;
	__u64 started = leader->start_boottime;
	struct ciq_process *record;

	if (!reserve_record(record, CIQ_PROCESS, 0))
		return -1;
	record->tgid = tgid;
	record->parent = process_of(leader->real_parent);
	record->started = started;
	__builtin_memset(record->comm, 0, sizeof(record->comm) + sizeof(record->exe));
	/* Cut as the kernel will cut it: exec hands out the whole name of the file, behind which anything may stand. */
	bpf_probe_read_kernel_str(record->comm, sizeof(record->comm), comm);
	read_exe_name(task, record->exe);
	submit_record(record);
	emit_exe(task, tgid, started);
	if (bpf_map_update_elem(&processes, &tgid, &started, BPF_ANY))
		count_up(helper_failed, 1);
	return 0;
}

/* CIQ_PROCESS for the process of a task, which is `tgid`, unless it has been sent. */
static __always_inline void report_process_of(struct task_struct *task, __u32 tgid, struct socket_state *state)
{
	__u64 *started;

	if (state->reported_tgid == tgid)
		return;
	started = bpf_map_lookup_elem(&processes, &tgid);
	if (started && *started == task->group_leader->start_boottime)
		state->reported_tgid = tgid;
	else if (!emit_process(task, tgid, task->group_leader->comm))
		state->reported_tgid = tgid;
}

/* Global, for it is reached in several places of a program. */
__noinline int report_current(struct socket_state *state, __u32 tgid)
{
	if (state)
		report_process_of(bpf_get_current_task_btf(), tgid, state);
	return 0;
}

/* The running process, of that thread group: nearly always it was told of by the socket before. */
static __always_inline void report_process(struct socket_state *state, __u32 tgid)
{
	if (state->reported_tgid != tgid)
		report_current(state, tgid);
}

static __always_inline void inherit_scope(__u32 bank, __u32 parent, __u32 child)
{
	__u32 clauses = clauses_of_id(&scope_pids, bank, parent) & control.scope[bank].inherit;
	struct ciq_id_key key = { .bank = bank, .id = child };

	if (clauses && bpf_map_update_elem(&scope_pids, &key, &clauses, BPF_ANY))
		count_up(helper_failed, 1);
}

/* Both banks: the one in use, and the one that user space may be filling from /proc at this moment. */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(sched_process_fork, struct task_struct *parent, struct task_struct *child)
{
	keep_processor();
	__u32 from, to;

	if (parent->tgid == child->tgid)
		return 0;
	from = process_of(parent);
	to = process_of(child);
	inherit_scope(0, from, to);
	inherit_scope(1, from, to);
	return 0;
}

/*
 * By exec, where the executable is the new one already, by prctl() or /proc. The task has its new name behind this: nobody is
 * judged by the old one in between but by another thread.
 */
SEC("tp_btf/task_rename")
int BPF_PROG(task_rename, struct task_struct *task, const char *comm)
{
	keep_processor();
	const struct ciq_scope *scope = &control.scope[control.bank & 1];
	__u32 tgid;

	/* A process has the name of its first thread. */
	if (task->tgid != task->pid)
		return 0;
	/* Names change, and with them verdicts. */
	if (scope->clauses & ~scope->free[CIQ_BY_COMM])
		__sync_fetch_and_add(&control.generation, 1);
	tgid = process_of(task);
	if (bpf_map_lookup_elem(&processes, &tgid))
		emit_process(task, tgid, comm);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(sched_process_exit, struct task_struct *task)
{
	keep_processor();
	struct ciq_id_key key = {};
	__u64 *started, start_time;
	struct ciq_exit *record;
	__u32 tgid;

	/* Not the last thread of its process. */
	if (task->signal->live.counter)
		return 0;
	tgid = process_of(task);
	key.id = tgid;
	bpf_map_delete_elem(&scope_pids, &key);
	key.bank = 1;
	bpf_map_delete_elem(&scope_pids, &key);

	started = bpf_map_lookup_elem(&processes, &tgid);
	if (!started)
		return 0;
	start_time = *started;
	/* Two threads may both have seen themselves as the last: one of them deletes. */
	if (bpf_map_delete_elem(&processes, &tgid))
		return 0;
	if (!reserve_record(record, CIQ_EXIT, 0))
		return 0;
	record->tgid = tgid;
	record->reserved = 0;
	record->started = start_time;
	submit_record(record);
	return 0;
}
