import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newCompleteness } from '../../../engine/completeness.ts';
import { eventsOf } from '../../support/conversations.ts';
import { assemble, type Turn } from '../../support/events.ts';

const HELLO = '\x16\x03\x01\0\x05hello';
const RECORD = '\x17\x03\x03\0\x04data';
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const SETTINGS = '\0\0\0\x04\0\0\0\0\0';

interface Passed {
	readonly name: string;
	readonly turns: readonly Turn[];
	readonly tls?: number;
	readonly http2?: number;
	readonly other?: number;
}

const PASSED: readonly Passed[] = [
	{
		name: 'TLS from the first byte',
		turns: [
			['>', HELLO],
			['<', '\x16\x03\x03\0\x02hi'],
			['>', 'rest'],
		],
		tls: 21,
	},
	{
		name: 'TLS behind another protocol',
		turns: [
			['>', 'STARTTLS\n'],
			['<', '220 go\n'],
			['>', HELLO],
		],
		tls: 10,
		other: 16,
	},
	{
		name: 'TLS behind CONNECT',
		turns: [
			['>', 'CONNECT a:1 HTTP/1.1\r\n\r\n'],
			['<', 'HTTP/1.1 200 OK\r\n\r\n'],
			['>', HELLO],
		],
		tls: 10,
	},
	{
		name: 'TLS that has begun before',
		turns: [
			['>', RECORD],
			['<', RECORD],
		],
		tls: 18,
	},
	{ name: 'a version that is none', turns: [['>', '\x16\x03\x05\0\x05hello']], other: 10 },
	{ name: 'a record without bytes', turns: [['>', '\x16\x03\x01\0\0hello']], other: 10 },
	{ name: 'a record that is too long', turns: [['>', '\x16\x03\x01\xffhello']], other: 9 },
	{ name: 'a type that is none', turns: [['>', '\x18\x03\x01\0\x05hello']], other: 10 },
	{
		name: 'HTTP/2 from the first byte',
		turns: [
			['>', `${PREFACE}${SETTINGS}`],
			['<', SETTINGS],
			['>', 'rest'],
		],
		http2: 46,
	},
	{
		name: 'HTTP/2 that has begun before',
		turns: [
			['<', `${SETTINGS}\0\0\x02\x01\x04\0\0\0\x01hi`],
			['>', 'more'],
		],
		http2: 24,
	},
	{ name: 'a frame that is not whole', turns: [['>', '\0\0\x03\x01\x04\0\0\0\x01hi']], other: 11 },
	{ name: 'a frame of a type that is none', turns: [['>', '\0\0\x02\x0a\x04\0\0\0\x01hi']], other: 11 },
	{ name: 'a frame of a stream that is none', turns: [['>', '\0\0\x02\x01\x04\x80\0\0\x01hi']], other: 11 },
	{ name: 'zeros', turns: [['<', '\0'.repeat(90)]], other: 90 },
	{ name: 'settings of a stream', turns: [['<', '\0\0\0\x04\0\0\0\0\x01']], other: 9 },
	{ name: 'a window of either', turns: [['<', '\0\0\x04\x08\0\0\0\0\x01\0\0\0\x01']], http2: 13 },
	{ name: 'a packet of MySQL', turns: [['<', '\x03\0\0\0abc']], other: 7 },
];

for (const { name, turns: said, ...expected } of PASSED) {
	test(`what is passed over is TLS or another protocol: ${name}`, () => {
		const { completeness } = assemble(eventsOf({ turns: said }), { protocols: ['http'] });
		const { tlsBytes: tls, http2Bytes: http2, otherBytes: other } = completeness;
		assert.deepEqual({ tls, http2, other }, { tls: 0, http2: 0, other: 0, ...expected });
	});
}

test('a long connection of TLS, whose bytes are not looked at in the end', () => {
	const turns: Turn[] = [['>', HELLO], ...Array.from({ length: 100 }, (): Turn => ['<', 'x'.repeat(1000)])];
	const { completeness } = assemble(eventsOf({ turns }), { protocols: ['http'] });
	assert.deepEqual(completeness, { ...newCompleteness(), tlsBytes: 100_010 });
});
