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
	Open,
	Process,
	Retransmit,
	Role,
	Stage,
	StageBit,
	State,
	TcpCounts,
} from '../../engine/capture/events.ts';
import { checkRecord, crc32 } from '../../engine/capture/recording-check.ts';
import type { CaptureInfo } from '../../engine/capture/source.ts';
import { type Completeness, newCompleteness } from '../../engine/completeness.ts';
import { Assembler } from '../../engine/connection/assembler.ts';
import type { Exchange } from '../../engine/exchange/exchange.ts';

/** A made-up start: beyond 2^53, as real ones are not, so that inexact arithmetic shows. */
export const START_MONO = 2n ** 60n + 12_345n;

export const captureInfo = (payloadBytes = Number.POSITIVE_INFINITY): CaptureInfo => ({
	startMono: START_MONO,
	startWall: 1_767_225_600_000_000_000n,
	name: 'test',
	live: false,
	demand: { scope: [{}], protocols: null, payloadBytes, bodyBytes: Number.POSITIVE_INFINITY, stages: [] },
});

const address = (ip: string): Buffer => {
	const bytes = Buffer.alloc(16);
	if (ip.includes(':')) {
		const [before = '', after = ''] = ip.split('::');
		const groups = (text: string): number[] =>
			text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
		const head = groups(before);
		const tail = groups(after);
		const middle = new Array<number>(8 - head.length - tail.length).fill(0);
		for (const [i, group] of [...head, ...middle, ...tail].entries()) bytes.writeUInt16BE(group, 2 * i);
	} else {
		bytes.writeUInt16BE(0xffff, 10);
		for (const [i, part] of ip.split('.').entries()) bytes[12 + i] = Number(part);
	}
	return bytes;
};

const record = (type: number, bytes: number, time: number, cookie: number, flags = 0): Buffer => {
	const buffer = Buffer.alloc(Math.ceil(bytes / 8) * 8);
	buffer.writeUInt32LE(buffer.length, Header.size);
	buffer[Header.type] = type;
	buffer[Header.flags] = flags;
	buffer.writeBigUInt64LE(START_MONO + BigInt(time), Header.time);
	buffer.writeBigUInt64LE(BigInt(cookie), Header.cookie);
	return buffer;
};

export interface OpenEvent {
	time?: number;
	cookie?: number;
	local?: string;
	localPort?: number;
	remote?: string;
	remotePort?: number;
	role?: 'client' | 'server' | 'unknown';
	netns?: number;
	tgid?: number;
	/** Handshake times; absent: it was before the capture. */
	opened?: number;
	established?: number;
	inPos?: number;
	outPos?: number;
}

/** First positions of the streams, when a test does not say otherwise. */
export const CLIENT_POS = 2 ** 32 + 1000;
export const SERVER_POS = 2 ** 32 + 5000;

export const open = (event: OpenEvent = {}): Buffer => {
	const { time = 0, cookie = 1, local = '10.0.0.1', remote = '10.0.0.2', role = 'client' } = event;
	const buffer = record(EventType.open, Open.bytes, time, cookie);
	const isV6 = local.includes(':');
	buffer.writeUInt32LE(event.tgid ?? 100, Open.tgid);
	buffer.writeUInt32LE(event.netns ?? 7, Open.netns);
	address(local).copy(buffer, Open.localAddr);
	address(remote).copy(buffer, Open.remoteAddr);
	buffer.writeUInt16LE(event.localPort ?? (role === 'server' ? 80 : 40_000), Open.localPort);
	buffer.writeUInt16LE(event.remotePort ?? (role === 'server' ? 40_000 : 80), Open.remotePort);
	buffer[Open.family] = isV6 ? 6 : 4;
	buffer[Open.role] = Role[role];
	if (event.established !== undefined) {
		buffer.writeBigUInt64LE(START_MONO + BigInt(event.opened ?? event.established), Open.openedAt);
		buffer.writeBigUInt64LE(START_MONO + BigInt(event.established), Open.establishedAt);
	}
	buffer.writeBigUInt64LE(BigInt(event.inPos ?? (role === 'server' ? CLIENT_POS : SERVER_POS)), Open.inPos);
	buffer.writeBigUInt64LE(BigInt(event.outPos ?? (role === 'server' ? SERVER_POS : CLIENT_POS)), Open.outPos);
	return buffer;
};

/** By bit or name; times as of the other events, but for the interface and the round trip. */
export type Stages = Readonly<Partial<Record<keyof typeof StageBit | number, number>>>;

const isTime = (name: string): boolean => name !== 'interface' && name !== 'rtt';

/** The mask of stages, and what stands behind the struct. */
const stageBlock = (stages: Stages): { mask: number; values: bigint[] } => {
	const bits = Object.entries(stages).map(([name, value = 0]) => {
		const bit = Object.entries(StageBit).find(([known]) => known === name)?.[1] ?? Number(name);
		return { bit, value: isTime(name) ? START_MONO + BigInt(value) : BigInt(value) };
	});
	bits.sort((a, b) => a.bit - b.bit);
	return { mask: bits.reduce((mask, { bit }) => mask | (1 << bit), 0), values: bits.map(({ value }) => value) };
};

