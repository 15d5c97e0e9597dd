import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DataEvent } from '../../engine/connection/data-event.ts';
import { ByteStream, type StreamOwner } from '../../engine/connection/stream.ts';
import { type Chunk, type Gap, NEEDS_MORE } from '../../engine/protocols/protocol.ts';
import fc from '../support/property.ts';

const FIRST = 1000;

/** Records what a stream hands on: bytes as text, gaps as `<length>`, lost ones as `<length!>`, the end as `$`. */
class Recorder implements StreamOwner {
	log = '';
	waiting = false;
	/** How many bytes of an offered chunk are taken. */
	take: (chunk: Chunk, force: boolean) => number = ({ start, end }) => end - start;

	data(_: string, chunk: Chunk, force: boolean): number {
		const taken = this.take(chunk, force);
		if (taken > 0) this.log += chunk.bytes.toString('latin1', chunk.start, chunk.start + taken);
		return taken;
	}

	gap(_: string, { length, lost }: Gap): void {
		this.log += `<${length}${lost ? '!' : ''}>`;
	}

	end(): void {
		this.log += '$';
	}

	wait(): void {
		this.waiting = true;
	}

	progress(): void {
		this.waiting = false;
	}
}

const event = (offset: number, bytes: string, more: Partial<DataEvent> = {}): DataEvent => ({
	pos: FIRST + offset,
	len: bytes.length,
	bytes: Buffer.from(bytes),
	start: 0,
	end: bytes.length,
	lastEvent: 0,
	lastEventTime: 0,
	firstTime: 0,
	lastTime: 0,
	tgid: 1,
	lost: false,
	arrival: 0,
	...more,
});

/** A stream that goes on after each call as far as it can, as a connection makes it do. */
class Running {
	readonly #stream: ByteStream;

	constructor(owner: StreamOwner) {
		this.#stream = new ByteStream(owner, 'in', FIRST);
	}

	add(one: DataEvent): void {
		this.#run(() => this.#stream.add(one, false));
	}

	addElsewhere(one: DataEvent): void {
		this.#run(() => this.#stream.addElsewhere(one, false));
	}

	fill(pos: number, bytes: Buffer): void {
		this.#run(() => assert.ok(this.#stream.fill(pos, bytes)));
	}

	endAt(pos: number): void {
		this.#run(() => this.#stream.endAt(pos));
	}

	giveUp(): void {
		this.#run(() => this.#stream.giveUp());
	}

	get overflows(): boolean {
		return this.#stream.overflows;
	}

	#run(change: () => void): void {
		change();
		while (this.#stream.step(false));
		this.#stream.rest();
	}
}

const make = (): { owner: Recorder; stream: Running } => {
	const owner = new Recorder();
	return { owner, stream: new Running(owner) };
};

test('what comes in order is handed on without a copy', () => {
	const { owner, stream } = make();
	const sent = event(0, 'abc');
	let offered: Buffer | null = null;
	owner.take = ({ bytes, start, end }) => {
		offered = bytes;
		return end - start;
	};
	stream.add(sent);
	assert.equal(offered, sent.bytes);
	assert.equal(owner.log, 'abc');
});

test('what comes out of order waits, and is then handed on', () => {
	const { owner, stream } = make();
	stream.add(event(3, 'def'));
	assert.equal(owner.log, '');
	assert.equal(owner.waiting, true);
	stream.add(event(0, 'abc'));
	assert.equal(owner.log, 'abcdef');
	assert.equal(owner.waiting, false);
});

test('a hole that is given up is a lost gap; one that was left out by budget is not', () => {
	const { owner, stream } = make();
	stream.add(event(0, 'ab', { len: 10 }));
	stream.add(event(14, 'cd'));
	stream.giveUp();
	assert.equal(owner.log, 'ab<8><4!>cd');
});

