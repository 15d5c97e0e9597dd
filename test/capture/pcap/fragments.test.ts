import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { losses } from '../../../engine/output/loss.ts';
import { type CapturedPacket, pcap } from './files.ts';
import { ethernet, ipv4 } from './frames.ts';
import { read, told } from './read.ts';
import { REQUEST, response, Talk } from './talk.ts';

const PIECE = 16;
const MINUTE = 60_000_000_000n;

/** The fragments of each packet of an exchange behind its handshake; those of the answer come from the 2nd on. */
const fragments = (): CapturedPacket[] => {
	const wrap = (segment: Buffer, fromClient: boolean): Buffer => ipv4(fromClient ? FROM_CLIENT : FROM_SERVER, segment);
	const { packets } = new Talk({ wrap }).handshake().send('client', REQUEST).send('server', response('hello'));
	return packets.flatMap(({ time, bytes }, identification) => {
		const payload = Buffer.from(bytes.subarray(20));
		const ends = identification % 2 === 1 ? FROM_CLIENT : FROM_SERVER;
		if (identification < 3) return [{ time, bytes: ethernet(Buffer.from(bytes)) }];
		return Array.from({ length: Math.ceil(payload.length / PIECE) }, (_, i) => {
			const [fragmentOffset, moreFragments] = [i * PIECE, (i + 1) * PIECE < payload.length];
			const fields = { ...ends, identification, fragmentOffset, moreFragments };
			return { time, bytes: ethernet(ipv4(fields, payload.subarray(fragmentOffset, fragmentOffset + PIECE))) };
		});
	});
};
const FROM_CLIENT = { source: '10.0.0.1', destination: '10.0.0.2' };
const FROM_SERVER = { source: '10.0.0.2', destination: '10.0.0.1' };

const ALL = fragments();
/** Of the request 48 bytes are 3 fragments, of the answer 63 are 4. */
const [REQUEST_AT, ANSWER_AT] = [3, 6];
const WHOLE = 'GET /a 200 ok 28/43';
const UNANSWERED = 'GET /a - waiting 28/-';

const CASES: Readonly<Record<string, readonly [packets: readonly CapturedPacket[], expected: readonly string[]]>> = {
	'all of them': [ALL, [WHOLE]],
	'one is missing': [ALL.toSpliced(ANSWER_AT + 1, 1), [UNANSWERED, 'brokenPackets=1']],
	'the last one is missing': [ALL.slice(0, -1), [UNANSWERED, 'brokenPackets=1']],
	'one of each packet is missing': [ALL.toSpliced(ANSWER_AT + 1, 1).toSpliced(REQUEST_AT, 1), ['brokenPackets=2']],
	'one was cut: once for its packet': [
		ALL.map((packet, i) => (i === ANSWER_AT + 1 ? { ...packet, captured: 40 } : packet)),
		[UNANSWERED, 'brokenPackets=1'],
	],
	'all were cut': [
		ALL.map((packet, i) => (i >= ANSWER_AT ? { ...packet, captured: 40 } : packet)),
		[UNANSWERED, 'brokenPackets=1'],
	],
	'one comes a minute later': [
		ALL.map((packet, i) => (i > ANSWER_AT ? { ...packet, time: packet.time + MINUTE + 1_000_000n } : packet)),
		[UNANSWERED, 'brokenPackets=2'],
	],
	'all of them twice, one after the other': [ALL.flatMap((packet) => [packet, packet]), [WHOLE]],
	'all of them again': [[...ALL, ...ALL.slice(REQUEST_AT)], [WHOLE]],
	'of a protocol that nobody reads': [
		[
			...ALL,
			{ ...ALL[0]!, bytes: ethernet(ipv4({ ...FROM_CLIENT, protocol: 1, moreFragments: true }, Buffer.alloc(16))) },
		],
		[WHOLE],
	],
};

describe('IP fragments', () => {
	for (const [name, [packets, expected]] of Object.entries(CASES))
		test(name, async () => {
			assert.deepEqual(told(await read(pcap(packets))), expected);
		});

	test('a large packet whose fragments come twice, as from two interfaces', async () => {
		const talk = new Talk({ wrap: (segment, up) => ipv4(up ? FROM_CLIENT : FROM_SERVER, segment) });
		const { packets } = talk
			.handshake()
			.send('client', REQUEST)
			.send('server', response('x'.repeat(40_000)));
		const [whole] = packets.splice(-1);
		const payload = Buffer.from(whole!.bytes.subarray(20));
		const doubled = Array.from({ length: Math.ceil(payload.length / 1400) }, (_, i) => {
			const fields = {
				...FROM_SERVER,
				identification: 7,
				fragmentOffset: i * 1400,
				moreFragments: (i + 1) * 1400 < payload.length,
			};
			return { time: whole!.time, bytes: ethernet(ipv4(fields, payload.subarray(i * 1400, (i + 1) * 1400))) };
		}).flatMap((packet) => [packet, packet]);
		const others = packets.map(({ time, bytes }) => ({ time, bytes: ethernet(Buffer.from(bytes)) }));
		assert.deepEqual(told(await read(pcap([...others, ...doubled]))), ['GET /a 200 ok 28/40042']);
	});

	test('one packet after another that stays in pieces', async () => {
		const pieces = Array.from({ length: 1000 }, (_, identification) => ({
			time: ALL[0]!.time,
			bytes: ethernet(ipv4({ ...FROM_CLIENT, identification, moreFragments: true }, Buffer.alloc(8))),
		}));
		const { completeness } = await read(pcap(pieces));
		assert.equal(completeness.brokenPackets, 1000);
		assert.deepEqual(losses(completeness), ['1,000 packets of which IP fragments are missing']);
	});
});
