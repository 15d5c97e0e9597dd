import type { EventSink, Opening } from '../event-sink.ts';
import {
	ALIGNMENT,
	Close,
	Counts,
	Data,
	DataFlag,
	EventType,
	Header,
	Interface,
	Open,
	Retransmit,
	Stage,
	StageBit,
	State,
	StateFlag,
	TcpCounts,
} from '../events.ts';

const TWO_32 = 2 ** 32;
/**
 * Where times begin: far from zero, which means "not seen", so that stamps before the first packet's can be written. A
 * multiple of 2^32: the low half of a time needs no carry.
 */
export const START_MONO = 2n ** 62n;
const START_HIGH = 2 ** 30;

/** Handed on at once, large enough for any event of a packet. */
const BATCH_BYTES = 1 << 20;
/** As many as their reader keeps names of. */
const MAX_INTERFACES = 65_536;

/** What a packet tells: when it passed the interface. In the order of their bits. */
const SENT = [StageBit.sent, StageBit.sentEnd] as const;
const RECEIVED = [StageBit.received] as const;

/** Writes capture events into batches. */
export class EventWriter implements EventSink {
	/** Who reads the records again may ask for them. */
	readonly stages = true;
	readonly takesCounts = true;
	readonly datagrams: boolean = true;
	readonly #onEvents: (bytes: Uint8Array, length: number) => void;
	readonly #bytes = Buffer.alloc(BATCH_BYTES);
	readonly #view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, BATCH_BYTES);
	#length = 0;
	/** Numbers of interfaces that were named, by name. */
	readonly #interfaces = new Map<string, number>();

	constructor(onEvents: (bytes: Uint8Array, length: number) => void) {
		this.#onEvents = onEvents;
	}

