/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Is a socket in the scope of the capture? Decided before any byte that a process sends or receives is read. See
 * control.h for how a scope is stored.
 */
#ifndef CIQ_SCOPE_BPF_H
#define CIQ_SCOPE_BPF_H

/* What the sockets of others come to: nothing is looked up for them. A local port of 0 is not chosen yet, or given back. */
static __always_inline bool has_port_in_bounds(const struct sock *sk)
{
	const struct ciq_port_bounds *ports = &control.ports;
	__u16 local = FIELD(sk, __sk_common.skc_num), remote;

	if (!local || (local >= ports->local_from && local <= ports->local_to))
		return 1;
	remote = bpf_ntohs(FIELD(sk, __sk_common.skc_dport));
	return remote >= ports->remote_from && remote <= ports->remote_to;
}

static __always_inline __u32 clauses_of(void *map, const void *key)
{
	__u32 *clauses = bpf_map_lookup_elem(map, key);

	return clauses ? *clauses : 0;
}

static __always_inline __u32 clauses_of_id(void *map, __u32 bank, __u32 id)
{
	struct ciq_id_key key = { .bank = bank, .id = id };

	return clauses_of(map, &key);
}

static __always_inline __u32 clauses_of_port(__u32 bank, __u8 end, __u16 port)
{
	struct ciq_port_key key = {
		.prefix_bits = 16 + 16, .bank = bank, .end = end, .port = { port >> 8, port & 255 }
	};

	return clauses_of(&scope_ports, &key);
}

static __always_inline __u32 clauses_of_address(__u32 bank, __u8 end, const __u8 addr[16])
{
	struct ciq_net_key key = { .prefix_bits = 16 + 128, .bank = bank, .end = end };

	/* Not memcpy(): the key's place is not aligned, and byte by byte the verifier has more to follow. */
	bpf_probe_read_kernel(key.addr, 16, addr);
	return clauses_of(&scope_nets, &key);
}

/* The base name of a process's executable, into a zeroed buffer of CIQ_NAME_BYTES. Kernel threads have none. */
static __always_inline void read_exe_name(struct task_struct *task, char *name)
{
	struct mm_struct *mm = task->mm;

	if (!mm || !mm->exe_file)
		return;
	if (bpf_probe_read_kernel_str(name, CIQ_NAME_BYTES, mm->exe_file->f_path.dentry->d_name.name) < 0)
		count_up(helper_failed, 1);
}

/*
 * By the names of a process: of its first thread, and its executable, for Node calls even its main thread otherwise. Names of
 * other threads say nothing: where several handle a connection, they would let in a part of its bytes.
 */
static __always_inline __u32 clauses_of_names(__u32 bank, struct task_struct *task)
{
	struct ciq_name_key key = { .bank = bank };
	__u32 clauses;

	/* Up to its NUL: before Linux 5.17 the rest of an older, longer name stands behind it. */
	bpf_probe_read_kernel_str(key.name, sizeof(task->comm), &task->group_leader->comm);
	clauses = clauses_of(&scope_names, &key);
	__builtin_memset(key.name, 0, sizeof(key.name));
	read_exe_name(task, key.name);
	return clauses | clauses_of(&scope_names, &key);
}

/*
 * What the socket's own addresses, role and namespace leave of the clauses. A local port of 0 is not chosen yet. Global, so
 * that the verifier looks at these many ways once, and not at each call.
 */
__noinline int clauses_of_socket(__u32 bank, const struct tuple *t, __u32 role)
{
	const struct ciq_scope *scope = &control.scope[bank & 1];
	__u32 clauses = scope->clauses;

	if (!t)
		return 0;
	if (clauses & ~scope->free[CIQ_BY_LOCAL_PORT] && t->local_port)
		clauses &= scope->free[CIQ_BY_LOCAL_PORT] | clauses_of_port(bank, CIQ_LOCAL, t->local_port);
	if (clauses & ~scope->free[CIQ_BY_REMOTE_PORT])
		clauses &= scope->free[CIQ_BY_REMOTE_PORT] | clauses_of_port(bank, CIQ_REMOTE, t->remote_port);
	if (clauses & ~scope->free[CIQ_BY_LOCAL_NET])
		clauses &= scope->free[CIQ_BY_LOCAL_NET] | clauses_of_address(bank, CIQ_LOCAL, t->local_addr);
	if (clauses & ~scope->free[CIQ_BY_REMOTE_NET])
		clauses &= scope->free[CIQ_BY_REMOTE_NET] | clauses_of_address(bank, CIQ_REMOTE, t->remote_addr);
	if (clauses & ~scope->free[CIQ_BY_SIDE] && role < 3)
		clauses &= scope->free[CIQ_BY_SIDE] | scope->side[role];
	if (clauses & ~scope->free[CIQ_BY_NETNS])
		clauses &= scope->free[CIQ_BY_NETNS] | clauses_of_id(&scope_netns, bank, t->netns);
	return clauses;
}

/* What a process leaves of the clauses. */
static __always_inline __u32 clauses_of_process(const struct ciq_scope *scope, __u32 bank, __u32 clauses,
						struct task_struct *task)
{
	if (clauses & ~scope->free[CIQ_BY_PID])
		clauses &= scope->free[CIQ_BY_PID] | clauses_of_id(&scope_pids, bank, process_of(task));
	if (clauses & ~scope->free[CIQ_BY_COMM])
		clauses &= scope->free[CIQ_BY_COMM] | clauses_of_names(bank, task);
	return clauses;
}

#endif