export interface DataEventFields {
	time: number;
	cookie?: number;
	direction: 'in' | 'out';
	pos: number;
	/** Captured bytes. */
	bytes?: Uint8Array | string;
	/** Bytes that the event stands for; those captured when absent. */
	len?: number;
	start?: number;
	tgid?: number;
	flags?: number;
	stages?: Stages;
}

export const data = (event: DataEventFields): Buffer => {
	const payload =
		typeof event.bytes === 'string' ? Buffer.from(event.bytes, 'latin1') : (event.bytes ?? Buffer.alloc(0));
	const flags = (event.flags ?? 0) | (event.direction === 'in' ? DataFlag.in : 0);
	const { mask, values } = stageBlock(event.stages ?? {});
	const start = Data.bytes + 8 * values.length;
	const buffer = record(EventType.data, start + payload.length, event.time, event.cookie ?? 1, flags);
	buffer.writeBigUInt64LE(BigInt(event.pos), Data.pos);
	buffer.writeUInt32LE(event.len ?? payload.length, Data.len);
	buffer.writeUInt32LE(payload.length, Data.captured);
	buffer.writeBigUInt64LE(START_MONO + BigInt(event.start ?? event.time), Data.start);
	buffer.writeUInt32LE(event.tgid ?? 100, Data.tgid);
	buffer.writeUInt16LE(mask, Data.stageMask);
	for (const [i, value] of values.entries()) buffer.writeBigUInt64LE(value, Data.bytes + 8 * i);
	buffer.set(payload, start);
	return buffer;
};

export const stage = (event: {
	time: number;
	cookie?: number;
	direction: 'in' | 'out';
	pos: number;
	len: number;
	stages: Stages;
}): Buffer => {
	const { mask, values } = stageBlock(event.stages);
	const flags = event.direction === 'in' ? DataFlag.in : 0;
	const buffer = record(EventType.stage, Stage.bytes + 8 * values.length, event.time, event.cookie ?? 1, flags);
	buffer.writeBigUInt64LE(BigInt(event.pos), Stage.pos);
	buffer.writeUInt32LE(event.len, Stage.len);
	buffer.writeUInt16LE(mask, Stage.stageMask);
	for (const [i, value] of values.entries()) buffer.writeBigUInt64LE(value, Stage.bytes + 8 * i);
	return buffer;
};

export const retransmit = (time: number, pos: number, len: number, cookie = 1): Buffer => {
	const buffer = record(EventType.retransmit, Retransmit.bytes, time, cookie);
	buffer.writeBigUInt64LE(BigInt(pos), Retransmit.pos);
	buffer.writeUInt32LE(len, Retransmit.len);
	return buffer;
};

export const interfaceName = (netns: number, index: number, name: string): Buffer => {
	const buffer = record(EventType.interface, Interface.bytes, 0, 0);
	buffer.writeUInt32LE(netns, Interface.netns);
	buffer.writeUInt32LE(index, Interface.index);
	buffer.write(name, Interface.name, 15);
	return buffer;
};

export const state = (event: {
	time: number;
	cookie?: number;
	newState: number;
	error?: number;
	inEnd?: number;
	outEnd?: number;
}): Buffer => {
	const buffer = record(EventType.state, State.bytes, event.time, event.cookie ?? 1);
	buffer[State.oldState] = 1;
	buffer[State.newState] = event.newState;
	buffer.writeUInt16LE(event.error ?? 0, State.error);
	buffer.writeBigUInt64LE(BigInt(event.inEnd ?? 0), State.inEnd);
	buffer.writeBigUInt64LE(BigInt(event.outEnd ?? 0), State.outEnd);
	return buffer;
};

/** As TCP counts; the round trip in ns. */
export interface TcpCounted {
	rtt: number;
	retransmits: number;
}

const writeCounts = (buffer: Buffer, at: number, { rtt, retransmits }: TcpCounted): Buffer => {
	buffer.writeBigUInt64LE(BigInt(rtt), at + TcpCounts.rtt);
	buffer.writeUInt32LE(retransmits, at + TcpCounts.retransmits);
	return buffer;
};

export const counts = (time: number, counted: TcpCounted, cookie = 1): Buffer =>
	writeCounts(record(EventType.counts, Counts.bytes, time, cookie), Counts.counts, counted);

/** Without `counted` as older recordings have it. */
export const close = (time: number, cookie = 1, error = 0, counted?: TcpCounted): Buffer => {
	const buffer = record(EventType.close, counted ? Close.bytes : Close.counts, time, cookie);
	buffer.writeUInt16LE(error, Close.error);
	return counted ? writeCounts(buffer, Close.counts, counted) : buffer;
};

export const process = (event: { time?: number; tgid: number; started: number; comm: string; exe: string }): Buffer => {
	const buffer = record(EventType.process, Process.bytes, event.time ?? 0, 0);
	buffer.writeUInt32LE(event.tgid, Process.tgid);
	buffer.writeBigUInt64LE(BigInt(event.started), Process.started);
	buffer.write(event.comm, Process.comm, 15);
	buffer.write(event.exe, Process.exe, 63);
	return buffer;
};