test('what fills a hole takes the place of what waited behind it', () => {
	const stream = new ByteStream(new Recorder(), 'in', FIRST);
	stream.add(event(3, 'def', { arrival: 7 }), false);
	stream.add(event(9, 'jkl', { arrival: 8 }), false);
	assert.equal(stream.order, 7);
	stream.add(event(0, 'abc', { arrival: 9 }), false);
	assert.equal(stream.order, 7);
	assert.equal(stream.step(false), true);
	assert.equal(stream.step(false), true);
	stream.add(event(6, 'ghi', { arrival: 10 }), false);
	assert.equal(stream.order, 8);
});

test('duplicates and overlaps are dropped', () => {
	const { owner, stream } = make();
	stream.add(event(0, 'abc'));
	stream.add(event(0, 'abc'));
	stream.add(event(1, 'bcde'));
	assert.equal(owner.log, 'abcde');
});

test('the end is told once, behind the last byte', () => {
	const { owner, stream } = make();
	stream.endAt(FIRST + 5);
	stream.add(event(0, 'abc'));
	assert.equal(owner.log, 'abc');
	stream.add(event(3, 'de'));
	assert.equal(owner.log, 'abcde$');
	stream.giveUp();
	assert.equal(owner.log, 'abcde$');
});

test('bytes that are not taken wait for the other direction and come again', () => {
	const { owner, stream } = make();
	owner.take = ({ pos }) => (pos === FIRST ? 1 : 0);
	stream.add(event(0, 'abc'));
	assert.equal(owner.log, 'a');
	assert.equal(owner.waiting, true);
	owner.take = ({ start, end }) => end - start;
	stream.add(event(3, 'd'));
	assert.equal(owner.log, 'abcd');
	assert.equal(owner.waiting, false);
});

test('bytes that wait for the other direction are handed on when it is given up', () => {
	const { owner, stream } = make();
	owner.take = ({ start, end }, force) => (force ? end - start : 0);
	stream.add(event(0, 'abc'));
	stream.add(event(3, 'd'));
	assert.equal(owner.log, '');
	stream.giveUp();
	assert.equal(owner.log, 'abcd');
});

test('bytes that tell too little come again with those behind them, in one piece', () => {
	const { owner, stream } = make();
	owner.take = ({ start, end }, force) => (end - start < 4 && !force ? NEEDS_MORE : end - start);
	for (const [i, letter] of [...'abcd'].entries()) stream.add(event(i, letter));
	assert.equal(owner.log, 'abcd');
	stream.add(event(4, 'ef', { len: 10 }));
	assert.equal(owner.log, 'abcdef<8>', 'a gap behind them: they will not be more');
	stream.add(event(14, 'g'));
	stream.giveUp();
	assert.equal(owner.log, 'abcdef<8>g');
});

test('of bytes that were merged, those up to the last event may be taken alone', () => {
	const { owner, stream } = make();
	const offered: string[] = [];
	owner.take = ({ bytes, start, end, lastEvent, firstTime }) => {
		offered.push(`${bytes.toString('latin1', start, end)}@${firstTime}`);
		return end - start < 3 ? NEEDS_MORE : lastEvent > start ? lastEvent - start : end - start;
	};
	stream.add(event(0, 'ab', { firstTime: 1 }));
	stream.add(event(2, 'cdef', { firstTime: 2 }));
	assert.deepEqual(offered, ['ab@1', 'ab@1', 'abcdef@1', 'cdef@2']);
});

test('what waits is known to overflow', () => {
	const many = make().stream;
	for (let i = 0; i < 1024; i++) many.add(event(10 + 2 * i, 'x'));
	assert.equal(many.overflows, false);
	many.add(event(5000, 'x'));
	assert.equal(many.overflows, true);
	const large = make().stream;
	large.add(event(1, 'y'.repeat(4 << 20)));
	assert.equal(large.overflows, false);
	large.add(event(5 << 20, 'y'));
	assert.equal(large.overflows, true);
});

