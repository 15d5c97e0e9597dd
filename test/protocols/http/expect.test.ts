import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { newCompleteness } from '../../../engine/completeness.ts';
import { detectStart } from '../../../engine/protocols/http/start-line.ts';
import { eventsOf, inPieces, summary } from '../../support/conversations.ts';
import { assemble, type Turn } from '../../support/events.ts';
import fc from '../../support/property.ts';
import { GET, OK } from './cases/case.ts';

/* Behind a final answer to `Expect: 100-continue` the body may come all the same, or not (RFC 9110, 10.1.1). */

const EXPECT = 'POST /p HTTP/1.1\r\nExpect: 100-continue\r\n';
const REFUSAL = 'HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n';
const CHUNKED = 'Transfer-Encoding: chunked\r\n\r\n';

const piece = fc.constantFrom('GET ', 'G', '/', ' ', ' HTTP/1.1', '\r\n', '\n', '\0', '{', 'a=1', GET.slice(0, 20));
const texts = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(''));
/** A body that begins with a request line is taken for the next request. */
const bodies = texts.filter((body) => detectStart(Buffer.from(body), 0, body.length) !== 'request');
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

const ofLength = (body: string): string => `${EXPECT}Content-Length: ${body.length}\r\n\r\n`;
const inChunks = (body: string): string => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

const check = (head: string, then: readonly string[], pieces: readonly number[]): void => {
	const behind: Turn[] = then.flatMap((sent): Turn[] =>
		sent.endsWith(GET)
			? [
					['>', sent],
					['<', OK],
				]
			: [['>', sent]],
	);
	const turns: Turn[] = [['>', head], ['<', REFUSAL], ...behind, ['>', GET], ['<', OK]];
	const { rows, completeness } = assemble([Buffer.concat(eventsOf({ turns }, inPieces(pieces)))]);
	const answered = 'GET /a 200 ok 28/40';
	assert.deepEqual(rows.map(summary), [`POST /p 417 ok ${head.length}/38`, answered, answered]);
	assert.deepEqual(completeness, newCompleteness());
};

describe('behind a final answer to Expect: 100-continue', () => {
	test('a body of a length is passed over, however it is cut', () => {
		fc.assert(
			fc.property(bodies, sizes, fc.boolean(), (body, pieces, atOnce) =>
				check(ofLength(body), atOnce ? [body + GET] : [body, GET], pieces),
			),
			{ numRuns: 1000 },
		);
	});

	test('so is one in chunks', () => {
		fc.assert(
			fc.property(texts, sizes, fc.boolean(), (body, pieces, atOnce) => {
				const sent = inChunks(body);
				check(EXPECT + CHUNKED, atOnce ? [sent + GET] : [sent, GET], pieces);
			}),
			{ numRuns: 1000 },
		);
	});

	test('where none comes the next request is read', () => {
		fc.assert(
			fc.property(fc.oneof(texts.map(ofLength), fc.constant(EXPECT + CHUNKED)), sizes, (head, pieces) =>
				check(head, [GET], pieces),
			),
			{ numRuns: 1000 },
		);
	});
});
