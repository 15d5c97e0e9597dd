import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventType, Header } from '../../engine/capture/events.ts';
import { type LossCounters, NO_LOSS } from '../../engine/capture/live-records.ts';
import { LiveStream } from '../../engine/capture/live-stream.ts';
import { eventsOf, parseEvents } from '../support/capture-events.ts';

const MS = 1_000_000n;

/** A ring that gives what it is told to, one record a drain at most `size` bytes. */
class FakeRing {
	readonly records: Uint8Array[] = [];
	lost = NO_LOSS;

	drain(buffer: Uint8Array): number {
		let used = 0;
		for (let next = this.records.shift(); next !== undefined; next = this.records.shift()) {
			buffer.set(next, used);
			used += next.length;
		}
		return used;
	}

	lossCounters(): LossCounters {
		return this.lost;
	}
}

function record(type: number, bytes: number, time: bigint): Uint8Array {
	const view = new DataView(new ArrayBuffer(bytes));
	view.setUint32(Header.size, bytes, true);
	view.setUint8(Header.type, type);
	view.setBigUint64(Header.time, time, true);
	return new Uint8Array(view.buffer);
}

function setUp() {
	const ring = new FakeRing();
	const chunks: Buffer[] = [];
	const stream = new LiveStream(ring, (bytes, length) => chunks.push(Buffer.from(bytes.subarray(0, length))));
	const events = () => parseEvents(Buffer.concat(chunks));
	return { ring, stream, events, types: () => events().map((event) => event.type) };
}

const at = (milliseconds: bigint, offset = 5n) => ({ time: milliseconds * MS, offset });

test('a tick comes behind what was there at the start, and then each 100 ms, with the time before the drain', () => {
	const { ring, stream, events } = setUp();
	stream.begin(at(0n), new Uint8Array(0));
	for (let time = 0n; time <= 500n; time += 10n) {
		if (time === 300n) ring.records.push(record(EventType.exit, 40, 295n * MS));
		stream.drain(at(time));
	}
	const ticks = eventsOf(events(), 'tick').map((tick) => tick.time / MS);
	assert.deepEqual(ticks, [0n, 100n, 200n, 300n, 400n, 500n]);
});

test('the clock is told at the start, and again when it is moved by more than a millisecond', () => {
	const { stream, events } = setUp();
	stream.begin(at(0n, 5n), new Uint8Array(0));
	stream.drain(at(1n, 5n + MS));
	stream.drain(at(2n, 6n + MS));
	stream.drain(at(3n, 5n));
	assert.deepEqual(
		eventsOf(events(), 'clock').map((clock) => clock.offset),
		[5n, 6n + MS, 5n],
	);
});

test('losses are told when they have grown', () => {
	const { ring, stream, events } = setUp();
	stream.begin(at(0n), new Uint8Array(0));
	stream.drain(at(1n));
	ring.lost = { ...ring.lost, ringFull: 2n, ringFullBytes: 700n };
	stream.drain(at(2n));
	stream.drain(at(3n));
	ring.lost = { ...ring.lost, contended: 1n };
	stream.drain(at(4n));
	assert.deepEqual(
		eventsOf(events(), 'lost').map(({ ringFull, ringFullBytes, contended }) => [ringFull, ringFullBytes, contended]),
		[
			[2n, 700n, 0n],
			[2n, 700n, 1n],
		],
	);
});

test('one turn ends after a bounded number of drains', () => {
	const { ring, stream } = setUp();
	let drains = 0;
	ring.drain = (buffer) => {
		buffer.set(record(EventType.exit, 40, 0n));
		drains++;
		return 40;
	};
	assert.equal(stream.drain(at(0n)), false);
	assert.equal(drains, 128);
});
