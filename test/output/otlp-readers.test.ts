import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import root from '@opentelemetry/otlp-transformer/build/src/generated/root.js';
import { run } from '../shell/program.ts';

/* OTLP read by the messages that OpenTelemetry's own exporter is generated from. */

const SHOP = join(import.meta.dirname, '..', '..', 'examples', 'shop.ciqrec');

/** What protobufjs generates for a message; its types say nothing of it. */
interface Message {
	verify(object: object): string | null;
	fromObject(object: object): object;
	encode(message: object): { finish(): Uint8Array };
	decode(bytes: Uint8Array): object;
	toObject(message: object, options: object): object;
}

/** A message by its full name. */
const messageOf = (name: string): Message => {
	let found: unknown = root;
	for (const part of name.split('.')) found = Object(found)[part];
	return found as Message;
};

const TRACES = messageOf('opentelemetry.proto.trace.v1.TracesData');
const METRICS = messageOf('opentelemetry.proto.metrics.v1.MetricsData');

const documents = (text: string): object[] => {
	const { status, stdout, stderr } = run(['-e', text, '--from', SHOP], { maxBuffer: 64 << 20 });
	assert.equal(status, 0, stderr);
	return stdout.trim().split('\n').map((line) => JSON.parse(line, idsAsBytes)); // biome-ignore format: one
};

/** OTLP's JSON writes ids as hexadecimal digits, that of protocol buffers as base64. */
const idsAsBytes = (key: string, value: unknown): unknown =>
	key.endsWith('Id') && typeof value === 'string' ? Buffer.from(value, 'hex').toString('base64') : value;

/** What is left of a document that was made a message and read again: what the message does not know is gone. */
const through = (message: Message, document: object): object => {
	const bytes = message.encode(message.fromObject(document)).finish();
	return message.toObject(message.decode(bytes), { longs: String, bytes: String, json: true });
};

/** Empty lists are not told from none. */
const withoutEmpty = (_: string, value: unknown): unknown =>
	Array.isArray(value) && value.length === 0 ? undefined : value;
const plain = (document: object): unknown => JSON.parse(JSON.stringify(document, withoutEmpty));

describe('OTLP by OpenTelemetry', () => {
	const cases: readonly (readonly [query: string, message: Message])[] = [
		['watch http | to otlp', TRACES],
		['watch http where failed or not answered | to otlp', TRACES],
		[
			'watch http | stat count(), p99(latency), sum(resp_size), avg(latency) by path, status, remote_ip | to otlp',
			METRICS,
		],
		['stat http n = count(), errors = count(where failed) by side 2s | to otlp', METRICS],
		[
			'stat http n = count() by tags = [side, status, 1.5, failed, null, [1]], query = query_params 2s | to otlp',
			METRICS,
		],
	];
	for (const [query, message] of cases)
		test(query, () => {
			const written = documents(query);
			assert.ok(written.length > 0);
			for (const document of written) assert.deepEqual(plain(through(message, document)), plain(document));
		});

	test('what no message has is found', () => {
		const [document = {}] = documents('watch http | head 1 | to otlp');
		const misspelt = JSON.parse(JSON.stringify(document).replace('startTimeUnixNano', 'startTimeUnixNanos'));
		assert.notDeepEqual(plain(through(TRACES, misspelt)), plain(misspelt));
	});
});
