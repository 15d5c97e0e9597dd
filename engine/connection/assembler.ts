import { formatAddress } from '../capture/address-text.ts';
import type { EventSink } from '../capture/event-sink.ts';
import {
	Close,
	Counts,
	Data,
	DataFlag,
	EventType,
	Exe,
	Exit,
	Header,
	Interface,
	Listen,
	Lost,
	MAX_EVENT_BYTES,
	Open,
	Process,
	Retransmit,
	Stage,
	State,
	StateFlag,
	TcpCounts,
} from '../capture/events.ts';
import type { CaptureInfo } from '../capture/source.ts';
import type { Completeness } from '../completeness.ts';
import type { ConnectionView } from '../exchange/connection-columns.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { keepBytes } from '../kept-bytes.ts';
import { AssemblerSink } from './assembler-sink.ts';
import { Connections } from './connections.ts';
import { newDataEvent } from './data-event.ts';
import { Processes } from './processes.ts';
import { RecordReader } from './record-reader.ts';
import { StageEvents } from './stage-events.ts';
import { stageBytes } from './stage-times.ts';

export interface AssemblerOptions {
	readonly info: CaptureInfo;
	/** Protocols that are wanted, by name; null is all. */
	readonly protocols: readonly string[] | null;
	/** Body bytes of each message to keep. */
	readonly bodyBytes: number;
	/** As of CaptureDemand: names of the fields that are read of exchanges; absent: all may be. */
	readonly fields?: readonly string[] | undefined;
	/** Stage times are joined to messages: a third of the work, so only for who asks; absent: they are. */
	readonly stages?: boolean;
	/** What TCP counts of connections is asked for; absent: it is not. */
	readonly connections?: boolean | undefined;
	readonly completeness: Completeness;
	/** Exchanges, in the order in which their outcomes became known. */
	readonly onRows: (rows: readonly Exchange[]) => void;
	/** The clock, in ns since the start, where the capture has a tick; the rows before it have been given. */
	readonly onTime: (now: number) => void;
	/** The last event: connections and requests are still as they were, and will be ended now. */
	readonly onEnding?: (now: number) => void;
	/** A connection was opened, or is closed. */
	readonly onConnection?: (view: ConnectionView) => void;
}

/** Of no use to who does not ask for stages. */
const STAGE_EVENTS: ReadonlySet<number> = new Set([EventType.stage, EventType.retransmit, EventType.interface]);

/** Shorter records are none of that type; unknown types are passed over, so that later versions may add some. */
const MINIMUM_BYTES: readonly (readonly [number, number])[] = [
	[EventType.open, Open.inBefore],
	[EventType.data, Data.bytes],
	[EventType.state, State.bytes],
	[EventType.close, Close.counts],
	[EventType.counts, Counts.bytes],
	[EventType.process, Process.bytes],
	[EventType.exe, Exe.bytes],
	[EventType.exit, Exit.bytes],
	[EventType.lost, Lost.unseen],
	[EventType.tick, Header.bytes],
	[EventType.end, Header.bytes],
	[EventType.listen, Listen.bytes],
	[EventType.retransmit, Retransmit.bytes],
	[EventType.stage, Stage.bytes],
	[EventType.interface, Interface.bytes],
];

/** The same by the type, as a table: it is looked at for every record. Infinity: it is passed over. */
const minimumBytes = (stages: boolean): readonly number[] => {
	const table = new Array<number>(256).fill(Number.POSITIVE_INFINITY);
	for (const [type, bytes] of MINIMUM_BYTES) if (stages || !STAGE_EVENTS.has(type)) table[type] = bytes;
	return table;
};

/**
 * From capture events to exchanges: a pure function of the bytes, however they are cut into calls of `feed` between
 * records.
 */
export class Assembler {
	readonly #options: AssemblerOptions;
	readonly #reader: RecordReader;
	readonly #processes = new Processes();
	readonly #connections: Connections;
	readonly #stages: StageEvents;
	#rows: Exchange[] = [];
	/** Events were lost since the last tick. */
	#hasDropped = false;
	readonly #event = newDataEvent();
	readonly #minimumBytes: readonly number[];

