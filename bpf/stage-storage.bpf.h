/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Where captures at the socket layer keep stages: it dies with the socket. Included by stages.bpf.h. */
#ifndef CIQ_STAGE_STORAGE_BPF_H
#define CIQ_STAGE_STORAGE_BPF_H

/* Made by the hooks of the capture, for sockets that may be in scope. */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct stage_state);
} stage_states SEC(".maps");

static __always_inline struct stage_state *known_stages(struct sock *sk)
{
	return bpf_sk_storage_get(&stage_states, sk, NULL, 0);
}

static __always_inline struct stage_state *remember_stages(struct sock *sk)
{
	return bpf_sk_storage_get(&stage_states, sk, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
}

static __always_inline void forget_stages(const struct sock *sk)
{
}

#endif
