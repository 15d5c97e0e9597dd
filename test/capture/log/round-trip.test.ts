import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { openRecording } from '../../../engine/capture/recording-reader.ts';
import { newCompleteness } from '../../../engine/completeness.ts';
import { Assembler } from '../../../engine/connection/assembler.ts';
import { lookupField, protocolField } from '../../../engine/exchange/catalog.ts';
import { COMMON_FIELDS } from '../../../engine/exchange/common-fields.ts';
import type { Exchange } from '../../../engine/exchange/exchange.ts';
import type { Field, Value } from '../../../engine/exchange/field.ts';
import { isTold } from '../../../engine/exchange/logged/members.ts';
import { wallClock } from '../../../engine/exchange/wall-clock.ts';
import { exchangeDocument } from '../../../engine/output/document.ts';
import { jsonValue } from '../../../engine/output/json-value.ts';
import { PROTOCOLS } from '../../../engine/protocols/registry.ts';
import { pcap } from '../pcap/files.ts';
import { read } from '../pcap/read.ts';
import { REQUEST, Talk } from '../pcap/talk.ts';
import { KYANOS, line, readLogs } from './logs.ts';

interface Captured {
	readonly rows: readonly Exchange[];
	readonly startWall: bigint;
}

const recorded = async (): Promise<Captured> => {
	const source = openRecording(join(import.meta.dirname, '../../../examples/shop.ciqrec'));
	const rows: Exchange[] = [];
	const assembler = new Assembler({
		info: source.info,
		protocols: null,
		bodyBytes: Number.POSITIVE_INFINITY,
		completeness: newCompleteness(),
		onRows: (batch) => void rows.push(...batch),
		onTime: () => {},
	});
	await new Promise((resolve) => source.start((bytes, length) => assembler.feed(bytes, length), resolve));
	return { rows, startWall: source.info.startWall };
};

/** What a recording of a well-behaved service does not have. */
const odd = async (): Promise<Captured> => {
	const talk = new Talk().handshake();
	const requests = [
		'POST /p%C3%A4th?q=%7B HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 21\r\n\r\n{"a": "\\"\\\\ \u00c3\u00a4 b\\n" }',
		'GET /"quoted" HTTP/1.0\r\nCookie: a=1; b="2"\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n',
	];
	const responses = [
		'HTTP/1.1 503 Out of "order"\r\nX-Request-Id: r\\1\r\nSet-Cookie: s=1\r\nSet-Cookie: t=2\r\nContent-Length: 3\r\n\r\n\\u0',
		'HTTP/1.1 204 \r\n\r\n',
	];
	for (const [at, request] of requests.entries()) talk.send('client', request).send('server', responses[at]);
	talk.send('client', REQUEST);
	return read(pcap(talk.packets, { unit: 1 }));
};

const fieldsOf = (protocol: string): readonly Field[] => [
	...COMMON_FIELDS.filter(({ name }) => isTold(name)),
	...(PROTOCOLS.find(({ name }) => name === protocol)?.fields ?? []),
];

/** What a query calls a field, and the name that a plan knows it by. */
interface Called {
	readonly called: string;
	readonly field: Field;
}

const namesOf = (protocol: string): readonly Called[] => {
	const names = fieldsOf(protocol).flatMap(({ name, aliases = [] }) => [name, ...aliases]);
	return [...new Set(names)].flatMap((called): Called[] => {
		const bare = lookupField(called, [protocol]);
		assert.ok(bare?.kind === 'field', called);
		const own = protocolField(protocol, called);
		return [{ called, field: bare.field }, ...(own === null ? [] : [{ called: `${protocol}.${called}`, field: own }])];
	});
};

/** Parts of records are read when they are looked at. */
const plain = (value: Value): unknown => JSON.parse(JSON.stringify(value ?? null));

describe('what is written as JSON and read again gives the same answers', () => {
	for (const [name, capture] of [
		['a recording', recorded],
		['odd ones', odd],
	] as const) {
		let captured: Captured;
		let log = '';
		before(async () => {
			captured = await capture();
			assert.ok(captured.rows.length >= 3);
			const clock = wallClock(captured);
			log = captured.rows.map((row) => line(exchangeDocument(row, clock))).join('');
		});

		for (const { called, field } of namesOf('http')) {
			test(`${name}: ${called}`, async () => {
				const expected = captured.rows.map((row) => plain(field.get(row)));
				for (const fields of [[field.name], ['this']]) {
					const { rows, completeness } = await readLogs([log], fields, captured.startWall);
					assert.equal(completeness.wrongLines, 0);
					assert.deepEqual(
						rows.map((row) => plain(field.get(row))),
						expected,
						`reading ${fields}`,
					);
				}
			});
		}

		test(`${name}: written again they are the same lines`, async () => {
			const { rows } = await readLogs([log], ['this'], captured.startWall);
			assert.equal(rows.map((row) => line(exchangeDocument(row, wallClock(captured)))).join(''), log);
		});
	}
});

test('stages are in ns in the first version of the document, in ms in the later ones', async () => {
	const step = (at: number) => ({ name: 'write', iface: null, direction: 'request', at, took: at });
	const log = line({ ...KYANOS, stages: [step(1500)], schema_version: 1 }) + line({ ...KYANOS, stages: [step(0.0015)], schema_version: 2 }); // biome-ignore format: one
	const { rows } = await readLogs([log]);
	const found = lookupField('stages', ['http']);
	assert.ok(found?.kind === 'field');
	assert.deepEqual(rows.map((row) => plain(found.field.get(row))), [[step(1500)], [step(1500)]]); // biome-ignore format: one
});

test('an exchange whose line has neither text is the document where another row holds it, too', async () => {
	const { rows, source } = await readLogs([line({ ...KYANOS, request: null, response: null })]);
	const [row] = rows;
	assert.ok(row);
	const clock = wallClock(source.info);
	assert.deepEqual(jsonValue(row, 'record', clock), exchangeDocument(row, clock));
});
