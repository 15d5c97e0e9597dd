/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The stage at which the process is told that there is something to read. */

SEC("tp_btf/sk_data_ready")
int BPF_PROG(sk_data_ready, struct sock *sk)
{
	keep_processor();
	struct stage_state *state = known_stages(sk);
	struct tcp_sock *tcp = state ? as_tcp(sk) : NULL;
	__u32 begin, ready, index;
	bool known = 0;
	__u64 now;

	if (!tcp)
		return 0;
	begin = state->readable_to;
	ready = FIELD(tcp, rcv_nxt);
	if (!after(ready, begin))
		return 0;
	now = bpf_ktime_get_ns();
	state->readable_to = ready;
	/* The newest first. Those that came before others which were readable at once may have waited for still others. */
	index = state->next;
	for (int i = 0; i < ARRIVALS && index != state->oldest; i++) {
		struct arrival *arrival = &state->arrivals[--index & (ARRIVALS - 1)];

		if (arrival->readable || !after(ready, arrival->seq))
			continue;
		arrival->readable = now;
		known = 1;
	}
	if (!known) {
		struct arrival *arrival = new_arrival(state, tcp);

		if (!arrival)
			return 0;
		arrival->seq = begin;
		arrival->end = ready;
		arrival->readable = now;
	}
	return 0;
}
