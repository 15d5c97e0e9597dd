import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { newCompleteness } from '../../../engine/completeness.ts';
import { Assembler } from '../../../engine/connection/assembler.ts';
import { COMMON_FIELDS } from '../../../engine/exchange/common-fields.ts';
import type { Exchange, Message } from '../../../engine/exchange/exchange.ts';
import { wallClock } from '../../../engine/exchange/wall-clock.ts';
import { exchangeDocument } from '../../../engine/output/document.ts';
import { harSink } from '../../../engine/output/har.ts';
import { otlpSink } from '../../../engine/output/otlp.ts';
import { pcapngSink } from '../../../engine/output/pcapng-sink.ts';
import type { MakeSink } from '../../../engine/output/sink.ts';
import { PROTOCOLS } from '../../../engine/protocols/registry.ts';
import { paper } from '../../output/paper.ts';
import { FLOW_CASES } from '../../protocols/http/cases/flow.ts';
import { MESSAGES_CASES } from '../../protocols/http/cases/messages.ts';
import { ODD_CASES } from '../../protocols/http/cases/odd.ts';
import { CASES as WEBSOCKET_CASES } from '../../protocols/websocket/cases.ts';
import { captureInfo } from '../../support/events.ts';
import { plain } from '../../support/http.ts';
import { closeFrame, deflater, frame, handshake, MASK, Op } from '../../support/websocket.ts';
import { Control, Conversation, encode, eventStarts, Option } from '../conversation.ts';
import { latin1, type Target } from '../target.ts';

/** Fed at once: as many records as a slice of a recording holds. */
const SLICE_BYTES = 1 << 20;
/** Looking for growth ends here also where the events are small. */
const MAX_HELD_EVENTS = 100_000;

const assemblerOf = (options: number, onRows: (rows: readonly Exchange[]) => void): Assembler =>
	new Assembler({
		info: captureInfo(),
		protocols: null,
		bodyBytes: (options & Option.heads) === 0 ? Number.POSITIVE_INFINITY : 0,
		completeness: newCompleteness(),
		onRows,
		onTime: () => {},
	});

const feed = (assembler: Assembler, events: readonly Buffer[]): void => {
	const bytes = Buffer.concat(events);
	assembler.feed(bytes, bytes.length);
};

const FIELDS = new Map(PROTOCOLS.map(({ name, fields }) => [name, [...COMMON_FIELDS, ...fields]]));

const checkRow = (row: Exchange): void => {
	for (const field of FIELDS.get(row.protocol) ?? []) plain(field.get(row));
	JSON.stringify(exchangeDocument(row, CLOCK));
	assert.ok(row.endTime >= row.startTime, 'it ends before it begins');
	assert.ok(row.request !== null || row.response !== null, 'it has no message');
};

const CLOCK = wallClock(captureInfo());

/** Writes rows as they are, to nowhere. */
const write = (make: MakeSink, rows: readonly Exchange[]): void => {
	const schema = { exchanges: true, columns: [] };
	const sink = make({ printer: { ...paper(), printBytes: () => {} }, schema, info: captureInfo() });
	sink.take({ kind: 'rows', rows });
	sink.end();
};

const run = (input: Uint8Array): void => {
	const conversation = new Conversation(input);
	const rows: Exchange[] = [];
	const assembler = assemblerOf(conversation.options, (more) => rows.push(...more));
	feed(assembler, [conversation.opened(), ...conversation.events(), ...conversation.ending()]);
	rows.forEach(checkRow);
	write(pcapngSink, rows);
	write(otlpSink, rows);
	write(harSink, rows.filter(({ protocol }) => protocol === 'http')); // biome-ignore format: one
	const messages = new Set(rows.flatMap(({ request, response }): (Message | null)[] => [request, response]));
	const shown = [...messages].reduce((sum, message) => sum + (message?.size ?? 0), 0);
	assert.ok(shown <= conversation.sent, `${shown} bytes in messages of ${conversation.sent} that were sent`);
};

const hold = (input: Uint8Array, bytes: number): object => {
	const conversation = new Conversation(input);
	const assembler = assemblerOf(conversation.options, () => {});
	feed(assembler, [conversation.opened()]);
	for (let fed = 0, events = 0; fed < bytes && events < MAX_HELD_EVENTS; ) {
		const slice: Buffer[] = [];
		for (let size = 0; size < SLICE_BYTES; ) {
			const more = conversation.events();
			slice.push(...more);
			events += more.length + 1;
			size += input.length + 1;
		}
		fed += SLICE_BYTES;
		feed(assembler, slice);
	}
	return assembler;
};

