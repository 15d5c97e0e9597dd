import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventWriter } from '../../../engine/capture/pcap/event-writer.ts';
import { HeaderPrediction } from '../../../engine/capture/pcap/header-prediction.ts';
import { openPcap, type PcapOptions } from '../../../engine/capture/pcap/source.ts';
import type { Source } from '../../../engine/capture/source.ts';
import { type Completeness, newCompleteness } from '../../../engine/completeness.ts';
import { Assembler } from '../../../engine/connection/assembler.ts';
import type { ConnectionFacts } from '../../../engine/exchange/connection-columns.ts';
import type { Exchange } from '../../../engine/exchange/exchange.ts';
import { summary } from '../../support/conversations.ts';

export interface Read {
	readonly rows: readonly Exchange[];
	/** Of the connections, in the order of their ends. */
	readonly counts: readonly Pick<ConnectionFacts, 'rtt' | 'retransmits'>[];
	/** Of the same: bytes of both directions, and how they ended. */
	readonly transfers: readonly (readonly [received: number, sent: number, state: string, reason: string | null])[];
	readonly completeness: Completeness;
	readonly error: Error | null;
	readonly tornBytes: number;
	readonly startWall: bigint;
	/** Bytes of events, and the largest batch. */
	readonly eventBytes: number;
}

const NAMED = ['http', 'websocket'] as const;

/** Leaves datagrams alone as a query does that names protocols: it misses none, where a recorder counts what of them is broken. */
class StreamWriter extends EventWriter {
	override readonly datagrams = false;
}

/** As calls, `counts`: of a query that asks for connections alone; `bare`: of one that asks neither for stages nor for counts. */
type How = 'records' | 'calls' | 'counts' | 'bare';

/** Reads a source to its end, as a query that wants all bodies does. */
export const readSource = async (
	source: Source,
	how: How = 'records',
	protocols: readonly string[] | null = NAMED,
): Promise<Read> => {
	const completeness = newCompleteness();
	const rows: Exchange[] = [];
	const counts: Read['counts'][number][] = [];
	const transfers: Read['transfers'][number][] = [];
	const count = ({ facts }: { facts: ConnectionFacts }) => {
		const { rtt, retransmits, bytesReceived, bytesSent, state, closeReason } = facts;
		counts.push({ rtt, retransmits });
		transfers.push([bytesReceived, bytesSent, state, closeReason]);
	};
	const assembler = new Assembler({
		info: source.info,
		protocols,
		bodyBytes: Number.POSITIVE_INFINITY,
		completeness,
		onRows: (batch) => {
			rows.push(...batch);
		},
		onTime: () => {},
		stages: how !== 'bare' && how !== 'counts',
		connections: how !== 'bare',
		onConnection: (view) => view.facts.state === 'CLOSED' && count(view),
		onEnding: () => assembler.connections().forEach(count),
	});
	let eventBytes = 0;
	const error = await new Promise<Error | null>((resolve) => {
		const feed = (bytes: Uint8Array, length: number): void => {
			eventBytes += length;
			assembler.feed(bytes, length);
		};
		if (how !== 'records')
			source.tell?.(
				assembler.sink(() => true),
				resolve,
			);
		else if (protocols !== null && source.tell !== undefined) source.tell(new StreamWriter(feed), resolve);
		else source.start(feed, resolve);
	});
	source.countMissing?.(completeness);
	const { cutBytes: tornBytes } = completeness;
	return { rows, counts, transfers, completeness, error, tornBytes, startWall: source.info.startWall, eventBytes };
};

/**
 * Reads a packet capture as a query does, and as a recorder does: both have to tell the same. So do a query that asks for less,
 * whose packets are predicted, and the same without prediction.
 */
export const readBoth = async (open: () => Promise<Source>, protocols?: null): Promise<Read> => {
	const recorded = await readSource(await open(), 'records', protocols);
	const called = await readSource(await open(), 'calls', protocols);
	assertSame(called, recorded);
	assert.deepEqual(called.rows.map(stagesOf), recorded.rows.map(stagesOf));
	assert.deepEqual(called.counts, recorded.counts);
	const predicted = await readSource(await open(), 'bare', protocols);
	assertSame(predicted, await withoutPrediction(async () => readSource(await open(), 'bare', protocols)));
	return recorded;
};

/** By hand: a mock of `node:test` keeps every call that it has seen, gigabytes in a property of many runs. */
const withoutPrediction = async (read: () => Promise<Read>): Promise<Read> => {
	const { take } = HeaderPrediction.prototype;
	HeaderPrediction.prototype.take = () => false;
	try {
		return await read();
	} finally {
		HeaderPrediction.prototype.take = take;
	}
};

const assertSame = (one: Read, other: Read): void => {
	assert.deepEqual(told(one), told(other));
	assert.deepEqual(one.rows.map(whenAndWhere), other.rows.map(whenAndWhere));
	assert.deepEqual(one.transfers, other.transfers);
};

/** As `readSource`, for a packet capture. */
export const readFile = async (path: string, options?: PcapOptions): Promise<Read> =>
	readBoth(() => openPcap(path, options));

/** The ends of an exchange, its times, and where its messages stand. */
const whenAndWhere = ({ endpoint, request, response, endTime }: Exchange) => {
	const { peer: _, ...ends } = endpoint;
	const messages = [request, response].map((message) => {
		if (message === null) return null;
		const { pos, size, firstTime, lastTime, truncated, body } = message;
		return [pos, size, firstTime, lastTime, truncated, body?.length];
	});
	return { ends, messages, endTime };
};

/** What packets tell of the way of both messages. */
const stagesOf = ({ request, response }: Exchange) =>
	[request, response].map((message) => {
		if (message?.stages === undefined) return null;
		const { direction, sent, received, rtt, retransmits, passages } = message.stages;
		const times = [sent, received, rtt, ...passages.map(({ time }) => time)];
		return { direction, times, retransmits, passages: passages.map(({ size, iface }) => [size, iface]) };
	});

/** As `readFile`, for the bytes of a file. */
export const read = async (bytes: Uint8Array, options?: PcapOptions): Promise<Read> => {
	const folder = mkdtempSync(join(tmpdir(), 'ciq-pcap-'));
	try {
		const path = join(folder, 'file');
		writeFileSync(path, bytes);
		return await readFile(path, options);
	} finally {
		rmSync(folder, { recursive: true });
	}
};

/** Each exchange in words, then what was lost, by the names of Completeness. */
export const told = ({ rows, completeness, error }: Read): string[] => {
	const lost = Object.entries(completeness).filter(([, count]) => count !== 0);
	const notes = lost.length === 0 ? [] : [lost.map(([name, count]) => `${name}=${count}`).join(' ')];
	return [...rows.map(summary), ...notes, ...(error === null ? [] : [error.message])];
};
