/** What is known of a connection when its first bytes are told. Times as in EventSink; null: not seen. */
export interface Opening {
	readonly cookie: number;
	/** Local and remote address, four 32-bit words each; IPv4 as ::ffff:a.b.c.d. */
	readonly addresses: ArrayLike<number>;
	readonly localPort: number;
	readonly remotePort: number;
	/** 4 or 6. */
	readonly family: number;
	/** IP protocol number: 6 is TCP, 17 UDP. */
	readonly transport: number;
	readonly role: number;
	readonly openedAt: number | null;
	readonly establishedAt: number | null;
	readonly inPos: number;
	readonly outPos: number;
}

/**
 * Takes the events of `bpf/events.h` one by one, as calls. Times are ns since the start of the capture; buffers are valid
 * during the call only.
 */
export interface EventSink {
	/** Somebody asks for what `packet` and `retransmit` tell. */
	readonly stages: boolean;
	/** Somebody asks for what `counts` tells. */
	readonly takesCounts: boolean;
	/** Somebody asks for what datagrams carry: no protocol that has a name is read from them. */
	readonly datagrams: boolean;
	open(time: number, opening: Opening): void;
	/**
	 * A packet with these bytes passed the capture point; comes before their `data`. `rtt` is the round trip of the
	 * connection so far in ns, or null; `iface` the name of the interface there, or null.
	 */
	packet(
		cookie: number,
		isIn: boolean,
		time: number,
		pos: number,
		len: number,
		rtt: number | null,
		iface: string | null,
	): void;
	/** These bytes were sent again. */
	retransmit(cookie: number, isIn: boolean, time: number, pos: number, len: number): void;
	/** Of the connection so far: its round trip in ns, null while unknown, and segments that either end has sent again. */
	counts(cookie: number, time: number, rtt: number | null, retransmits: number): void;
	/**
	 * `len` bytes of a stream at `pos`, the first of them `bytes[start, start + captured)`. They came at `since`, and were
	 * in order at `time`.
	 */
	data(
		cookie: number,
		isIn: boolean,
		time: number,
		since: number,
		pos: number,
		len: number,
		bytes: Buffer,
		start: number,
		captured: number,
	): void;
	/** A direction has ended, or both by an error, or, `letGo`, because the observed end has broken the connection off. */
	state(
		cookie: number,
		time: number,
		newState: number,
		error: number,
		inEnd: number,
		outEnd: number,
		letGo: boolean,
	): void;
	close(cookie: number, time: number): void;
	/** It is that late, and all before has been told: for who waits for what may not come. */
	tick(time: number): void;
	/** The last event. */
	end(time: number): void;
	/** Nothing comes for a while: what is held back for want of more may go on. */
	flush(): void;
}
