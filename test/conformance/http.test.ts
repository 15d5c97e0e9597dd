import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import type { Exchange } from '../../engine/exchange/exchange.ts';
import { HttpExchange } from '../../engine/protocols/http/exchange.ts';
import { readFile } from '../capture/pcap/read.ts';
import { fieldOf } from '../support/conversations.ts';
import { NO_TRACES, tracesOf } from './traces.ts';

/** What both tell of an exchange, as Zeek names it; absent where there is nothing to tell. */
type Line = Readonly<Record<string, string>>;

const COMPARED = ['method', 'host', 'uri', 'status_code', 'request_body_len', 'response_body_len'] as const;

/** Zeek's line for a case, and ours where it differs on purpose. */
interface Difference {
	readonly reason: string;
	readonly ours: readonly Line[];
}

const DIFFERENCES: Readonly<Record<string, Difference>> = {
	'http-09-content-length-confusion': {
		reason:
			'a request without a version is HTTP/0.9, which is no HTTP/1 message (RFC 9112, 3); a response that came before any request answers none: both are counted, not shown',
		ours: [],
	},
	'http-bad-request-with-version': {
		reason:
			'a blank before the method is no request line (RFC 9112, 3), so the response has no request: both are counted, not shown',
		ours: [],
	},
	'http-filename': {
		reason: 'Zeek decodes the percent signs of a target; ours is as it was sent, for what a server makes of it differs',
		ours: [
			{
				method: 'GET',
				host: 'httpbin.org',
				uri: '/response-headers?Content-Type=application/octet-stream;%20charset=UTF-8&Content-Disposition=attachment;%20filename%3d%22test.json%22',
				status_code: '200',
				request_body_len: '0',
				response_body_len: '191',
			},
		],
	},
	'no-version': {
		reason:
			'a request without a version is HTTP/0.9, which is no HTTP/1 message (RFC 9112, 3): its bytes are counted as of another protocol',
		ours: [],
	},
};

const lengthOf = (body: Uint8Array | null | undefined): string => `${body?.length ?? 0}`;

const lineOf = (exchange: Exchange): Line => {
	assert.ok(exchange instanceof HttpExchange);
	const { request, response } = exchange;
	const all = {
		method: request.start.method,
		host: fieldOf(exchange, 'host'),
		uri: request.start.target,
		status_code: exchange.status,
		request_body_len: lengthOf(request.body),
		response_body_len: lengthOf(response?.body),
	};
	return Object.fromEntries(
		Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [[name, `${value}`]])),
	);
};

const expectedLines = (path: string): Line[] => {
	const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
	return lines.map((line) => {
		const values: unknown = JSON.parse(line);
		assert.ok(typeof values === 'object' && values !== null);
		return Object.fromEntries(
			Object.entries(values).filter(([name]) => COMPARED.some((compared) => compared === name)),
		);
	});
};

const isSubset = (part: Line, whole: Line): boolean =>
	Object.entries(part).every(([name, value]) => whole[name] === value);

/** The same exchanges in any order; what one of Zeek's lines does not tell is not compared. */
const agrees = (expected: readonly Line[], ours: readonly Line[]): boolean => {
	const rest = ours.slice();
	for (const line of expected) {
		const index = rest.findIndex((own) => isSubset(line, own));
		if (index === -1) return false;
		rest.splice(index, 1);
	}
	return rest.length === 0;
};

const traces = tracesOf('http');

describe('HTTP captures of the Zeek project', { skip: traces === null ? NO_TRACES : false }, () => {
	const count = { agrees: 0, 'differs on purpose': 0, wrong: 0 };

	for (const { name, path, expectedPath } of traces ?? []) {
		test(name, async (context) => {
			const expected = expectedLines(expectedPath);
			const { rows, error } = await readFile(path);
			const ours = rows.map(lineOf);
			const difference = DIFFERENCES[name];
			const verdict = agrees(expected, ours)
				? 'agrees'
				: difference !== undefined && agrees(difference.ours, ours)
					? 'differs on purpose'
					: 'wrong';
			count[verdict]++;
			context.diagnostic(verdict === 'differs on purpose' ? `${verdict}: ${difference?.reason}` : verdict);
			assert.equal(error, null);
			if (verdict === 'wrong') assert.deepEqual(ours, difference?.ours ?? expected);
			// A reason for what agrees would hide a later difference.
			assert.ok(verdict !== 'agrees' || difference === undefined, 'it agrees: it needs no reason');
		});
	}

	after(() => {
		const cases = Object.entries(count).map(([verdict, number]) => `${number} ${verdict}`);
		process.stdout.write(`HTTP captures: ${cases.join(', ')}\n`);
	});
});
