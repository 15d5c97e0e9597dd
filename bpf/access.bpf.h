/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What both objects do alike with a socket, they do it to different pointers: the tracepoints of the socket layer hand out
 * typed ones, which may be read directly; a socket found behind a file descriptor is a mere address to the verifier.
 */
#ifndef CIQ_ACCESS_BPF_H
#define CIQ_ACCESS_BPF_H

#ifdef CIQ_UNTYPED_SOCKETS
#define FIELD(pointer, field) BPF_CORE_READ(pointer, field)
#define typed_pointer(address, type) ((type *)(address))

static __always_inline long read_numbers(__u64 *to, __u32 count, const void *from)
{
	return bpf_probe_read_kernel(to, count * sizeof(__u64), from);
}
#else
extern void *bpf_rdonly_cast(const void *object, __u32 btf_id) __ksym;

#define FIELD(pointer, field) ((pointer)->field)
#define typed_pointer(address, type) ((type *)bpf_rdonly_cast((const void *)(address), bpf_core_type_id_kernel(type)))

/* By plain loads, which any struct allows that begins with a number: half of what the helper takes for 16 bytes. */
static __always_inline long read_numbers(__u64 *to, __u32 count, const void *from)
{
	for (__u32 i = 0; i < count; i++)
		to[i] = typed_pointer((const __u64 *)from + i, struct timespec64)->tv_sec;
	return 0;
}
#endif

#endif
