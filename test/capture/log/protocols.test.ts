import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookupField } from '../../../engine/exchange/catalog.ts';
import type { Exchange } from '../../../engine/exchange/exchange.ts';
import { wallClock } from '../../../engine/exchange/wall-clock.ts';
import { exchangeDocument } from '../../../engine/output/document.ts';
import { PROTOCOLS } from '../../../engine/protocols/registry.ts';
import { eventsOf } from '../../support/conversations.ts';
import { assemble, captureInfo, type Turn } from '../../support/events.ts';
import { closeFrame, frame, handshake, MASK, Op } from '../../support/websocket.ts';
import { line, readLogs } from './logs.ts';

/* Protocols whose fields stand in the document itself, beside one whose fields follow from the texts. */

const TURNS: readonly Turn[] = [
	...handshake(),
	['<', frame(Op.text, 'hello "wörld"')],
	['>', frame(Op.text, 'ask', { mask: MASK })],
	['<', frame(Op.text, '')],
	['>', frame(Op.binary, 'abc', { mask: MASK })],
	['<', closeFrame(1011, 'overload')],
];
const UNKNOWN: readonly Turn[] = [
	['>', '\0ask'],
	['<', '\xff answer'],
];

const info = captureInfo();
const captured = [TURNS, UNKNOWN].flatMap((turns) => assemble(eventsOf({ turns }), { protocols: null }).rows);
const log = captured.map((row) => line(exchangeDocument(row, wallClock(info)))).join('');

for (const { name: protocol, fields } of PROTOCOLS) {
	// Bodies of HTTP are in the texts only.
	for (const { name } of fields.filter(({ needs }) => protocol !== 'http' || needs?.includes('body') !== true)) {
		test(`${protocol}.${name} is the same from a log`, async () => {
			const found = lookupField(name, [protocol]);
			assert.equal(found?.kind, 'field');
			const { get } = found.field;
			const ofProtocol = (rows: readonly Exchange[]): unknown[] =>
				rows.filter((row) => row.protocol === protocol).map((row) => JSON.stringify(get(row)));
			assert.ok(ofProtocol(captured).length > 0);
			for (const asked of [[name], ['this']]) {
				const { rows, completeness } = await readLogs([log], asked, info.startWall);
				assert.equal(completeness.wrongLines, 0);
				assert.deepEqual(ofProtocol(rows), ofProtocol(captured), `reading ${asked}`);
			}
		});
	}
}
