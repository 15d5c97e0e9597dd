/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* From a file descriptor of the current process to its socket. */
#ifndef CIQ_DESCRIPTOR_BPF_H
#define CIQ_DESCRIPTOR_BPF_H

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
	struct {
		struct file *file;
		struct sock *sk;
	} link = {};

	if (descriptor >= table->max_fds || is_compat(task))
		return NULL;
	bpf_probe_read_kernel(&file, sizeof(file), table->fd + descriptor);
	socket = file ? BPF_CORE_READ(file, private_data) : NULL;
	if (!socket)
		return NULL;
	/*
	 * Known by its way back to the file, which nothing else has there: that is read together with what is sought, while
	 * the mode of the inode takes two reads more. Kernels without CONFIG_KALLSYMS_ALL do not tell where the operations of
	 * sockets are.
	 */
	if (bpf_core_field_offset(socket->sk) == bpf_core_field_offset(socket->file) + sizeof(file)) {
		bpf_probe_read_kernel(&link, sizeof(link), __builtin_preserve_access_index(&socket->file));
	} else {
		link.file = BPF_CORE_READ(socket, file);
		link.sk = BPF_CORE_READ(socket, sk);
	}
	return link.file == file ? link.sk : NULL;
}

#endif
