import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { InputError } from '../../../engine/capture/input-error.ts';
import { tracesOf } from '../../conformance/traces.ts';
import fc from '../../support/property.ts';
import { type CapturedPacket, pcap, section } from './files.ts';
import { ETHERTYPE, ethernet, Flag, ipv4, ipv6 } from './frames.ts';
import { type Read, read, told } from './read.ts';
import { REQUEST, response, Talk } from './talk.ts';

const RUNS = { numRuns: 300 };

/** A way to cut bytes into segments, to repeat some and to bring all out of order. */
const delivery = fc.record({
	cuts: fc.array(fc.nat(200), { maxLength: 12 }),
	/** For each segment: how much of what comes before it is in it as well. */
	overlaps: fc.array(fc.nat(20), { minLength: 13, maxLength: 13 }),
	repeats: fc.array(fc.nat(12), { maxLength: 5 }),
	order: fc.array(fc.nat(1000), { minLength: 18, maxLength: 18 }),
});

type Delivery = typeof delivery extends fc.Arbitrary<infer T> ? T : never;

const deliver = (
	talk: Talk,
	from: 'client' | 'server',
	text: string,
	{ cuts, overlaps, repeats, order }: Delivery,
): void => {
	const seq = talk.next(from);
	const bounds = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b), text.length];
	const pieces = bounds.slice(1).map((end, i) => [Math.max(0, bounds[i]! - overlaps[i]!), end] as const);
	const repeated = repeats.map((index) => pieces[index % pieces.length]!);
	const all = [...pieces, ...repeated].map((piece, i) => ({ piece, rank: order[i]! }));
	for (const { piece } of all.sort((a, b) => a.rank - b.rank))
		talk.send(from, text.slice(...piece), { seq: (seq + piece[0]) >>> 0 });
	talk.skip(from, text.length);
};

test('however segments are cut, repeated and reordered, the exchanges are the same', async () => {
	const sequence = fc.oneof(fc.nat(0xffff_ffff), fc.constantFrom(0, 0xffff_ffff, 0xffff_ff80));
	await fc.assert(
		fc.asyncProperty(
			sequence,
			sequence,
			fc.array(fc.tuple(delivery, delivery), { minLength: 1, maxLength: 4 }),
			async (clientIsn, serverIsn, rounds) => {
				const talk = new Talk({ clientIsn, serverIsn }).handshake();
				for (const [i, [up, down]] of rounds.entries()) {
					const body = `${i}`.repeat(120);
					deliver(talk, 'client', `POST /${i} HTTP/1.1\r\nContent-Length: 120\r\n\r\n${body}`, up);
					deliver(talk, 'server', response(body), down);
				}
				const result = await read(pcap(talk.packets));
				assert.deepEqual(
					told(result),
					rounds.map((_, i) => `POST /${i} 200 ok 161/160`),
				);
				for (const [i, { request, response: answer }] of result.rows.entries()) {
					assert.equal(String(Buffer.from(request?.body ?? [])), `${i}`.repeat(120));
					assert.equal(String(Buffer.from(answer?.body ?? [])), `${i}`.repeat(120));
				}
			},
		),
		RUNS,
	);
});

test('whatever packets are missing, no exchange is wrong: a body is right, or marked, or not yet over', async () => {
	await fc.assert(
		fc.asyncProperty(fc.uniqueArray(fc.nat(40), { maxLength: 12 }), async (missing) => {
			const talk = new Talk().handshake();
			for (let i = 0; i < 5; i++) {
				const answer = response(`${i}`.repeat(3000));
				talk.send('client', `GET /${i} HTTP/1.1\r\n\r\n`).send('server', answer.slice(0, 1400));
				talk.send('server', answer.slice(1400, 2800)).send('client').send('server', answer.slice(2800)).send('client');
			}
			const { rows } = await read(pcap(talk.packets.filter((_, i) => !missing.includes(i))));
			for (const { request, response: answer, outcome } of rows) {
				const number = Buffer.from(request?.head ?? [])
					.toString()
					.charAt(5);
				const body = Buffer.from(answer?.body ?? []).toString();
				if (body === '') continue;
				assert.equal(body, number.repeat(body.length));
				assert.ok(body.length === 3000 || answer?.truncated === true || outcome === 'waiting');
			}
		}),
		RUNS,
	);
});