export const exe = (event: { time?: number; tgid: number; started: number; path: string; flags?: number }): Buffer => {
	const path = Buffer.from(event.path);
	const buffer = record(EventType.exe, Exe.bytes + path.length, event.time ?? 0, 0, event.flags);
	buffer.writeUInt32LE(event.tgid, Exe.tgid);
	buffer.writeUInt32LE(path.length, Exe.len);
	buffer.writeBigUInt64LE(BigInt(event.started), Exe.started);
	path.copy(buffer, Exe.bytes);
	return buffer;
};

export const exit = (time: number, tgid: number, started: number): Buffer => {
	const buffer = record(EventType.exit, Exit.bytes, time, 0);
	buffer.writeUInt32LE(tgid, Exit.tgid);
	buffer.writeBigUInt64LE(BigInt(started), Exit.started);
	return buffer;
};

export const listen = (netns: number, port: number, ip = '0.0.0.0'): Buffer => {
	const buffer = record(EventType.listen, Listen.bytes, 0, 0);
	buffer.writeUInt32LE(netns, Listen.netns);
	buffer.writeUInt16LE(port, Listen.port);
	address(ip).copy(buffer, Listen.addr);
	buffer[Listen.family] = ip.includes(':') ? 6 : 4;
	return buffer;
};

export const lost = (time: number, ringFull: number, ringFullBytes: number, helperFailed: number): Buffer => {
	const buffer = record(EventType.lost, Lost.bytes, time, 0);
	buffer.writeBigUInt64LE(BigInt(ringFull), Lost.ringFull);
	buffer.writeBigUInt64LE(BigInt(ringFullBytes), Lost.ringFullBytes);
	buffer.writeBigUInt64LE(BigInt(helperFailed), Lost.helperFailed);
	return buffer;
};

export const tick = (time: number): Buffer => record(EventType.tick, Header.bytes, time, 0);
export const end = (time: number): Buffer => record(EventType.end, Header.bytes, time, 0);

export interface Assembled {
	readonly rows: Exchange[];
	readonly completeness: Completeness;
	/** Ticks, each with the number of rows that came before it. */
	readonly ticks: { now: number; rows: number }[];
}

/** Feeds records, one call of `feed` for each element. `protocols`: what is recognised, where a test does not say. */
export const assemble = (
	feeds: readonly Uint8Array[],
	options: { bodyBytes?: number; fields?: readonly string[]; protocols?: readonly string[] | null } = {},
): Assembled => {
	const rows: Exchange[] = [];
	const ticks: Assembled['ticks'] = [];
	const completeness = newCompleteness();
	const assembler = new Assembler({
		info: captureInfo(),
		protocols: options.protocols === undefined ? ['http', 'websocket'] : options.protocols,
		bodyBytes: options.bodyBytes ?? Number.POSITIVE_INFINITY,
		fields: options.fields,
		completeness,
		onRows: (batch) => {
			rows.push(...batch);
		},
		onTime: (now) => ticks.push({ now, rows: rows.length }),
	});
	// One buffer for all, as a live source does: bytes that are kept without a copy show.
	const buffer = new Uint8Array(Math.max(0, ...feeds.map((feed) => feed.length)));
	for (const feed of feeds) {
		buffer.fill(0xee);
		buffer.set(feed);
		assembler.feed(buffer, feed.length);
	}
	return { rows, completeness, ticks };
};

/** A part of a conversation as the client sees it: what it sends (`>`) or receives (`<`). */
export type Turn = readonly ['>' | '<', string | Uint8Array];

/**
 * The events of a conversation at one end, one data event a turn, a millisecond apart from time 1 ms on, without the
 * events that open and end it.
 */
export const turns = (conversation: readonly Turn[], side: 'client' | 'server' = 'client', cookie = 1): Buffer[] => {
	const pos = { '>': CLIENT_POS, '<': SERVER_POS };
	return conversation.map(([direction, text], i) => {
		const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : Buffer.from(text);
		const time = (i + 1) * 1e6;
		const isOut = (direction === '>') === (side === 'client');
		const event = data({ time, cookie, direction: isOut ? 'out' : 'in', pos: pos[direction], bytes });
		pos[direction] += bytes.length;
		return event;
	});
};

/** What stands in a file, at `offset`, before these records. */
export const check = (offset: number, records: Buffer, seed: number): Buffer =>
	checkRecord({
		offset,
		length: records.length,
		time: { high: 0, low: 0 },
		isLast: records.at(Header.type - Header.bytes) === EventType.end,
		crc: crc32(records, seed),
	});

/** Records without those that only files hold. */
export const withoutChecks = (bytes: Uint8Array): Buffer => {
	const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
	const records: Buffer[] = [];
	for (let at = 0; at < view.length; at += view.readUInt32LE(at))
		if (view[at + Header.type] !== EventType.check) records.push(view.subarray(at, at + view.readUInt32LE(at)));
	return Buffer.concat(records);
};
