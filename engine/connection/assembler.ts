import {
	Close,
	Data,
	DataFlag,
	EventType,
	Exe,
	Header,
	Interface,
	Listen,
	Lost,
	MAX_EVENT_BYTES,
	Open,
	Process,
	Retransmit,
	Role,
	Stage,
	State,
} from '../capture/events.ts';
import type { CaptureInfo } from '../capture/source.ts';
import type { Completeness } from '../completeness.ts';
import type { Endpoint, Exchange, Outcome } from '../exchange/exchange.ts';
import { PROTOCOLS } from '../protocols/registry.ts';
import { unknown } from '../protocols/unknown/module.ts';
import { type Capture, Connection } from './connection.ts';
import type { DataEvent } from './data-event.ts';
import { Processes } from './processes.ts';
import { RecordReader } from './record-reader.ts';
import { StageEvents } from './stage-events.ts';
import { stageBytes } from './stage-times.ts';
import { ConnectionNames, formatAddress } from './tuple.ts';
import { Waiting } from './waiting.ts';

/** Sockets of one host that talk at once; the oldest is given up for one more. */
const MAX_CONNECTIONS = 65_536;

export interface AssemblerOptions {
	readonly info: CaptureInfo;
	/** Protocols that are wanted, by name; null is all. */
	readonly protocols: readonly string[] | null;
	/** Body bytes of each message to keep. */
	readonly bodyBytes: number;
	/** Stage times are joined to messages: a third of the work, so only for who asks; absent: they are. */
	readonly stages?: boolean;
	readonly completeness: Completeness;
	/** Exchanges, in the order in which their outcomes became known. */
	readonly onRows: (rows: readonly Exchange[]) => void;
	/** The clock, in ns since the start, where the capture has a tick; the rows before it have been given. */
	readonly onTime: (now: number) => void;
}

/** Errors of a socket (include/uapi/asm-generic/errno.h) as outcomes. */
const OUTCOMES: ReadonlyMap<number, Outcome> = new Map([
	[32, 'reset'], // EPIPE
	[104, 'reset'], // ECONNRESET
	[110, 'timeout'], // ETIMEDOUT
	[111, 'refused'], // ECONNREFUSED
]);

/** States after the peer's FIN, or without a connection (include/net/tcp_states.h): the end of what is received is known. */
const IN_ENDED = new Set([6, 7, 8, 9, 11]); // TIME_WAIT, CLOSE, CLOSE_WAIT, LAST_ACK, CLOSING
/** States after the own FIN. */
const OUT_ENDED = new Set([4, 5, 6, 7, 9, 11]); // FIN_WAIT1, FIN_WAIT2, TIME_WAIT, CLOSE, LAST_ACK, CLOSING

/** Of no use to who does not ask for stages. */
const STAGE_EVENTS: ReadonlySet<number> = new Set([EventType.stage, EventType.retransmit, EventType.interface]);

/** Shorter records are none of that type; unknown types are passed over, so that later versions may add some. */
const MINIMUM_BYTES: ReadonlyMap<number, number> = new Map([
	[EventType.open, Open.bytes],
	[EventType.data, Data.bytes],
	[EventType.state, State.bytes],
	[EventType.close, Close.bytes],
	[EventType.process, Process.bytes],
	[EventType.exe, Exe.bytes],
	[EventType.lost, Lost.bytes],
	[EventType.tick, Header.bytes],
	[EventType.end, Header.bytes],
	[EventType.listen, Listen.bytes],
	[EventType.retransmit, Retransmit.bytes],
	[EventType.stage, Stage.bytes],
	[EventType.interface, Interface.bytes],
]);

/**
 * From capture events to exchanges: a pure function of the bytes, however they are cut into calls of `feed` between
 * records.
 */
