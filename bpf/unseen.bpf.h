/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Connections whose bytes went past the hooks of the capture, as far as socket.bpf.h has to do with them. */
#ifndef CIQ_UNSEEN_BPF_H
#define CIQ_UNSEEN_BPF_H

#ifdef CIQ_UNTYPED_SOCKETS

/* So many bytes of the connection have moved in all that nothing was told of. */
static __always_inline void add_unseen(struct socket_state *state, __u64 bytes)
{
	if (bytes <= state->unseen)
		return;
	if (!state->unseen)
		count_up(unseen, 1);
	count_up(unseen_bytes, bytes - state->unseen);
	state->unseen = bytes;
}

/* The connection is told of only now; `bytes` were moved before. */
static __always_inline void count_before(struct socket_state *state, __u64 bytes)
{
	if (state->whole_scope == control.scopes)
		add_unseen(state, bytes);
	state->whole_scope = control.scopes;
}

#else

/* Whatever moves the bytes of a socket passes the hooks of its own layer. */
static __always_inline void count_before(struct socket_state *state, __u64 bytes)
{
}

static __always_inline void look_for_unseen(struct sock *sk, struct tcp_sock *tcp, struct socket_state *state)
{
}

static __always_inline void count_unseen(struct sock *sk, struct tcp_sock *tcp, struct socket_state *state)
{
}

#endif

#endif