test('payload of pages is taken before and after the event that confirms it', () => {
	// Events stand behind one another in the bytes of a batch.
	const inBatch = { bytes: Buffer.alloc(80), start: 80, end: 80 };
	for (const order of ['confirm fill', 'fill confirm']) {
		const { owner, stream } = make();
		for (const step of order.split(' ')) {
			if (step === 'fill') stream.fill(FIRST, Buffer.from('abcd'));
			else stream.addElsewhere(event(0, '', { ...inBatch, len: 4, lost: true }));
		}
		assert.equal(owner.log, 'abcd', order);
	}
});

test('payload of pages that does not come is a gap: at once when it was not wanted, else when it is given up', () => {
	const { owner, stream } = make();
	stream.addElsewhere(event(0, '', { len: 4 }));
	assert.equal(owner.log, '<4>');
	stream.addElsewhere(event(4, '', { len: 6, lost: true }));
	stream.fill(FIRST + 6, Buffer.from('cd'));
	assert.equal(owner.log, '<4>');
	stream.giveUp();
	assert.equal(owner.log, '<4><2!>cd<2!>');
});

test('what comes behind payload that is given up keeps its place in the order of both directions', () => {
	const owner = new Recorder();
	const stream = new ByteStream(owner, 'out', FIRST);
	stream.addElsewhere(event(0, '', { len: 4, lost: true, arrival: 1 }), false);
	stream.add(event(4, 'next', { arrival: 2 }), false);
	stream.addElsewhere(event(8, '', { len: 4, lost: true, arrival: 3 }), false);
	stream.giveUp();
	assert.equal(owner.log, '<4!>');
	assert.equal(stream.order, 2);
	stream.step(false);
	assert.equal(owner.log, '<4!>next');
	assert.ok(stream.hasHole);
});

/** Cuts [0, length) at random places. */
const ranges = (length: number): fc.Arbitrary<[number, number][]> =>
	fc.uniqueArray(fc.integer({ min: 1, max: length - 1 }), { maxLength: 20 }).map((cuts) => {
		const at = [0, ...cuts.sort((a, b) => a - b), length];
		return at.slice(1).map((to, i): [number, number] => [at[i] ?? 0, to]);
	});

const TEXT = Array.from({ length: 200 }, (_, i) => String.fromCharCode(97 + (i % 26))).join('');

test('events in any order, repeated and overlapping, give the bytes in order', () => {
	const extra = fc.array(fc.tuple(fc.nat(199), fc.integer({ min: 1, max: 60 })), { maxLength: 10 });
	const shuffled = fc.tuple(ranges(TEXT.length), extra).chain(([parts, more]) => {
		const overlapping = more.map(([from, length]): [number, number] => [from, Math.min(TEXT.length, from + length)]);
		const all = [...parts, ...overlapping];
		return fc.shuffledSubarray(all, { minLength: all.length });
	});
	fc.assert(
		fc.property(shuffled, (parts) => {
			const { owner, stream } = make();
			for (const [from, to] of parts) stream.add(event(from, TEXT.slice(from, to)));
			assert.equal(owner.log, TEXT);
		}),
		{ numRuns: 2000 },
	);
});

test('payload of pages and the events that confirm it, in any cut and order, give the bytes in order', () => {
	const steps = fc.tuple(ranges(TEXT.length), ranges(TEXT.length)).chain(([confirms, fills]) => {
		const all = [
			...confirms.map(([from, to]) => ({ kind: 'confirm', from, to })),
			...fills.map(([from, to]) => ({ kind: 'fill', from, to })),
		];
		return fc.shuffledSubarray(all, { minLength: all.length });
	});
	fc.assert(
		fc.property(steps, (all) => {
			const { owner, stream } = make();
			for (const { kind, from, to } of all) {
				if (kind === 'fill') stream.fill(FIRST + from, Buffer.from(TEXT.slice(from, to)));
				else stream.addElsewhere(event(from, '', { len: to - from, lost: true }));
			}
			assert.equal(owner.log, TEXT);
		}),
		{ numRuns: 2000 },
	);
});