/** Files to damage: every kind of frame, and other people's captures where they are. */
const seeds = (): Buffer[] => {
	const { packets } = new Talk().handshake().send('client', REQUEST).send('server', response('hello')).close();
	const wrapped = (wrap: (segment: Buffer) => Buffer): CapturedPacket[] =>
		new Talk({ wrap }).handshake().send('client', REQUEST).send('server', response('hello')).close().packets;
	const hopByHop = Buffer.from([0, 1, 4, 0, 0, 0, 0]);
	const fragment = Buffer.from([0, 0, 1, 0, 0, 0, 7]);
	const own = [
		pcap(packets),
		pcap(packets, { big: true, unit: 1 }),
		section(packets),
		section(packets, { between: [[4, Buffer.from('\x01\0\x07\0\x0a\0\0\x02ab\0\0\0\0\0\0', 'latin1')]] }),
		section(packets, { big: true, devices: [{ tsresol: 9, offset: 3 }, { link: 101 }] }),
		pcap(
			wrapped((s) =>
				ethernet(ipv4({ source: '10.0.0.1', destination: '10.0.0.2' }, s), [ETHERTYPE.qinq, ETHERTYPE.vlan]),
			),
		),
		pcap(wrapped((s) => ethernet(ipv4({ source: '10.0.0.1', destination: '10.0.0.2', moreFragments: true }, s)))),
		pcap(
			wrapped((s) =>
				ethernet(
					ipv6(
						{
							source: 1,
							destination: 2,
							extensions: [
								[0, hopByHop],
								[44, fragment],
							],
						},
						s,
					),
				),
			),
		),
	];
	const others = tracesOf('http')?.map(({ path }) => readFileSync(path)) ?? [];
	return [...own, ...others.filter(({ length }) => length < 20_000)];
};

const EDGES = [0, 1, 0x7f, 0x80, 0xff] as const;

const damage = fc.array(
	fc.record({
		kind: fc.constantFrom('byte', 'word', 'cut', 'repeat', 'insert'),
		at: fc.nat(0xff_ffff),
		length: fc.nat(200),
		value: fc.oneof(fc.nat(255), fc.constantFrom(...EDGES)),
	}),
	{ minLength: 1, maxLength: 12 },
);

type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

const damaged = (file: Buffer, changes: Damage): Buffer => {
	let bytes = Buffer.from(file);
	for (const { kind, at, length, value } of changes) {
		if (bytes.length < 8) break;
		const start = at % (bytes.length - 4);
		const [before, after] = [bytes.subarray(0, start), bytes.subarray(start)];
		if (kind === 'byte') bytes[start] = value;
		else if (kind === 'word') bytes.fill(value, start, start + 4);
		else if (kind === 'cut') bytes = Buffer.concat([before, after.subarray(length)]);
		else if (kind === 'repeat') bytes = Buffer.concat([before, after.subarray(0, length), after]);
		else bytes = Buffer.concat([before, Buffer.alloc(length, value), after]);
	}
	return bytes;
};

/** Nothing but a InputError comes out, and no more than packets can mean. */
const survives = async (bytes: Buffer): Promise<Read | null> => {
	try {
		const result = await read(bytes);
		assert.ok(result.error === null || result.error instanceof InputError, String(result.error));
		// The smallest packet, of some 70 bytes, can open a connection, tell of a gap, and end it.
		assert.ok(result.eventBytes <= 1000 + 10 * bytes.length, `${result.eventBytes} bytes of events`);
		return result;
	} catch (error) {
		assert.ok(error instanceof InputError, String(error));
		return null;
	}
};