const FORM = '--b\r\nContent-Disposition: form-data; name="a"; filename="f"\r\n\r\nx\r\n--b--\r\n';
const COMPRESSED = gzipSync('{"data":null,"errors":[{"message":"no"}]}').toString('latin1');

const compress = deflater();

const bodySeeds = (): readonly Uint8Array[] => [
	encode([
		[
			'>',
			`POST /a HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${FORM.length}\r\n\r\n${FORM}`,
		],
		[
			'<',
			`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: application/json; charset=utf-16\r\nContent-Length: ${COMPRESSED.length}\r\n\r\n${COMPRESSED}`,
		],
	]),
	encode([
		[
			'>',
			'POST /graphql HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 23\r\n\r\n{"query":"query a{b c}"}',
		],
		[
			'<',
			'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\nSet-Cookie: a=b; c\r\n\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\n',
		],
	]),
];

const websocketSeed = (): Uint8Array =>
	encode([
		...handshake('permessage-deflate'),
		['>', frame(Op.text, compress('hello hello'), { rsv1: true, mask: MASK })],
		['<', frame(Op.binary, 'x'.repeat(200), { fin: false })],
		['<', frame(Op.ping, 'a')],
		['<', frame(Op.continuation, 'y')],
		['>', closeFrame(1000, 'bye', { mask: MASK })],
	]);

const WORDS = [
	...['GET /a?b=c HTTP/1.1\r\n', 'POST / HTTP/1.0\r\n', 'CONNECT h:1 HTTP/1.1\r\n\r\n', 'HEAD / HTTP/1.1\r\n\r\n'],
	...['HTTP/1.1 200 OK\r\n', 'HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 101 Switching\r\n', 'HTTP/1.1 304 x\r\n\r\n'],
	...['Content-Length: 5\r\n', 'Content-Length: 18446744073709551615\r\n', 'Transfer-Encoding: chunked\r\n'],
	...[
		'Content-Encoding: gzip\r\n',
		'Content-Encoding: br\r\n',
		'Content-Encoding: zstd\r\n',
		'Expect: 100-continue\r\n',
	],
	...[
		'Upgrade: websocket\r\n',
		'Sec-WebSocket-Extensions: permessage-deflate\r\n',
		'Content-Type: application/json\r\n',
	],
	...['Content-Type: multipart/form-data; boundary=b\r\n', 'Cookie: a=b\r\n', 'Host: x\r\n', ' folded\r\n'],
	...[
		'\r\n',
		'\n',
		'\r\n\r\n',
		'0\r\n\r\n',
		'5\r\nhello\r\n',
		'ffffffffffffffff\r\n',
		'7fffffff;x\r\n',
		'--b\r\n',
		'--b--',
	],
	...[
		'\x81\x05hello',
		'\x01\x01a',
		'\x80\x01b',
		'\x89\0',
		'\x88\x02\x03\xe8',
		'\xc1\x07',
		'\x82\x7e\x01\0',
		'{"query":"',
	],
	...[
		'\x82\x7f\0\0\0\0\xff\xff\xff\xff',
		'\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff',
		'\x82\xfe\xff\xff\x37\xfa\x21\x3d',
	],
] as const;

/** A mark with each kind of event, small and large. */
const CONTROLS = [0, Control.out, Control.uncaptured, Control.hole, Control.pause].flatMap((control) =>
	[0, 5 << 3, 20 << 3, 31 << 3].map((amount) => Uint8Array.of(0x1e, control | amount)),
);

/** The two streams of a connection: from capture events through reassembly and every protocol to the JSON document. */
export const connection: Target = {
	name: 'connection',
	seeds: () => [
		...[...FLOW_CASES, ...MESSAGES_CASES, ...ODD_CASES, ...WEBSOCKET_CASES].map(({ turns }, i) =>
			encode(turns, i % 64),
		),
		...bodySeeds(),
		websocketSeed(),
	],
	dictionary: [...WORDS.map(latin1), ...CONTROLS],
	units: eventStarts,
	maxBytes: 1 << 15,
	maxSteps: { base: 100_000, perByte: 500 },
	run,
	hold,
};
