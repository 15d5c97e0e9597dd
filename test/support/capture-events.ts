import {
	Clock,
	Close,
	Counts,
	Data,
	EventType,
	Exe,
	Exit,
	Header,
	Interface,
	Listen,
	Lost,
	Open,
	Process,
	Retransmit,
	Stage,
	StageBit,
	State,
	TcpCounts,
} from '../../engine/capture/events.ts';

import type { LossCounters } from '../../engine/capture/live-records.ts';

/** Capture events (bpf/events.h) as objects, for assertions. */

type Names = keyof typeof EventType;

interface Common<T extends Names> {
	readonly type: T;
	readonly time: bigint;
	readonly cookie: bigint;
}

export interface OpenEvent extends Common<'open'> {
	readonly tgid: number;
	readonly netns: number;
	readonly local: string;
	readonly remote: string;
	readonly family: number;
	readonly role: number;
	readonly openedAt: bigint;
	readonly establishedAt: bigint;
	readonly inPos: bigint;
	readonly outPos: bigint;
}

/** By the names of StageBit, those that are known. */
export type StageTimes = Readonly<Partial<Record<keyof typeof StageBit, bigint>>>;

export interface DataEvent extends Common<'data'> {
	readonly flags: number;
	readonly pos: bigint;
	readonly length: number;
	readonly start: bigint;
	readonly tgid: number;
	readonly payload: Buffer;
	readonly stages: StageTimes;
}

export interface StageEvent extends Common<'stage'> {
	readonly flags: number;
	readonly pos: bigint;
	readonly length: number;
	readonly stages: StageTimes;
}

export interface RetransmitEvent extends Common<'retransmit'> {
	readonly pos: bigint;
	readonly length: number;
}

export interface InterfaceEvent extends Common<'interface'> {
	readonly netns: number;
	readonly index: number;
	readonly name: string;
}

export interface StateEvent extends Common<'state'> {
	readonly oldState: number;
	readonly newState: number;
	readonly error: number;
	readonly inEnd: bigint;
	readonly outEnd: bigint;
}

/** As TCP counts; the round trip in ns. */
interface TcpCounted {
	readonly rtt: bigint;
	readonly retransmits: number;
}

export interface CloseEvent extends Common<'close'>, TcpCounted {
	readonly error: number;
}

export interface CountsEvent extends Common<'counts'>, TcpCounted {}

export interface ProcessEvent extends Common<'process'> {
	readonly tgid: number;
	readonly parent: number;
	readonly started: bigint;
	readonly comm: string;
	readonly exe: string;
}

export interface ExeEvent extends Common<'exe'> {
	readonly tgid: number;
	readonly started: bigint;
	/** Of its path, the last first. */
	readonly names: readonly string[];
}

export interface ExitEvent extends Common<'exit'> {
	readonly tgid: number;
	readonly started: bigint;
}

export interface LostEvent extends Common<'lost'>, LossCounters {}

export interface ClockEvent extends Common<'clock'> {
	readonly offset: bigint;
}

export interface ListenEvent extends Common<'listen'> {
	readonly addr: string;
	readonly port: number;
	readonly netns: number;
	readonly family: number;
}

export type CaptureEvent =
	| OpenEvent
	| DataEvent
	| StateEvent
	| CloseEvent
	| CountsEvent
	| ProcessEvent
	| ExeEvent
	| ExitEvent
	| LostEvent
	| ClockEvent
	| ListenEvent
	| StageEvent
	| RetransmitEvent
	| InterfaceEvent
	| Common<'tick'>
	| Common<'end'>;

const TYPES = new Map<number, string>(Object.entries(EventType).map(([name, number]) => [number, name]));

function address(bytes: Buffer): string {
	if (bytes.readUInt32BE(8) === 0xffff && bytes.readBigUInt64BE(0) === 0n) return bytes.subarray(12).join('.');
	const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16));
	return new URL(`http://[${groups.join(':')}]`).hostname;
}

const text = (bytes: Buffer) => bytes.toString('utf8').split('\0', 1)[0] ?? '';

/** The times behind a struct that ends at `at`, and where they end. */
function stageTimes(b: Buffer, mask: number, at: number): { stages: StageTimes; end: number } {
	const bits = Object.entries(StageBit).filter(([, bit]) => mask & (1 << bit));
	const times = bits.map(([name], i) => [name, b.readBigUInt64LE(at + 8 * i)] as const);
	return { stages: Object.fromEntries(times), end: at + 8 * bits.length };
}

const tcpCounted = (b: Buffer, at: number): TcpCounted => ({
	rtt: b.readBigUInt64LE(at + TcpCounts.rtt),
	retransmits: b.readUInt32LE(at + TcpCounts.retransmits),
});

