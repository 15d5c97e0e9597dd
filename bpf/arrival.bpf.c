/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Stages of bytes that are received. At the device it is not known yet for which socket a packet is, so its time is kept
 * by the packet's address until TCP has it.
 */

/*
 * By address, not by CPU: a packet may wait in the backlog of a socket that is in use, and be taken from there by the
 * process on another CPU. Of two packets at one place the older is forgotten.
 */
#define RECEPTION_BITS 12

/*
 * Which packet it is. Behind the hook its bytes are copied elsewhere if their pages are still the sender's (MSG_ZEROCOPY), or
 * it is cloned: what is known of one of the two addresses may then be of an older packet.
 */
struct packet_place {
	__u64 packet;
	__u64 head;
};

struct reception {
	struct packet_place place;
	__u64 time;
	__u64 device;
	__u64 interface;
};

/* Written by netif_receive_skb. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 << RECEPTION_BITS);
	__type(key, __u32);
	__type(value, struct reception);
} receptions SEC(".maps");

/* As numbers: with a pointer the verifier does not let programs calculate. */
static __always_inline struct packet_place place_of(const struct sk_buff *skb)
{
	struct packet_place place = {};

	bpf_probe_read_kernel(&place.packet, sizeof(place.packet), &skb);
	read_numbers(&place.head, 1, &skb->head);
	return place;
}

static __always_inline bool is_at(const struct reception *reception, const struct packet_place *place)
{
	return reception->place.packet == place->packet && reception->place.head == place->head;
}

static __always_inline struct reception *reception_of(const struct packet_place *place)
{
	/* Knuth, The Art of Computer Programming, 6.4: the golden ratio spreads addresses of equal alignment. */
	__u32 key = place->packet * 0x9e3779b97f4a7c15 >> (64 - RECEPTION_BITS);

	return bpf_map_lookup_elem(&receptions, &key);
}

SEC("tp_btf/netif_receive_skb")
int BPF_PROG(netif_receive_skb, struct sk_buff *skb)
{
	struct packet_place place = place_of(skb);
	struct reception *reception = reception_of(&place);

	if (!reception)
		return 0;
	/* Handed on by the port of a bridge: the time at the port stays. */
	if (skb->skb_iif && is_at(reception, &place))
		return 0;
	reception->place.packet = 0;
	reception->time = bpf_ktime_get_ns();
	reception->device = (__u64)skb->dev;
	reception->interface = skb->dev->ifindex;
	reception->place = place;
	return 0;
}

/* The handshake is done: now the sequence number of the peer's first byte is known. */
static __always_inline void begin_arrival(struct sock *sk, struct tcp_sock *tcp)
{
	struct stage_state *state = stage_state(sk, tcp);

	if (state)
		state->readable_to = FIELD(tcp, rcv_nxt);
}

/* Drops the arrivals whose bytes have been read. */
static __always_inline void forget_read(struct stage_state *state, __u32 copied_seq)
{
	for (int i = 0; i < ARRIVALS && state->oldest != state->next; i++) {
		if (after(state->arrivals[state->oldest & (ARRIVALS - 1)].end, copied_seq))
			return;
		state->oldest++;
	}
}

/* Room for one more, or NULL: its bytes will have no times, rather than those of others. */
static __always_inline struct arrival *new_arrival(struct stage_state *state, const struct tcp_sock *tcp)
{
	struct arrival *arrival;

	if (state->next - state->oldest >= ARRIVALS)
		forget_read(state, FIELD(tcp, copied_seq));
	if (state->next - state->oldest >= ARRIVALS)
		return NULL;
	arrival = &state->arrivals[state->next++ & (ARRIVALS - 1)];
	__builtin_memset(arrival, 0, sizeof(*arrival));
	return arrival;
}

static __always_inline void add_reception(struct arrival *arrival, const struct packet_place *place,
					  struct stage_state *state)
{
	struct reception *reception = reception_of(place);

	if (!reception || !is_at(reception, place))
		return;
	arrival->received = reception->time;
	arrival->interface = reception->interface;
	if (state->in_interface == arrival->interface)
		return;
	state->in_interface = arrival->interface;
	name_interface(typed_pointer(reception->device, struct net_device));
}

#ifdef CIQ_UNTYPED_SOCKETS
/*
 * Instead of sk_data_ready, which kernels without the hooks of the socket layer may lack, too: what follows on the bytes
 * before it is readable as soon as TCP has it, and so is what has waited for it. Bytes that came out of order twice stay
 * without this time.
 */