	constructor(options: AssemblerOptions) {
		this.#options = options;
		this.#minimumBytes = minimumBytes(options.stages !== false);
		this.#reader = new RecordReader(options.info.startMono);
		this.#stages = new StageEvents(this.#reader);
		this.#connections = new Connections({
			...options,
			nameOf: options.info.nameOf,
			process: (tgid) => this.#processes.get(tgid),
			emit: (exchange) => this.#rows.push(exchange),
		});
	}

	/** In place of `feed`: takes events as calls, while somebody reads what comes of them. */
	sink(isRead: () => boolean): EventSink {
		const { stages, connections } = this.#options;
		return new AssemblerSink(
			this.#connections,
			{ stages: stages !== false, counts: connections === true },
			{
				isRead,
				ending: (time) => this.#ending(time),
				tick: (time) => this.#tick(time),
				flush: () => this.#flushRows(),
			},
		);
	}

	/** The connections as they are now. */
	connections(): readonly ConnectionView[] {
		return this.#connections.views();
	}

	/** The requests that wait for a complete answer now. */
	pending(): readonly Exchange[] {
		return this.#connections.pending();
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
		if (size < this.#minimumBytes[type]) return;
		const time = this.#reader.time(at + Header.time);
		// Listeners are looked for while events of before wait in the ring.
		if (type !== EventType.listen) this.#connections.reach(time);
		switch (type) {
			case EventType.data:
				this.#data(at, size, time);
				break;
			case EventType.open:
				this.#open(at, size);
				break;
			case EventType.state:
				this.#state(at);
				break;
			case EventType.close:
				this.#close(at, size);
				break;
			case EventType.counts:
				this.#counts(at, at + Counts.counts);
				break;
			case EventType.process:
				this.#processes.seen(this.#reader.bytes, at);
				break;
			case EventType.exe:
				this.#processes.executable(this.#reader.bytes, at, at + size);
				break;
			case EventType.exit:
				this.#processes.ended(this.#reader.bytes, at);
				break;
			case EventType.listen:
				this.#listen(at);
				break;
			case EventType.stage:
				this.#stages.part(this.#connections.get(this.#reader.u64(at + Header.cookie)), at, size);
				break;
			case EventType.retransmit:
				this.#stages.retransmit(this.#connections.get(this.#reader.u64(at + Header.cookie)), at);
				break;
			case EventType.interface:
				this.#stages.named(at, size);
				break;
			case EventType.lost:
				this.#lost(at, size);
				break;
			case EventType.tick:
				this.#tick(time);
				break;
			case EventType.end:
				this.#end(time);
		}
	}

	#data(at: number, size: number, time: number): void {
		const reader = this.#reader;
		const len = reader.u32(at + Data.len);
		const flags = reader.u8(at + Header.flags);
		const isFill = (flags & DataFlag.fill) !== 0;
		const isIn = (flags & DataFlag.in) !== 0;
		const tgid = reader.u32(at + Data.tgid);
		const connection = this.#connections.taking(reader.u64(at + Header.cookie), isIn, isFill ? 0 : len, tgid);
		if (connection === undefined) return;
		const mask = reader.u16(at + Data.stageMask);
		const start = at + Data.bytes + stageBytes(mask);
		const captured = Math.min(reader.u32(at + Data.captured), len, Math.max(0, at + size - start));
		const pos = reader.u64(at + Data.pos);
		if (isFill) {
			connection.fill(pos, keepBytes(reader.bytes, start, start + captured));
			return;
		}
		const event = this.#event;
		event.pos = pos;
		event.len = len;
		// An old object that is told of a young one has to be noted by V8 each time.
		if (event.bytes !== reader.bytes) event.bytes = reader.bytes;
		event.start = start;
		event.end = start + captured;
		event.lastEvent = start;
		event.firstTime = reader.time(at + Data.start);
		event.lastTime = time;
		event.tgid = tgid;
		if (mask !== 0 && this.#options.stages !== false) this.#stages.call(connection, at, size);
		const elsewhere = (flags & (DataFlag.elsewhere | DataFlag.noFill)) === DataFlag.elsewhere;
		event.lost = captured < len && (flags & DataFlag.cut) === 0;
		connection.transfer(isIn ? 'in' : 'out', event, elsewhere);
	}

	#open(at: number, size: number): void {
		const reader = this.#reader;
		const counts = size >= Open.bytes;
		const family = reader.u8(at + Open.family);
		const openedAt = reader.u64(at + Open.openedAt);
		const establishedAt = reader.u64(at + Open.establishedAt);
		this.#connections.open(reader.u64(at + Header.cookie), {
			localIp: formatAddress(reader.bytes, at + Open.localAddr, family),
			localPort: reader.u16(at + Open.localPort),
			remoteIp: formatAddress(reader.bytes, at + Open.remoteAddr, family),
			remotePort: reader.u16(at + Open.remotePort),
			netns: reader.u32(at + Open.netns),
			role: reader.u8(at + Open.role),
			transport: reader.u8(at + Open.transport),
			openedAt: openedAt === 0 ? null : reader.time(at + Open.openedAt),
			establishedAt: establishedAt === 0 ? null : reader.time(at + Open.establishedAt),
			inPos: reader.u64(at + Open.inPos),
			outPos: reader.u64(at + Open.outPos),
			facts: {
				tgid: reader.u32(at + Open.tgid),
				state: reader.u8(at + Open.state),
				error: reader.u8(at + Header.flags),
				inBefore: counts ? reader.u64(at + Open.inBefore) : 0,
				outBefore: counts ? reader.u64(at + Open.outBefore) : 0,
			},
		});
	}

	#listen(at: number): void {
		const reader = this.#reader;
		const ip = formatAddress(reader.bytes, at + Listen.addr, reader.u8(at + Listen.family));
		this.#connections.listens(reader.u32(at + Listen.netns), ip, reader.u16(at + Listen.port));
	}

	#state(at: number): void {
		const reader = this.#reader;
		const newState = reader.u8(at + State.newState);
		const error = reader.u16(at + State.error);
		const inEnd = reader.u64(at + State.inEnd);
		const cookie = reader.u64(at + Header.cookie);
		if ((reader.u8(at + Header.flags) & StateFlag.letGo) !== 0) this.#connections.get(cookie)?.letGo();
		this.#connections.state(cookie, newState, error, inEnd, reader.u64(at + State.outEnd));
	}

	#close(at: number, size: number): void {
		const reader = this.#reader;
		if (size >= Close.inRead) this.#counts(at, at + Close.counts);
		const inRead = size >= Close.bytes ? reader.u64(at + Close.inRead) : 0;
		this.#connections.close(reader.u64(at + Header.cookie), reader.u16(at + Close.error), inRead);
	}

	#counts(at: number, counts: number): void {
		const rtt = this.#reader.u64(counts + TcpCounts.rtt);
		const retransmits = this.#reader.u32(counts + TcpCounts.retransmits);
		const connection = this.#connections.get(this.#reader.u64(at + Header.cookie));
		connection?.facts.counted(rtt === 0 ? null : rtt, retransmits);
	}

	#lost(at: number, size: number): void {
		const { completeness } = this.#options;
		const drops = this.#reader.u64(at + Lost.ringFull);
		if (drops > completeness.ringDrops) this.#hasDropped = true;
		completeness.ringDrops = drops;
		completeness.ringDropBytes = this.#reader.u64(at + Lost.ringFullBytes);
		completeness.helperFailures = this.#reader.u64(at + Lost.helperFailed);
		if (size < Lost.mptcp) return;
		completeness.unseen = this.#reader.u64(at + Lost.unseen);
		completeness.unseenBytes = this.#reader.u64(at + Lost.unseenBytes);
		if (size < Lost.bytes) return;
		completeness.mptcp = this.#reader.u64(at + Lost.mptcp);
		completeness.mptcpBytes = this.#reader.u64(at + Lost.mptcpBytes);
	}

	#end(time: number): void {
		this.#ending(time);
		this.#connections.end();
		this.#tick(time);
	}

	#ending(time: number): void {
		this.#doubt();
		this.#flushRows();
		this.#options.onEnding?.(time);
	}

	#tick(time: number): void {
		this.#doubt();
		this.#flushRows();
		this.#options.onTime(time);
	}

	/** What was in the ring before it was full comes behind the news of the loss, but before the next tick. */
	#doubt(): void {
		if (this.#hasDropped) this.#connections.doubt();
		this.#hasDropped = false;
	}

	#flushRows(): void {
		if (this.#rows.length === 0) return;
		const rows = this.#rows;
		this.#rows = [];
		this.#options.onRows(rows);
	}
}
