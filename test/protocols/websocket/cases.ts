import type { Completeness } from '../../../engine/completeness.ts';
import type { Conversation, Ending } from '../../support/conversations.ts';
import type { Turn } from '../../support/events.ts';
import { hex } from '../../support/hex.ts';
import { closeFrame, deflater, frame, handshake, MASK, Op } from '../../support/websocket.ts';

export interface WebSocketCase extends Conversation {
	readonly name: string;
	/** Summaries of the messages, in order. */
	readonly expected: readonly string[];
	/** Counters that are not 0. */
	readonly counts?: Partial<Completeness>;
}

const mask = MASK;

const plain = (name: string, turns: readonly Turn[], expected: readonly string[], ending?: Ending): WebSocketCase => ({
	name,
	turns: [...handshake(), ...turns],
	expected,
	...(ending && { ending }),
});

const deflated = (name: string, turns: readonly Turn[], expected: readonly string[], terms = ''): WebSocketCase => ({
	name,
	turns: [...handshake(`permessage-deflate${terms}`), ...turns],
	expected,
});

const first = deflater();
const words = ['the quick brown fox', 'the quick brown dog', 'the quick brown fox jumps over the quick brown dog'];

export const CASES: readonly WebSocketCase[] = [
	// RFC 6455, 5.7
	plain('a text from the server', [['<', hex('81 05 48 65 6c 6c 6f')]], ['< text 5 "Hello"']),
	plain('a masked text', [['>', hex('81 85 37 fa 21 3d 7f 9f 4d 51 58')]], ['> text 5 "Hello"']),
	plain('a text in two fragments', [['<', hex('01 03 48 65 6c 80 02 6c 6f')]], ['< text 5 "Hello" 2 frames']),
	plain(
		'ping and pong',
		[
			['<', hex('89 05 48 65 6c 6c 6f')],
			['>', hex('8a 85 37 fa 21 3d 7f 9f 4d 51 58')],
		],
		['< ping 5', '> pong 5'],
	),
	plain('256 bytes', [['<', frame(Op.binary, Buffer.alloc(256))]], ['< binary 256']),
	plain('64 KiB, masked', [['>', frame(Op.binary, Buffer.alloc(65_536), { mask })]], ['> binary 65536']),
	plain(
		'lengths that are not the shortest, which ends take all the same',
		[
			['<', hex('81 7e 00 05 48 65 6c 6c 6f')],
			['<', hex('81 7f 00 00 00 00 00 00 00 01 61')],
		],
		['< text 5 "Hello"', '< text 1 "a"'],
	),
	// RFC 6455, 5.4, 5.5
	plain(
		'a ping between fragments',
		[
			['>', frame(Op.text, 'grö', { mask, fin: false })],
			['>', frame(Op.ping, '', { mask })],
			['>', frame(Op.continuation, 'ß', { mask: [1, 2, 3, 4], fin: false })],
			['>', frame(Op.continuation, 'e', { mask })],
		],
		['> ping 0', '> text 7 "größe" 3 frames'],
	),
	plain('an empty text', [['<', frame(Op.text, '')]], ['< text 0 ""']),
	plain(
		'a close and its answer',
		[
			['>', closeFrame(1000, 'bye', { mask })],
			['<', closeFrame(1000, '')],
		],
		['> close 5 1000 "bye"', '< close 2 1000 ""'],
		'fin',
	),
	plain('a close because of an error', [['<', closeFrame(1011, 'no')]], ['< close 4 1011 "no" error']),
	plain('a close of the application', [['<', closeFrame(4001, '')]], ['< close 2 4001 ""']),
	plain('a close without a code', [['<', frame(Op.close, '')]], ['< close 0']),
	plain(
		'frames behind the answer in one write, both ends mixed',
		[
			['<', Buffer.concat([frame(Op.text, 'a'), frame(Op.text, 'b'), frame(Op.ping, '')])],
			['>', Buffer.concat([frame(Op.text, 'c', { mask }), frame(Op.pong, '', { mask })])],
		],
		['< text 1 "a"', '< text 1 "b"', '< ping 0', '> text 1 "c"', '> pong 0'],
	),
	// The end in the middle
	plain('cut off in the payload', [['<', frame(Op.text, 'hello').subarray(0, 5)]], ['< text 3 "hel" closed'], 'fin'),
	plain('cut off in a header', [['<', frame(Op.text, 'a'.repeat(200)).subarray(0, 3)]], [], 'fin'),
	plain('reset between fragments', [['>', frame(Op.text, 'a', { mask, fin: false })]], ['> text 1 "a" reset'], 'reset'),
	plain('unfinished at the end of the capture', [['<', frame(Op.text, 'a', { fin: false })]], ['< text 1 "a" waiting']),
	// Breaches of the protocol
	{
		...plain(
			'a message within a message',
			[
				['<', frame(Op.text, 'a', { fin: false })],
				['<', frame(Op.text, 'b')],
			],
			[],
		),
		expected: ['< text 1 "a" unknown', '< text 1 "b"'],
	},
	{
		...plain('a continuation of nothing', [['<', frame(Op.continuation, 'a')]], []),
		expected: ['< continuation 1 truncated'],
		counts: { truncated: 1 },
	},
	{
		...plain('nonsense', [['<', hex('83 05 00 00 00')]], []),
		expected: [],
		counts: { unparsedBytes: 5 },
	},
	{
		...plain('compressed though that was not agreed', [['<', hex('c1 07 f2 48 cd c9 c9 07 00')]], []),
		expected: [],
		counts: { unparsedBytes: 9 },
	},
	// RFC 7692, 7.2.3
	deflated('a compressed text', [['<', hex('c1 07 f2 48 cd c9 c9 07 00')]], ['< text 7 "Hello"']),
	deflated(
		'a compressed text in fragments',
		[['<', hex('41 03 f2 48 cd 80 04 c9 c9 07 00')]],
		['< text 7 "Hello" 2 frames'],
	),
	deflated(
		'a compressed text that refers to the one before',
		[['<', hex('c1 07 f2 48 cd c9 c9 07 00 c1 05 f2 00 11 00 00')]],
		['< text 7 "Hello"', '< text 5 "Hello"'],
	),
	deflated('blocks without compression', [['<', hex('c1 0b 00 05 00 fa ff 48 65 6c 6c 6f 00')]], ['< text 11 "Hello"']),
	deflated('a final block', [['<', hex('c1 08 f3 48 cd c9 c9 07 00 00')]], ['< text 8 "Hello"']),
	deflated('two blocks', [['<', hex('c1 0d f2 48 05 00 00 00 ff ff ca c9 c9 07 00')]], ['< text 13 "Hello"']),
	deflated('not compressed though agreed', [['<', frame(Op.text, 'Hello')]], ['< text 5 "Hello"']),
	deflated(
		'contexts that are kept',
		words.map((text): Turn => ['>', frame(Op.text, first(text), { mask, rsv1: true })]),
		words.map((text, i) => `> text ${[21, 8, 21][i]} ${JSON.stringify(text)}`),
		'; server_no_context_takeover',
	),
	deflated(
		'contexts that are not kept',
		words.slice(0, 2).map((text): Turn => ['<', frame(Op.text, deflater()(text), { rsv1: true })]),
		words.slice(0, 2).map((text) => `< text 21 ${JSON.stringify(text)}`),
		'; server_no_context_takeover; server_max_window_bits=10',
	),
	{
		...deflated(
			'corrupt compression',
			[
				['<', frame(Op.text, hex('ff ff'), { rsv1: true })],
				['<', frame(Op.text, 'a')],
			],
			[],
		),
		expected: ['< text 2 truncated', '< text 1 "a"'],
		counts: { truncated: 1 },
	},
];