static __always_inline void tell_ready(struct stage_state *state, __u32 ready, __u64 now)
{
	__u32 index = state->oldest;

	for (int i = 0; i < ARRIVALS && index != state->next; i++) {
		struct arrival *arrival = &state->arrivals[index++ & (ARRIVALS - 1)];

		if (after(arrival->seq, ready))
			continue;
		if (after(arrival->end, ready))
			ready = arrival->end;
		if (!arrival->readable)
			arrival->readable = now;
	}
}
#else
#define tell_ready(state, ready, now)
#endif

/* Only in an established connection (tcp_rcv_established): in others sk_data_ready tells of new bytes. */
SEC("tp_btf/tcp_probe")
int BPF_PROG(tcp_probe, struct sock *sk, const struct sk_buff *skb)
{
	keep_processor();
	struct stage_state *state = known_stages(sk);
	const struct tcp_skb_cb *cb = (const struct tcp_skb_cb *)skb->cb;
	__u32 seq = cb->seq, end = cb->end_seq;
	struct packet_place place;
	struct arrival *arrival;
	struct tcp_sock *tcp;

	if (!state || seq == end)
		return 0;
	tcp = as_tcp(sk);
	/* Not what has come before: the first arrival counts. */
	if (!tcp || !after(end, FIELD(tcp, rcv_nxt)))
		return 0;
	arrival = new_arrival(state, tcp);
	if (!arrival)
		return 0;
	arrival->seq = seq;
	arrival->end = end;
	arrival->tcp = bpf_ktime_get_ns();
	place = place_of(skb);
	add_reception(arrival, &place, state);
	if (control.stages & CIQ_STAGES_READY)
		tell_ready(state, FIELD(tcp, rcv_nxt), arrival->tcp);
	return 0;
}

/*
 * What one arrival has to do with the bytes that are being copied to a process; whether it brought all of them. `packet` and
 * `head` are of the packet that holds them, 0 where it is not known.
 */
static __always_inline bool add_from_arrival(struct stage_state *state, struct transfer *t, __u32 index, __u64 packet,
					     __u64 head)
{
	struct packet_place place = { packet, head };
	struct arrival *arrival = &state->arrivals[index & (ARRIVALS - 1)];
	__u32 seq = t->pos, end = seq + t->total;
	__u32 from = after(arrival->seq, seq) ? arrival->seq : seq;
	__u32 to = after(arrival->end, end) ? end : arrival->end;
	bool is_all = from == seq && to == end;
	struct stage_times part = {};
	struct stage_times *stages = is_all ? &t->stages : &part;

	if (!after(to, from))
		return 0;
	/* TCP's hook has not seen it. Packets may have been joined since, but this is the first of them. */
	if (packet && from == seq && !arrival->received && t->skb_offset == 0)
		add_reception(arrival, &place, state);
	add_stage(stages, CIQ_STAGE_RECEIVED, arrival->received);
	add_stage(stages, CIQ_STAGE_TCP, arrival->tcp);
	add_stage(stages, CIQ_STAGE_READABLE, arrival->readable);
	add_stage(stages, CIQ_STAGE_INTERFACE, arrival->interface);
	if (!is_all)
		emit_stages(t->cookie, CIQ_IN, t->pos + (from - seq), to - from, stages);
	return is_all;
}

/* This and the next are global for the same reason as add_departure_times(). */
__noinline int tell_arrival(struct stage_state *state, struct transfer *t, __u32 index, __u64 packet, __u64 head)
{
	return !state || !t || add_from_arrival(state, t, index, packet, head);
}

__noinline int add_arrival_times(struct stage_state *state, struct transfer *t, __u64 packet, __u64 head, __u64 round_trip)
{
	__u32 oldest, count;

	if (!state || !t)
		return 0;
	state->cookie = t->cookie;
	forget_read(state, t->pos);
	oldest = state->oldest;
	count = state->next - oldest;
	for (__u32 i = 0; i < ARRIVALS; i++) {
		if (i >= count || tell_arrival(state, t, oldest + i, packet, head))
			break;
	}
	add_stage(&t->stages, CIQ_STAGE_RTT, round_trip);
	return 0;
}

static __always_inline void add_arrival(struct sock *sk, struct tcp_sock *tcp, struct packet_place place, struct transfer *t)
{
	add_arrival_times(stage_state(sk, tcp), t, place.packet, place.head, round_trip(tcp));
}