function parseEvent(b: Buffer): CaptureEvent {
	const type = TYPES.get(b.readUInt8(Header.type)) as Names | undefined;
	const common = { time: b.readBigUInt64LE(Header.time), cookie: b.readBigUInt64LE(Header.cookie) };
	switch (type) {
		case 'open':
			return {
				type,
				...common,
				tgid: b.readUInt32LE(Open.tgid),
				netns: b.readUInt32LE(Open.netns),
				local: `${address(b.subarray(Open.localAddr, Open.localAddr + 16))}:${b.readUInt16LE(Open.localPort)}`,
				remote: `${address(b.subarray(Open.remoteAddr, Open.remoteAddr + 16))}:${b.readUInt16LE(Open.remotePort)}`,
				family: b.readUInt8(Open.family),
				role: b.readUInt8(Open.role),
				openedAt: b.readBigUInt64LE(Open.openedAt),
				establishedAt: b.readBigUInt64LE(Open.establishedAt),
				inPos: b.readBigUInt64LE(Open.inPos),
				outPos: b.readBigUInt64LE(Open.outPos),
			};
		case 'data': {
			const { stages, end } = stageTimes(b, b.readUInt16LE(Data.stageMask), Data.bytes);
			return {
				type,
				...common,
				flags: b.readUInt8(Header.flags),
				pos: b.readBigUInt64LE(Data.pos),
				length: b.readUInt32LE(Data.len),
				start: b.readBigUInt64LE(Data.start),
				tgid: b.readUInt32LE(Data.tgid),
				payload: b.subarray(end, end + b.readUInt32LE(Data.captured)),
				stages,
			};
		}
		case 'stage':
			return {
				type,
				...common,
				flags: b.readUInt8(Header.flags),
				pos: b.readBigUInt64LE(Stage.pos),
				length: b.readUInt32LE(Stage.len),
				stages: stageTimes(b, b.readUInt16LE(Stage.stageMask), Stage.bytes).stages,
			};
		case 'retransmit':
			return {
				type,
				...common,
				pos: b.readBigUInt64LE(Retransmit.pos),
				length: b.readUInt32LE(Retransmit.len),
			};
		case 'interface':
			return {
				type,
				...common,
				netns: b.readUInt32LE(Interface.netns),
				index: b.readUInt32LE(Interface.index),
				name: text(b.subarray(Interface.name, Interface.bytes)),
			};
		case 'state':
			return {
				type,
				...common,
				oldState: b.readUInt8(State.oldState),
				newState: b.readUInt8(State.newState),
				error: b.readUInt16LE(State.error),
				inEnd: b.readBigUInt64LE(State.inEnd),
				outEnd: b.readBigUInt64LE(State.outEnd),
			};
		case 'close':
			return { type, ...common, error: b.readUInt16LE(Close.error), ...tcpCounted(b, Close.counts) };
		case 'counts':
			return { type, ...common, ...tcpCounted(b, Counts.counts) };
		case 'process':
			return {
				type,
				...common,
				tgid: b.readUInt32LE(Process.tgid),
				parent: b.readUInt32LE(Process.parent),
				started: b.readBigUInt64LE(Process.started),
				comm: text(b.subarray(Process.comm, Process.exe)),
				exe: text(b.subarray(Process.exe, Process.bytes)),
			};
		case 'exe':
			return {
				type,
				...common,
				tgid: b.readUInt32LE(Exe.tgid),
				started: b.readBigUInt64LE(Exe.started),
				names: b
					.toString('utf8', Exe.bytes, Exe.bytes + b.readUInt32LE(Exe.len))
					.split('\0')
					.slice(0, -1),
			};
		case 'exit':
			return { type, ...common, tgid: b.readUInt32LE(Exit.tgid), started: b.readBigUInt64LE(Exit.started) };
		case 'lost':
			return {
				type,
				...common,
				ringFull: b.readBigUInt64LE(Lost.ringFull),
				ringFullBytes: b.readBigUInt64LE(Lost.ringFullBytes),
				helperFailed: b.readBigUInt64LE(Lost.helperFailed),
				contended: b.readBigUInt64LE(Lost.contended),
				unseen: b.readBigUInt64LE(Lost.unseen),
				unseenBytes: b.readBigUInt64LE(Lost.unseenBytes),
				mptcp: b.readBigUInt64LE(Lost.mptcp),
				mptcpBytes: b.readBigUInt64LE(Lost.mptcpBytes),
			};
		case 'clock':
			return { type, ...common, offset: b.readBigInt64LE(Clock.offset) };
		case 'listen':
			return {
				type,
				...common,
				addr: address(b.subarray(Listen.addr, Listen.addr + 16)),
				port: b.readUInt16LE(Listen.port),
				netns: b.readUInt32LE(Listen.netns),
				family: b.readUInt8(Listen.family),
			};
		case 'tick':
		case 'end':
			return { type, ...common };
		default:
			throw new Error(`an event of type ${b.readUInt8(Header.type)}`);
	}
}

/** What stands behind the payload must not be what the ring held before. */
function checkPadding(record: Buffer): void {
	if (record.readUInt8(Header.type) !== EventType.data) return;
	const { end } = stageTimes(record, record.readUInt16LE(Data.stageMask), Data.bytes);
	const padding = record.subarray(end + record.readUInt32LE(Data.captured));
	if (padding.length > 7 || padding.some((byte) => byte !== 0)) throw new Error(`padding ${padding.toString('hex')}`);
}

/** Every event of a capture; throws where a record's size or padding cannot be. */
export function parseEvents(bytes: Buffer): CaptureEvent[] {
	const events: CaptureEvent[] = [];
	for (let at = 0; at < bytes.length; ) {
		const size = bytes.readUInt32LE(at + Header.size);
		if (size < Header.bytes || size % 8 !== 0 || at + size > bytes.length) throw new Error(`size ${size} at ${at}`);
		const record = bytes.subarray(at, at + size);
		checkPadding(record);
		events.push(parseEvent(record));
		at += size;
	}
	return events;
}

export function eventsOf<T extends Names>(events: readonly CaptureEvent[], type: T) {
	return events.filter((event): event is Extract<CaptureEvent, { type: T }> => event.type === type);
}