	/** Hands on what has been written. */
	flush(): void {
		if (this.#length === 0) return;
		const length = this.#length;
		this.#length = 0;
		this.#onEvents(this.#bytes, length);
	}

	open(time: number, opening: Opening): void {
		const at = this.#record(EventType.open, Open.bytes, time, opening.cookie, 0);
		this.#bytes.fill(0, at + Header.bytes, at + Open.bytes);
		const view = this.#view;
		// Big-endian, as on the wire: local and remote address stand side by side.
		for (let word = 0; word < 8; word++) view.setInt32(at + Open.localAddr + 4 * word, opening.addresses[word] ?? 0);
		view.setUint16(at + Open.localPort, opening.localPort, true);
		view.setUint16(at + Open.remotePort, opening.remotePort, true);
		view.setUint8(at + Open.family, opening.family);
		view.setUint8(at + Open.role, opening.role);
		view.setUint8(at + Open.transport, opening.transport);
		if (opening.openedAt !== null) this.#time(at + Open.openedAt, opening.openedAt);
		if (opening.establishedAt !== null) this.#time(at + Open.establishedAt, opening.establishedAt);
		this.#u64(at + Open.inPos, opening.inPos);
		this.#u64(at + Open.outPos, opening.outPos);
	}

	packet(
		cookie: number,
		isIn: boolean,
		time: number,
		pos: number,
		len: number,
		rtt: number | null,
		iface: string | null,
	): void {
		const passed = isIn ? RECEIVED : SENT;
		const device = iface === null ? null : this.#interface(iface, time);
		const size = Stage.bytes + 8 * (passed.length + (device === null ? 0 : 1) + (rtt === null ? 0 : 1));
		const at = this.#record(EventType.stage, size, time, cookie, isIn ? DataFlag.in : 0);
		const view = this.#view;
		this.#u64(at + Stage.pos, pos);
		view.setUint32(at + Stage.len, len, true);
		const bits: number[] = [...passed];
		if (device !== null) bits.push(StageBit.interface);
		if (rtt !== null) bits.push(StageBit.rtt);
		// Behind the mask, what is reserved.
		view.setUint32(
			at + Stage.stageMask,
			bits.reduce((mask, bit) => mask | (1 << bit), 0),
			true,
		);
		for (const [i] of passed.entries()) this.#time(at + Stage.bytes + 8 * i, time);
		const rest = at + Stage.bytes + 8 * passed.length;
		if (device !== null) this.#u64(rest, device);
		if (rtt !== null) this.#u64(rest + (device === null ? 0 : 8), rtt);
	}

	retransmit(cookie: number, isIn: boolean, time: number, pos: number, len: number): void {
		const at = this.#record(EventType.retransmit, Retransmit.bytes, time, cookie, isIn ? DataFlag.in : 0);
		this.#u64(at + Retransmit.pos, pos);
		this.#view.setUint32(at + Retransmit.len, len, true);
		this.#view.setUint32(at + Retransmit.len + 4, 0, true);
	}

	counts(cookie: number, time: number, rtt: number | null, retransmits: number): void {
		const at = this.#record(EventType.counts, Counts.bytes, time, cookie, 0) + Counts.counts;
		this.#u64(at + TcpCounts.rtt, rtt ?? 0);
		// And what is reserved.
		this.#u64(at + TcpCounts.retransmits, retransmits);
	}

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
	): void {
		const at = this.#record(EventType.data, Data.bytes + captured, time, cookie, isIn ? DataFlag.in : 0);
		const view = this.#view;
		this.#u64(at + Data.pos, pos);
		view.setUint32(at + Data.len, len, true);
		view.setUint32(at + Data.captured, captured, true);
		this.#time(at + Data.start, since);
		// Owner, stage mask and what is reserved: nothing is known.
		view.setUint32(at + Data.tgid, 0, true);
		view.setUint32(at + Data.stageMask, 0, true);
		// Where nothing was captured `start` may lie behind all that was.
		if (captured > 0) bytes.copy(this.#bytes, at + Data.bytes, start, start + captured);
	}

	state(
		cookie: number,
		time: number,
		newState: number,
		error: number,
		inEnd: number,
		outEnd: number,
		letGo: boolean,
	): void {
		const at = this.#record(EventType.state, State.bytes, time, cookie, letGo ? StateFlag.letGo : 0);
		this.#bytes.fill(0, at + Header.bytes, at + State.bytes);
		this.#view.setUint8(at + State.newState, newState);
		this.#view.setUint16(at + State.error, error, true);
		this.#u64(at + State.inEnd, inEnd);
		this.#u64(at + State.outEnd, outEnd);
	}

	close(cookie: number, time: number): void {
		// Without the counts: those that were told last hold.
		const at = this.#record(EventType.close, Close.counts, time, cookie, 0);
		this.#bytes.fill(0, at + Header.bytes, at + Close.counts);
	}

	tick(time: number): void {
		this.#record(EventType.tick, Header.bytes, time, 0, 0);
	}

	end(time: number): void {
		this.#record(EventType.end, Header.bytes, time, 0, 0);
	}

	/** The number of an interface, which is told with its name first; null where there are too many. */
	#interface(iface: string, time: number): number | null {
		const known = this.#interfaces.get(iface);
		if (known !== undefined) return known;
		if (this.#interfaces.size >= MAX_INTERFACES) return null;
		const index = this.#interfaces.size;
		this.#interfaces.set(iface, index);
		const name = Buffer.from(iface);
		const at = this.#record(EventType.interface, Math.max(Interface.bytes, Interface.name + name.length), time, 0, 0);
		this.#view.setUint32(at + Interface.netns, 0, true);
		this.#view.setUint32(at + Interface.index, index, true);
		this.#bytes.fill(0, at + Interface.name, this.#length);
		name.copy(this.#bytes, at + Interface.name);
		return index;
	}

	/** Begins a record; gives where it stands. */
	#record(type: number, bytes: number, time: number, cookie: number, flags: number): number {
		const size = (bytes + ALIGNMENT - 1) & -ALIGNMENT;
		if (this.#length + size > BATCH_BYTES) this.flush();
		const at = this.#length;
		const view = this.#view;
		view.setUint32(at + Header.size, size, true);
		view.setUint32(at + Header.type, type | (flags << 8), true);
		this.#time(at + Header.time, time);
		this.#u64(at + Header.cookie, cookie);
		this.#length += size;
		return at;
	}

	#u64(at: number, value: number): void {
		this.#view.setUint32(at, value, true);
		this.#view.setUint32(at + 4, value / TWO_32, true);
	}

	#time(at: number, time: number): void {
		this.#view.setUint32(at, time, true);
		this.#view.setUint32(at + 4, START_HIGH + Math.floor(time / TWO_32), true);
	}
}