describe('hostile files', () => {
	const files = seeds();
	test(`of ${files.length} seeds${tracesOf('http') === null ? ' (without those of Zeek: see test/conformance)' : ''}`, async () => {
		await fc.assert(
			fc.asyncProperty(fc.constantFrom(...files), damage, async (file, changes) => {
				await survives(damaged(file, changes));
			}),
			{ numRuns: 400 },
		);
	});

	test('random bytes behind a header', async () => {
		const headers = [pcap([]), pcap([], { big: true }), section([]), section([], { big: true })];
		await fc.assert(
			fc.asyncProperty(fc.constantFrom(...headers), fc.uint8Array({ maxLength: 400 }), async (header, rest) => {
				await survives(Buffer.concat([header, rest]));
			}),
			RUNS,
		);
	});

	test('tiny segments behind a hole that is never filled: given up at a bound, and counted', async () => {
		const talk = new Talk().handshake().send('client', REQUEST).skip('server', 1);
		for (let i = 0; i < 50_000; i++) talk.send('server', 'x', { ack: 1000 });
		const result = await survives(pcap(talk.packets));
		assert.equal(result?.completeness.gaps, 1);
	});

	test('segments in reverse order', async () => {
		const talk = new Talk().handshake().send('client', REQUEST);
		const seq = talk.next('server');
		for (let i = 20_000; i > 0; i--) talk.send('server', 'x', { seq: seq + i, ack: 1000 });
		assert.notEqual(await survives(pcap(talk.packets)), null);
	});

	test('a flood of handshakes and of connections that tell nothing more leaves others alone', async () => {
		const talk = new Talk().handshake().send('client', REQUEST);
		const flood = Array.from({ length: 70_000 }, (_, i) => {
			const client = `10.2.${(i >> 8) & 255}.${i & 255}`;
			return new Talk({ client, clientPort: 1024 + (i >> 16) }).send('client', '', { flags: Flag.syn, ack: 0 }).packets;
		});
		const { packets } = talk;
		const result = await survives(
			pcap([...packets, ...flood.flat(), ...talk.send('server', response('hello')).packets.slice(-1)]),
		);
		assert.deepEqual(result && told(result), ['GET /a 200 ok 28/43']);
	});

	test('a flood of first fragments leaves others alone', async () => {
		const part = (identification: number, fragmentOffset: number, payload: Buffer): Buffer =>
			ethernet(
				ipv4(
					{ source: '10.0.0.7', destination: '10.0.0.8', identification, fragmentOffset, moreFragments: true },
					payload,
				),
			);
		const { packets } = new Talk().handshake().send('client', REQUEST).send('server', response('hello'));
		const flood = Array.from({ length: 5000 }, (_, i) => ({
			time: packets[0]!.time,
			bytes: part(i, (i % 8000) * 8, Buffer.alloc(1400)),
		}));
		const result = await survives(pcap([...flood, ...packets]));
		assert.deepEqual(result && told(result), ['GET /a 200 ok 28/43', 'brokenPackets=5000']);
	});

	test('stamps at the ends of what can be written', async () => {
		const file = section(new Talk().handshake().send('client', REQUEST).send('server', response('hello')).packets, {
			devices: [{ tsresol: 0 }],
		});
		const late = Buffer.from(file);
		// The stamp of the last packet: the high half of its block, 28 bytes of head before the frame.
		const frame = late.lastIndexOf(Buffer.alloc(12, 2));
		late.writeUInt32LE(0xffff_ffff, frame - 16);
		const { rows } = await read(late);
		assert.equal(rows[0]?.endTime, 2 ** 62);
	});

	test('a clock that tells years which no date has: times are some, and what was between packets stays', async () => {
		const { packets } = new Talk().handshake().send('client', REQUEST).send('server', response('hello'));
		const file = section(packets, { devices: [{ tsresol: 9, offset: 1 }] });
		const at = file.indexOf(Buffer.from([14, 0, 8, 0])) + 4;
		for (const [offset, year] of [
			[2n ** 63n - 1n, 9000],
			[2n ** 40n, 9000],
			[-(2n ** 63n), 1000],
		] as const) {
			file.writeBigInt64LE(offset, at);
			const { rows, startWall } = await read(file);
			assert.equal(new Date(Number(startWall / 1_000_000n)).getUTCFullYear(), year);
			assert.deepEqual([rows[0]?.startTime, rows[0]?.endTime], [3_000_000, 4_000_000]);
		}
	});
});