export class Assembler {
	readonly #options: AssemblerOptions;
	readonly #reader: RecordReader;
	readonly #connections = new Map<number, Connection>();
	readonly #names = new ConnectionNames();
	readonly #processes = new Processes();
	/** `netns port` of listening sockets. */
	readonly #listeners = new Set<string>();
	readonly #waiting = new Waiting();
	readonly #stages: StageEvents;
	readonly #capture: Capture & { now: number };
	#rows: Exchange[] = [];
	readonly #event: DataEvent = {
		pos: 0,
		len: 0,
		captured: 0,
		bytes: Buffer.alloc(0),
		start: 0,
		firstTime: 0,
		lastTime: 0,
		tgid: 0,
		lost: false,
		arrival: 0,
	};

	constructor(options: AssemblerOptions) {
		this.#options = options;
		this.#reader = new RecordReader(options.info.startMono);
		this.#stages = new StageEvents(this.#reader);
		this.#capture = {
			protocols: PROTOCOLS.filter(({ name }) => options.protocols?.includes(name) ?? true),
			unknown: options.protocols?.includes(unknown.name) ?? true,
			bodyBytes: options.bodyBytes,
			completeness: options.completeness,
			now: 0,
			process: (tgid) => this.#processes.get(tgid),
			emit: (exchange) => this.#rows.push(exchange),
			wait: (who, giveUp) => this.#waiting.add(who, this.#capture.now, giveUp),
			progress: (who) => this.#waiting.delete(who),
		};
	}

	/** Takes `bytes[0, length)`: whole records. Nothing of it is used after the call. */
	feed(bytes: Uint8Array, length: number): void {
		const reader = this.#reader;
		reader.open(bytes, length);
		let at = 0;
		while (at + Header.bytes <= length) {
			const size = reader.u32(at);
			if (size < Header.bytes || size > MAX_EVENT_BYTES || at + size > length) break;
			this.#record(at, size);
			at += size;
		}
		// What is no record cannot be skipped either: sources give whole records only.
		this.#options.completeness.unparsedBytes += length - at;
		this.#flushRows();
	}

	#record(at: number, size: number): void {
		const type = this.#reader.u8(at + Header.type);
		if (this.#options.stages === false && STAGE_EVENTS.has(type)) return;
		const minimum = MINIMUM_BYTES.get(type);
		if (minimum === undefined || size < minimum) return;
		const time = this.#reader.time(at + Header.time);
		if (time > this.#capture.now) this.#capture.now = time;
		this.#waiting.expire(this.#capture.now);
		switch (type) {
			case EventType.data:
				this.#data(at, size, time);
				break;
			case EventType.open:
				this.#open(at);
				break;
			case EventType.state:
				this.#state(at);
				break;
			case EventType.close:
				this.#close(at);
				break;
			case EventType.process:
				this.#processes.seen(this.#reader.bytes, at);
				break;
			case EventType.exe:
				this.#processes.executable(this.#reader.bytes, at, at + size);
				break;
			case EventType.listen:
				this.#listeners.add(`${this.#reader.u32(at + Listen.netns)} ${this.#reader.u16(at + Listen.port)}`);
				break;
			case EventType.stage:
				this.#stages.part(this.#connections.get(this.#reader.u64(at + Header.cookie)), at, size);
				break;
			case EventType.retransmit:
				this.#stages.retransmit(this.#connections.get(this.#reader.u64(at + Header.cookie)), at);
				break;
			case EventType.interface:
				this.#stages.named(at);
				break;
			case EventType.lost:
				this.#lost(at);
				break;
			case EventType.tick:
				this.#tick(time);
				break;
			case EventType.end:
				this.#end();
				this.#tick(time);
		}
	}

	#data(at: number, size: number, time: number): void {
		const reader = this.#reader;
		const connection = this.#connections.get(reader.u64(at + Header.cookie));
		const len = reader.u32(at + Data.len);
		const flags = reader.u8(at + Header.flags);
		if (connection === undefined || connection.ignored) {
			const bytes = (flags & DataFlag.fill) === 0 ? len : 0;
			if (connection === undefined) this.#options.completeness.unparsedBytes += bytes;
			else this.#options.completeness.otherBytes += bytes;
			return;
		}
		const mask = reader.u16(at + Data.stageMask);
		const start = at + Data.bytes + stageBytes(mask);
		const captured = Math.min(reader.u32(at + Data.captured), len, Math.max(0, at + size - start));
		const pos = reader.u64(at + Data.pos);
		if ((flags & DataFlag.fill) !== 0) {
			connection.fill(pos, Buffer.from(reader.bytes.subarray(start, start + captured)));
			return;
		}
		const event = this.#event;
		event.pos = pos;
		event.len = len;
		event.captured = captured;
		event.bytes = reader.bytes;
		event.start = start;
		event.firstTime = reader.time(at + Data.start);
		event.lastTime = time;
		event.tgid = reader.u32(at + Data.tgid);
		if (mask !== 0 && this.#options.stages !== false) this.#stages.call(connection, at, size);
		const elsewhere = (flags & DataFlag.elsewhere) !== 0;
		event.lost = captured < len && (flags & DataFlag.cut) === 0;
		connection.transfer((flags & DataFlag.in) === 0 ? 'out' : 'in', event, elsewhere);
	}

	#open(at: number): void {
		const reader = this.#reader;
		const cookie = reader.u64(at + Header.cookie);
		if (this.#connections.has(cookie)) return;
		const family = reader.u8(at + Open.family);
		const local = {
			ip: formatAddress(reader.bytes, at + Open.localAddr, family),
			port: reader.u16(at + Open.localPort),
		};
		const remote = {
			ip: formatAddress(reader.bytes, at + Open.remoteAddr, family),
			port: reader.u16(at + Open.remotePort),
		};
		const netns = reader.u32(at + Open.netns);
		const opened = reader.time(at + Open.openedAt);
		const established = reader.time(at + Open.establishedAt);
		const handshakeSeen = reader.u64(at + Open.openedAt) !== 0 && reader.u64(at + Open.establishedAt) !== 0;
		const endpoint: Endpoint = {
			conn: this.#names.nameOf(local, remote),
			side: this.#side(reader.u8(at + Open.role), netns, local.port),
			localIp: local.ip,
			localPort: local.port,
			remoteIp: remote.ip,
			remotePort: remote.port,
			netns,
			// The kernel shows a passive open when its handshake is over.
			connectTime: handshakeSeen && established > opened ? established - opened : null,
		};
		if (this.#connections.size >= MAX_CONNECTIONS) this.#giveUpOldest();
		const inPos = reader.u64(at + Open.inPos);
		const outPos = reader.u64(at + Open.outPos);
		this.#connections.set(cookie, new Connection(this.#capture, endpoint, inPos, outPos, handshakeSeen));
	}

	#side(role: number, netns: number, localPort: number): Endpoint['side'] {
		if (role === Role.client) return 'client';
		return role === Role.server || this.#listeners.has(`${netns} ${localPort}`) ? 'server' : null;
	}

	#giveUpOldest(): void {
		const [oldest] = this.#connections;
		if (oldest === undefined) return;
		this.#options.completeness.overflowed++;
		oldest[1].abandon();
		this.#connections.delete(oldest[0]);
	}

	#state(at: number): void {
		const reader = this.#reader;
		const connection = this.#connections.get(reader.u64(at + Header.cookie));
		if (connection === undefined) return;
		const error = reader.u16(at + State.error);
		if (error !== 0) connection.fail(OUTCOMES.get(error) ?? 'closed');
		const state = reader.u8(at + State.newState);
		if (IN_ENDED.has(state)) connection.endAt('in', reader.u64(at + State.inEnd));
		if (OUT_ENDED.has(state)) connection.endAt('out', reader.u64(at + State.outEnd));
	}

	#close(at: number): void {
		const cookie = this.#reader.u64(at + Header.cookie);
		const connection = this.#connections.get(cookie);
		if (connection === undefined) return;
		const error = this.#reader.u16(at + Close.error);
		if (error !== 0) connection.fail(OUTCOMES.get(error) ?? 'closed');
		connection.close();
		this.#connections.delete(cookie);
	}

	#lost(at: number): void {
		const { completeness } = this.#options;
		completeness.ringDrops = this.#reader.u64(at + Lost.ringFull);
		completeness.ringDropBytes = this.#reader.u64(at + Lost.ringFullBytes);
		completeness.helperFailures = this.#reader.u64(at + Lost.helperFailed);
	}

	#tick(time: number): void {
		this.#flushRows();
		this.#options.onTime(time);
	}

	#end(): void {
		for (const connection of this.#connections.values()) connection.abandon();
		this.#connections.clear();
	}

	#flushRows(): void {
		if (this.#rows.length === 0) return;
		const rows = this.#rows;
		this.#rows = [];
		this.#options.onRows(rows);
	}
}
