import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LoggedExchange } from '../../../engine/exchange/logged/logged-exchange.ts';
import { jsonSink } from '../../../engine/output/json.ts';
import type { Column } from '../../../engine/query/signal.ts';
import { paper } from '../../output/paper.ts';
import { columns } from '../../output/slow-table.ts';
import { KYANOS, line, readLogs } from './logs.ts';

/** What comes out `to json` of a log; `extended`: what `extend` has added. */
async function written(log: string, extended: readonly Column[] = []): Promise<string> {
	const { rows, source } = await readLogs([log]);
	const sheet = paper();
	const sink = jsonSink({ printer: sheet, schema: { exchanges: true, columns: [], extended }, info: source.info });
	sink.take({ kind: 'rows', rows });
	sink.end();
	return sheet.written.join('');
}

/** The line with further members. */
const withMembers = (members: string): string => `${line(KYANOS).slice(0, -2)},${members}}\n`;

const ADDED = columns(['sum', 'int']).map((column) => ({ ...column, get: () => 5 }));

const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

describe('lines of a log go out as they came in', () => {
	for (const [name, members] of Object.entries({
		'numbers that a double does not hold':
			'"x":12345678901234567890,"y":1.0,"z":1e400,"10":0.1000000000000000055511,"2":2',
		'names that come twice': '"x":1,"x":2,"__proto__":{"a":1}',
		'escapes as they were written': '"x":"\\u0041\\/\\ud800\\u0000"',
		'nested more deeply than JSON.stringify gets': `"x":${DEEP}`,
	}))
		test(name, async () => {
			const log = withMembers(members);
			assert.equal(await written(log), log);
			assert.equal(await written(log, ADDED), log.replace(/\}\n$/, ',"sum":5}\n'));
		});

	test('blanks between tokens and CR LF leave it one line of JSON', async () => {
		const log = `\t${withMembers('\t"x"\r:\t1')}`.replace('\n', '\r\n');
		assert.equal(await written(log), withMembers(' "x" : 1'));
	});
});

describe('members that are nested more than 256 deep are null where they are values', () => {
	test('of a member that takes the place of another', async () => {
		const [pid] = columns(['pid', 'int']);
		const log = withMembers(`"x":${DEEP},"y":[[1]]`);
		const { x, y } = JSON.parse(await written(log, [{ ...pid!, get: () => 5 }]));
		assert.deepEqual([x, y], [null, [[1]]]);
	});

	for (const member of ['stages', 'websocket'])
		test(member, async () => {
			const value = member === 'stages' ? DEEP : `{"code":${DEEP},"reason":"r"}`;
			const log = withMembers(`"${member}":${value}`).replace('"HTTP"', '"WebSocket"');
			const { rows, completeness } = await readLogs([log]);
			assert.equal(completeness.wrongLines, 0);
			const [row] = rows;
			assert.ok(row instanceof LoggedExchange);
			assert.equal(row.document[member], null);
		});
});
