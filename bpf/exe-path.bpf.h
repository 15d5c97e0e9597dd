/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Where a process's executable lies. /proc tells it, too, but not of a process that has ended by the time somebody asks,
 * and bpf_d_path() is refused in tracepoints: so the names are gathered as d_path() does it (fs/d_path.c). It takes locks
 * that are not to be had here: a path that is renamed at this very moment may come out mixed.
 */
#ifndef CIQ_EXE_PATH_BPF_H
#define CIQ_EXE_PATH_BPF_H

#define NAME_BYTES 256 /* NAME_MAX of include/uapi/linux/limits.h, and a NUL */
/* All names of a path with at most 768 bytes; of longer or deeper ones only the base name is told. */
#define NAMES_BYTES 1024
#define MAX_STEPS 32

struct exe_names {
	char bytes[NAMES_BYTES + sizeof(__u64)];
};

static __always_inline struct mount *mount_of(const struct vfsmount *mnt)
{
	return (struct mount *)((__u64)mnt - bpf_core_field_offset(struct mount, mnt));
}

/* Where the way from a file up to the root has come to. */
struct climb {
	__u64 dentry;
	__u64 mount;
	__u32 length; /* of the names so far */
	__u32 reserved;
};

/*
 * One name more, or out of a mounted file system; false at the root, and where the way cannot go on. Global, so that the
 * verifier looks at a step once, and not at each in every state that those before it may leave.
 */
__noinline int climb(struct climb *at, struct exe_names *names)
{
	if (!at || !names)
		return 0;
	struct dentry *dentry = (struct dentry *)at->dentry, *parent = BPF_CORE_READ(dentry, d_parent);
	struct mount *mount = (struct mount *)at->mount;
	__u32 length = at->length;
	long bytes;

	if (dentry == BPF_CORE_READ(mount, mnt.mnt_root)) {
		at->dentry = (__u64)BPF_CORE_READ(mount, mnt_mountpoint);
		at->mount = (__u64)BPF_CORE_READ(mount, mnt_parent);
		return at->mount != (__u64)mount;
	}
	if (length > NAMES_BYTES - NAME_BYTES)
		bytes = 0;
	else
		bytes = bpf_probe_read_kernel_str(names->bytes + length, NAME_BYTES, BPF_CORE_READ(dentry, d_name.name));
	at->length = bytes > 0 ? length + bytes : 0;
	at->dentry = (__u64)parent;
	/* A file without a path is in no folder. */
	return bytes > 0 && dentry != parent;
}

/*
 * The names of a file's path, the last first, each with its NUL: their bytes, or 0 where they have no room. Global,
 * as it is reached in several places of a program.
 */
__noinline int read_names(__u64 file, struct exe_names *names)
{
	struct climb at = {
		.dentry = (__u64)BPF_CORE_READ((struct file *)file, f_path.dentry),
		.mount = (__u64)mount_of(BPF_CORE_READ((struct file *)file, f_path.mnt)),
	};

	for (int step = 0; step < MAX_STEPS; step++) {
		if (!climb(&at, names))
			return at.length;
	}
	return 0;
}

/* CIQ_EXE. Nothing where the process has no executable, as kernel threads, or its path has no room. */
static __always_inline void emit_exe(struct task_struct *task, __u32 tgid, __u64 started)
{
	/* A number: global functions take no such pointers. */
	__u64 file = (__u64)BPF_CORE_READ(task, mm, exe_file);
	struct {
		struct ciq_exe exe;
		struct exe_names names; /* user space takes only what the header's size counts */
	} *record;
	__u64 length;

	if (!file)
		return;
	record = bpf_ringbuf_reserve(&events, sizeof(*record), 0);
	if (!record) {
		count_lost(0);
		return;
	}
	length = read_names(file, &record->names);
	if (!length) {
		bpf_ringbuf_discard(record, BPF_RB_NO_WAKEUP);
		return;
	}
	AT_MOST(length, NAMES_BYTES);
	__builtin_memset(record->names.bytes + length, 0, sizeof(__u64));
	set_header(&record->exe.h, (sizeof(record->exe) + length + 7) & ~7, CIQ_EXE, CIQ_NAMES, bpf_ktime_get_ns(), 0);
	if (!BPF_CORE_READ((struct file *)file, f_path.dentry, d_hash.pprev))
		record->exe.h.flags |= CIQ_UNLINKED;
	record->exe.tgid = tgid;
	record->exe.len = length;
	record->exe.started = started;
	submit_record(record);
}

#endif
