/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* From a file descriptor of the current process to its socket. */
#ifndef CIQ_DESCRIPTOR_BPF_H
#define CIQ_DESCRIPTOR_BPF_H

/* include/uapi/linux/stat.h */
#define S_IFMT 0170000
#define S_IFSOCK 0140000

/* A 32-bit program: the numbers of its system calls mean others. arch/x86/include/asm/thread_info.h, arch/arm64 likewise. */
static __always_inline bool is_compat(const struct task_struct *task)
{
#if defined(__TARGET_ARCH_x86)
	return task->thread_info.status & 2; /* TS_COMPAT */
#elif defined(__TARGET_ARCH_arm64)
	return task->thread_info.flags & 1 << 22; /* TIF_32BIT */
#endif
}

/* NULL for what is no socket. Looked up anew for each call: descriptors are duplicated, passed on, closed and reused. */
static __always_inline struct sock *socket_behind(__u32 descriptor)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct fdtable *table = task->files->fdt;
	struct file *file = NULL;
	struct socket *socket;

	if (descriptor >= table->max_fds)
		return NULL;
	bpf_probe_read_kernel(&file, sizeof(file), table->fd + descriptor);
	/* Not by its operations: kernels without CONFIG_KALLSYMS_ALL do not tell where those of sockets are. */
	if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK || is_compat(task))
		return NULL;
	socket = BPF_CORE_READ(file, private_data);
	return BPF_CORE_READ(socket, sk);
}

#endif
