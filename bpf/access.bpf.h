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
#else
extern void *bpf_rdonly_cast(const void *object, __u32 btf_id) __ksym;

#define FIELD(pointer, field) ((pointer)->field)
#define typed_pointer(address, type) ((type *)bpf_rdonly_cast((const void *)(address), bpf_core_type_id_kernel(type)))
#endif

#endif
