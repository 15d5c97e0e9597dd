import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from '../../support/property.ts';
import { type CapturedPacket, pcap } from './files.ts';
import { ETHERTYPE, ends, ethernet, Flag, ipv4, v4, v6, type Wrap } from './frames.ts';
import { read, told } from './read.ts';
import { REQUEST, response, Talk } from './talk.ts';
import { CARRIERS } from './tunnels.ts';

const ANSWER = response('hello world');
const IPV4_PAYLOAD = 34;

/** How segments are wrapped. */
const WRAPS: Readonly<Record<string, Wrap>> = {
	ipv4: (segment, fromClient) => ethernet(v4(segment, fromClient)),
	tagged: (segment, fromClient) => ethernet(v4(segment, fromClient), [ETHERTYPE.vlan]),
	options: (segment, fromClient) => ethernet(ipv4({ ...ends(fromClient), options: 8 }, segment)),
	ipv6: (segment, fromClient) => ethernet(v6(segment, fromClient)),
	tunnelled: (segment, fromClient) => CARRIERS.VXLAN!(v4(segment, fromClient)),
	labelled: (segment, fromClient) => CARRIERS.MPLS!(v4(segment, fromClient)),
};

/** What two ends do next. */
const STEPS: Readonly<Record<string, (talk: Talk) => Talk>> = {
	exchange: (talk) => talk.send('client', REQUEST).send('server', ANSWER).send('client'),
	pieces: (talk) =>
		talk.send('client', REQUEST).send('server', ANSWER.slice(0, 20)).send('server', ANSWER.slice(20)).send('client'),
	pipelined: (talk) => talk.send('client', REQUEST + REQUEST).send('server', ANSWER + ANSWER),
	options: (talk) => talk.send('client', REQUEST, { options: 12 }).send('server', ANSWER, { options: 12 }),
	urgent: (talk) => talk.send('client', '!', { flags: Flag.ack | Flag.urg, urgent: 1 }),
	'keep-alive': (talk) => talk.send('client', '\0', { seq: talk.next('client') - 1 }).send('server'),
	'acknowledgement of what is not there': (talk) => talk.send('client', '', { ack: talk.next('server') + 5 }),
	'lost before the capture': (talk) => talk.skip('server', 10).send('server', ANSWER).send('client'),
	'sent again': (talk) => talk.send('server', ANSWER.slice(9), { seq: talk.next('server') - ANSWER.length + 9 }),
	'half closed': (talk) => talk.send('client', REQUEST, { flags: Flag.fin | Flag.ack }).send('server', ANSWER),
	reset: (talk) => talk.send('server', '', { flags: Flag.rst | Flag.ack }),
	'closed and opened again': (talk) => talk.close().skip('client', 1000).skip('server', 2000).handshake(),
};

/** What befalls a packet. */
const MISHAPS: Readonly<Record<string, (packet: CapturedPacket, next: CapturedPacket) => readonly CapturedPacket[]>> = {
	lacking: () => [],
	twice: (packet) => [packet, packet],
	swapped: (packet, next) => [next, packet],
	cut: (packet) => [{ ...packet, captured: Math.min(packet.bytes.length, 70) }],
	fragments: (packet) => {
		const bytes = Buffer.from(packet.bytes);
		if (bytes.readUInt16BE(12) !== ETHERTYPE.ipv4 || bytes[14] !== 0x45) return [packet];
		const source = bytes.subarray(26, 30).join('.');
		const destination = bytes.subarray(30, IPV4_PAYLOAD).join('.');
		const whole = { source, destination, protocol: bytes[23]! };
		const payload = bytes.subarray(IPV4_PAYLOAD, 14 + bytes.readUInt16BE(16));
		return [
			{ ...packet, bytes: ethernet(ipv4({ ...whole, moreFragments: true }, payload.subarray(0, 24))) },
			{ ...packet, bytes: ethernet(ipv4({ ...whole, fragmentOffset: 24 }, payload.subarray(24))) },
		];
	},
};

const among = (table: object) => fc.constantFrom(...Object.keys(table));

describe('header prediction', () => {
	// `read` compares what is told with it and without.
	test('tells the same as the long way, whatever befalls the packets', async () => {
		const conversation = fc.record({
			wrap: among(WRAPS),
			clientIsn: fc.constantFrom(1000, 2 ** 32 - 60),
			hasHandshake: fc.boolean(),
			steps: fc.array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom('exchange', 'pieces') }, among(STEPS)), {
				minLength: 3,
				maxLength: 12,
			}),
			mishaps: fc.array(fc.tuple(fc.nat(50), among(MISHAPS)), { maxLength: 3 }),
		});
		await fc.assert(
			fc.asyncProperty(conversation, async ({ wrap, clientIsn, hasHandshake, steps, mishaps }) => {
				const talk = new Talk({ clientIsn, wrap: WRAPS[wrap]! });
				if (hasHandshake) talk.handshake();
				for (const step of steps) STEPS[step]!(talk);
				const packets = talk.packets.slice();
				for (const [at, mishap] of mishaps) {
					const [packet, next] = packets.slice(at, at + 2);
					if (packet === undefined || next === undefined) continue;
					const isSwap = mishap === 'swapped';
					packets.splice(at, isSwap ? 2 : 1, ...MISHAPS[mishap]!(packet, next));
				}
				await read(pcap(packets));
			}),
			{ numRuns: 400 },
		);
	});

	test('of more connections than it remembers, with the same sequence numbers', async () => {
		const talks = Array.from({ length: 6000 }, (_, i) => {
			const talk = new Talk({ client: `10.1.${i >> 8}.${i & 255}` }).handshake();
			return STEPS.exchange!(STEPS.exchange!(talk)).packets;
		});
		const packets = Array.from({ length: 9 }, (_, i) => talks.map((talk) => talk[i]!)).flat();
		const said = told(await read(pcap(packets)));
		assert.deepEqual(new Set(said), new Set(['GET /a 200 ok 28/50']));
		assert.equal(said.length, 12_000);
	});
});
