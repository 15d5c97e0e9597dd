import assert from 'node:assert/strict';
import { DataFlag } from '../../engine/capture/events.ts';
import { type CaptureEvent, type DataEvent, eventsOf } from './capture-events.ts';

export type Direction = 'in' | 'out';

/** One direction of one socket, put together again. */
export interface Rebuilt {
	/** What was captured, holes left out. */
	readonly bytes: Buffer;
	/** Bytes that events stand for, and those between events that none stands for. */
	readonly length: number;
	readonly holes: number;
	/** Bytes that events stand for without their payload. */
	readonly withoutPayload: number;
}

const byPosition = (a: DataEvent, b: DataEvent) => (a.pos < b.pos ? -1 : a.pos > b.pos ? 1 : 0);

/** Payload of packets, for the ranges of sends without user memory. */
function fillIn(event: DataEvent, fills: readonly DataEvent[]): Buffer {
	const bytes = Buffer.alloc(event.length);
	let filled = 0;
	for (const fill of fills) {
		const from = fill.pos > event.pos ? fill.pos : event.pos;
		const fillEnd = fill.pos + BigInt(fill.payload.length);
		const eventEnd = event.pos + BigInt(event.length);
		const to = fillEnd < eventEnd ? fillEnd : eventEnd;
		if (from >= to) continue;
		fill.payload.copy(bytes, Number(from - event.pos), Number(from - fill.pos), Number(to - fill.pos));
		filled += Number(to - from);
	}
	return filled === event.length ? bytes : Buffer.alloc(0);
}

/** Puts a stream together by position; fails where two events stand for one byte. */
export function rebuild(events: readonly CaptureEvent[], cookie: bigint, direction: Direction): Rebuilt {
	const all = eventsOf(events, 'data').filter(
		(event) => event.cookie === cookie && ((event.flags & DataFlag.in) !== 0) === (direction === 'in'),
	);
	const fills = all.filter((event) => event.flags & DataFlag.fill);
	const parts = all.filter((event) => !(event.flags & DataFlag.fill)).sort(byPosition);
	const chunks: Buffer[] = [];
	let next = parts[0]?.pos ?? 0n;
	let length = 0;
	let holes = 0;
	let withoutPayload = 0;
	for (const part of parts) {
		assert.ok(part.pos >= next, `bytes reported twice: ${part.pos} after ${next}`);
		holes += Number(part.pos - next);
		next = part.pos + BigInt(part.length);
		const payload = part.flags & DataFlag.elsewhere ? fillIn(part, fills) : part.payload;
		chunks.push(payload);
		length += part.length;
		withoutPayload += part.length - payload.length;
	}
	return { bytes: Buffer.concat(chunks), length, holes, withoutPayload };
}
