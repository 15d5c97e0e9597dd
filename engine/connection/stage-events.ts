import { Data, DataFlag, Header, Interface, Retransmit, Stage } from '../capture/events.ts';
import type { StageRange } from '../exchange/stages.ts';
import type { Connection } from './connection.ts';
import type { RecordReader } from './record-reader.ts';
import { RecordedRange } from './stage-times.ts';

/** Network interfaces of one host; containers have one or two each. */
const MAX_INTERFACES = 65_536;

/** Exact in a double; an index that is not made up is below 2^20. */
const interfaceKey = (netns: number, index: number): number => netns * 2 ** 20 + index;

/** Takes what capture events say of stages to their connections. `at` and `size` are those of a record. */
export class StageEvents {
	readonly #reader: RecordReader;
	/** Names of interfaces, by `interfaceKey`. */
	readonly #names = new Map<number, string>();
	/** The one asked for last, as nearly always. */
	#last = { netns: Number.NaN, index: 0, name: '' };

	constructor(reader: RecordReader) {
		this.#reader = reader;
	}

	/** An interface has told its name: the kernel in 16 bytes, packet captures in as many as it has. */
	named(at: number, size: number): void {
		const { bytes } = this.#reader;
		const name = bytes.toString('utf8', at + Interface.name, at + size).split('\0', 1)[0] ?? '';
		const key = interfaceKey(this.#reader.u32(at + Interface.netns), this.#reader.u32(at + Interface.index));
		if (this.#names.size < MAX_INTERFACES || this.#names.has(key)) this.#names.set(key, name);
		this.#last = { netns: Number.NaN, index: 0, name: '' };
	}

	/** A data event with stages. */
	call(connection: Connection, at: number, size: number): void {
		const start = this.#reader.time(at + Data.start);
		this.#add(connection, 'call', at, start, this.#reader.u16(at + Data.stageMask), at + Data.bytes, at + size);
	}

	/** A stage event. */
	part(connection: Connection | undefined, at: number, size: number): void {
		if (connection === undefined || connection.ignored) return;
		const time = this.#reader.time(at + Header.time);
		this.#add(connection, 'part', at, time, this.#reader.u16(at + Stage.stageMask), at + Stage.bytes, at + size);
	}

	retransmit(connection: Connection | undefined, at: number): void {
		if (connection === undefined || connection.ignored) return;
		const pos = this.#reader.u64(at + Retransmit.pos);
		const end = pos + this.#reader.u32(at + Retransmit.len);
		const time = this.#reader.time(at + Header.time);
		const direction = (this.#reader.u8(at + Header.flags) & DataFlag.in) === 0 ? 'out' : 'in';
		connection.stage(direction, { pos, end, kind: 'retransmit', time, times: null, iface: null });
	}

	/** Position and length stand in data and stage events at the same place. */
	#add(
		connection: Connection,
		kind: StageRange['kind'],
		at: number,
		time: number,
		mask: number,
		from: number,
		to: number,
	): void {
		const pos = this.#reader.u64(at + Stage.pos);
		const end = pos + this.#reader.u32(at + Stage.len);
		const range = new RecordedRange(kind, pos, end, time, this.#reader, mask, from, to);
		const index = range.interface;
		if (index !== null) range.iface = this.#nameOf(connection.endpoint.netns, index);
		connection.stage((this.#reader.u8(at + Header.flags) & DataFlag.in) === 0 ? 'out' : 'in', range);
	}

	#nameOf(netns: number, index: number): string {
		if (this.#last.index === index && this.#last.netns === netns) return this.#last.name;
		const name = this.#names.get(interfaceKey(netns, index)) ?? `if${index}`;
		this.#last = { netns, index, name };
		return name;
	}
}
