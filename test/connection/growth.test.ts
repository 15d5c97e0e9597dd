import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Data } from '../../engine/capture/events.ts';
import { newCompleteness } from '../../engine/completeness.ts';
import { Assembler } from '../../engine/connection/assembler.ts';
import { Coverage } from '../fuzz/coverage.ts';
import { usedBytes } from '../fuzz/used-bytes.ts';
import { CLIENT_POS, captureInfo, data, open, SERVER_POS } from '../support/events.ts';
import { handshake } from '../support/websocket.ts';

/* What one connection can make of work and memory: blocks of code that run, and bytes that are held. */

const MIB = 1 << 20;

interface Stream {
	readonly name: string;
	/** What comes first, each in an event of its own, the client's and the server's in turns. */
	readonly first: readonly string[];
	/** What the client sends then again and again, each in an event of its own. */
	readonly repeated: string;
	/** Bytes that are missing before it. */
	readonly hole?: number;
	readonly events: number;
	readonly heldMiB: number;
}

const POST = 'POST / HTTP/1.1\r\nContent-Length: ';
const CHUNKED = 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n';
const UPGRADE = handshake().map(([, text]) => `${text}`);

const million = { events: 1_000_000 };
const many = { events: 200_000 };
const STREAMS: readonly Stream[] = [
	{ name: 'a body in segments of one byte', first: [`${POST}10000000\r\n\r\n`], repeated: 'x', ...million, heldMiB: 4 },
	{ name: 'a head in segments of one byte', first: ['GET / HTTP/1.1\r\nA: '], repeated: 'x', ...million, heldMiB: 12 },
	{ name: 'segments of one byte behind a hole', first: ['GET /'], hole: 1, repeated: 'x', ...million, heldMiB: 12 },
	{ name: 'chunks of one byte', first: [CHUNKED], repeated: '1\r\nx\r\n', ...many, heldMiB: 4 },
	{ name: 'bytes of no protocol', first: ['\0'], repeated: '\x01', ...many, heldMiB: 2 },
	{ name: 'words that may become a method', first: [], repeated: 'GET', ...many, heldMiB: 2 },
	{ name: 'fragments without end', first: UPGRADE, repeated: '\x00\x81\x01\x02\x03\x04x', ...many, heldMiB: 4 },
	{ name: 'header fields without end', first: ['GET / HTTP/1.1\r\n'], repeated: 'a: b\r\n', ...many, heldMiB: 12 },
	{ name: 'requests without answers', first: [], repeated: 'GET / HTTP/1.1\r\n\r\n', events: 100_000, heldMiB: 4 },
	{
		name: 'large requests without answers',
		first: [],
		repeated: `${POST}${MIB / 4}\r\n\r\n${'x'.repeat(MIB / 4)}`,
		events: 200,
		heldMiB: 16,
	},
];

/** Events of the stream, handed over as a source does it; rows are let go. */
const feed = ({ first, repeated, hole = 0 }: Stream, events: number): Assembler => {
	const assembler = new Assembler({
		info: captureInfo(),
		protocols: null,
		bodyBytes: Number.POSITIVE_INFINITY,
		completeness: newCompleteness(),
		onRows: () => {},
		onTime: () => {},
	});
	const pos = { out: CLIENT_POS, in: SERVER_POS };
	const take = (event: Buffer): void => assembler.feed(event, event.length);
	take(open({ established: 1 }));
	for (const [i, bytes] of first.entries()) {
		const direction = i % 2 === 0 ? 'out' : 'in';
		take(data({ time: i, direction, pos: pos[direction], bytes }));
		pos[direction] += bytes.length;
	}
	const event = data({ time: 10, direction: 'out', pos: 0, bytes: repeated });
	for (let i = 0; i < events; i++) {
		event.writeBigUInt64LE(BigInt(pos.out + hole), Data.pos);
		take(event);
		pos.out += repeated.length;
	}
	return assembler;
};

const coverage = new Coverage();

/** Blocks of code that run for so many events. */
const stepsOf = (stream: Stream, events: number): number => {
	coverage.take();
	feed(stream, events);
	return coverage.take().steps;
};

for (const stream of STREAMS) {
	const { name, events, heldMiB } = stream;
	test(`${name}: work in proportion, state bounded`, () => {
		// Beyond every bound: what costs more when more is held does so in both.
		const [few, more] = [stepsOf(stream, events / 10), stepsOf(stream, events / 2)];
		assert.ok(more < 6 * few, `${few} steps, then ${more} for five times as much`);
		const before = usedBytes();
		const held = feed(stream, events);
		const grown = usedBytes() - before;
		assert.ok(grown < heldMiB * MIB, `${grown} bytes are held by ${held.constructor.name}`);
	});
}
