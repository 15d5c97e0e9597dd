import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { typeText } from '../../engine/exchange/type.ts';
import { findFormat } from '../../engine/output/registry.ts';
import { paper } from '../output/paper.ts';
import { exchange, MS, SECOND } from '../support/exchanges.ts';
import { codesOf, compile, planOf, rowsOf, run, START_WALL } from '../support/query.ts';

const TWO = [
	exchange({ target: '/a', at: 1 * SECOND, latency: 1.5 * MS, status: 200 }),
	exchange({ target: '/b', at: 2 * SECOND, latency: 20 * MS, status: 500 }),
];

const AT_1 = '2026-01-02T03:04:06.000000000Z';
const AT_2 = '2026-01-02T03:04:07.000000000Z';

/** What a format makes of the only column of a query, without the header. */
const written = async (format: string, query: string): Promise<string> => {
	const { plan, signals } = await run(query, [TWO]);
	const sheet = paper({ terminal: false, width: 200 });
	const info = { startMono: 0n, startWall: START_WALL, name: 'x', live: false, demand: plan.demand };
	const make = await findFormat(format)?.load();
	const sink = make?.({ printer: sheet, schema: plan.schema, info });
	for (const signal of signals) sink?.take(signal);
	sink?.end();
	return sheet.written
		.filter((text) => !text.startsWith('live:'))
		.join('')
		.trimEnd();
};

const json = async (query: string): Promise<unknown> => Object.values(JSON.parse(await written('json', query)))[0];

/** A column, its type, and the column as JSON and in a table. */
const STAT: readonly (readonly [column: string, type: string, json: unknown, cell: string])[] = [
	['x = list(latency)', 'list<duration>', [1.5, 20], '[1.5ms, 20.0ms]'],
	['x = list(ts)', 'list<time>', [AT_1, AT_2], '[03:04:06.000, 03:04:07.000]'],
	['x = list(resp_size, 1)', 'list<size>', [1000], '[1.0KB]'],
	['x = list(path)', 'list<string>', ['/a', '/b'], '[/a, /b]'],
	['x = top_k(latency, 1)', 'list<{value duration, count int}>', [{ value: 1.5, count: 1 }], '1.5ms ×1'],
	['x = top_k(ts, 1)', 'list<{value time, count int}>', [{ value: AT_1, count: 1 }], '03:04:06.000 ×1'],
	[
		'x = hist(latency where status == 200)',
		'list<{from duration, to duration, count int}>',
		[{ from: 1, to: 2, count: 1 }],
		'1.0ms–2.0ms ×1',
	],
	['x = first([path, latency])', 'list<string, duration>', ['/a', 1.5], '[/a, 1.5ms]'],
	['x = list([latency, rtt], 1)', 'list<list<duration>>', [[1.5, null]], '[[1.5ms, -]]'],
	['x = list([ts, status], 1)', 'list<list<time, int>>', [[AT_1, 200]], '[[03:04:06.000, 200]]'],
	['x = list(latency)[0]', 'duration', 1.5, '1.5ms'],
	['x = list(latency)[-1]', 'duration', 20, '20.0ms'],
	['x = first([path, latency])[1]', 'duration', 1.5, '1.5ms'],
	['x = first([path, latency])[-1]', 'duration', 1.5, '1.5ms'],
	['x = first([latency, rtt])[count() - 2]', 'duration', 1.5, '1.5ms'],
	['x = top_k(latency, 1)[0].value', 'duration', 1.5, '1.5ms'],
	['x = len(list(latency))', 'int', 2, '2'],
	['x = if(count() > 1, list(latency), [1s])', 'list<duration>', [1.5, 20], '[1.5ms, 20.0ms]'],
	['x = coalesce(list(latency where status == 1), [1s])', 'list<duration>', [1000], '[1.00s]'],
	['x = list(latency where status == 1) ?? []', 'list<duration>', [], '[]'],
	['x = fmt(list(latency))', 'string', '[1.5ms, 20.0ms]', '[1.5ms, 20.0ms]'],
	['x = str(list(ts, 1))', 'string', `["${AT_1}"]`, `["${AT_1}"]`],
	['x = str([1500us])', 'string', '[1.5]', '[1.5]'],
	['x = f"{list(latency)}"', 'string', '[1.5,20]', '[1.5,20]'],
];

/** The same of records of the columns `path`, `latency`, `ts`. */
const RECORDS: typeof STAT = [
	[
		'x = arg_max(latency, this)',
		'{path string, latency duration, ts time}',
		{ path: '/b', latency: 20, ts: AT_2 },
		'{path: /b, latency: 20.0ms, ts: 03:04:07.000}',
	],
	['x = arg_max(latency, this).latency', 'duration', 20, '20.0ms'],
	['x = arg_max(latency, this)["ts"]', 'time', AT_2, '03:04:07.000'],
	['x = list(this, 1)[0].latency', 'duration', 1.5, '1.5ms'],
];

before(() => {
	process.env.TZ = 'UTC';
});

describe('elements and members keep their types', () => {
	const cases = [
		...STAT.map(([column, ...expected]) => [`watch http | stat ${column}`, ...expected] as const),
		...RECORDS.map(
			([column, ...expected]) => [`watch http | select path, latency, ts | stat ${column}`, ...expected] as const,
		),
	];
	for (const [query, type, value, cell] of cases)
		it(query, async () => {
			const [column] = (await planOf(query)).schema.columns;
			assert.equal(column && typeText(column.type), type);
			assert.deepEqual(await json(query), value);
			assert.equal((await written('table', query)).split('\n').at(-1)?.trim(), cell);
			assert.equal((await written('md', query)).split('\n').at(-1), `| ${cell.replaceAll('[', '\\[')} |`);
		});

	it('a delimited cell holds the JSON', async () => {
		const query = 'watch http | stat x = list(ts, 1), y = list(latency, 1)';
		assert.equal(await written('csv', query), `x,y\n"[""${AT_1}""]",[1.5]`);
	});

	it('rows of `unnest` have the type of the elements', async () => {
		const query = 'watch http | stat t = top_k(latency) | unnest t | where t.value > 10ms | select x = t.value';
		assert.equal(await json(query), 20);
	});

	it('what stands at a place that no list has is missing', async () => {
		assert.deepEqual(rowsOf(await run('watch http | select x = [latency, 1][7]', [TWO[0]!])), [[null]]);
	});

	it('a partner of `join` prints as its columns do', async () => {
		const query =
			'watch http | join { watch http | select path, end_time, latency } as b on path within 1s | select x = b | head 1';
		assert.deepEqual(await json(query), { path: '/a', end_time: '2026-01-02T03:04:06.001500000Z', latency: 1.5 });
	});
});

describe('a list is asked for what it can hold', () => {
	const ANSWERS: readonly (readonly [condition: string, holds: boolean | string])[] = [
		['x contains 1500us', true],
		['x contains "1500us"', true],
		['x contains 1.5ms and not (x contains 2ms)', true],
		['20ms in x', true],
		['21ms in x', false],
		['x contains 5', 'CIQ402'],
		['x contains "soon"', 'CIQ403'],
		['5 in x', 'CIQ402'],
		['"soon" in x', 'CIQ401'],
		['x[0] > 1ms', true],
		['x[0] > 1', 'CIQ402'],
		['x[0].y == 1', 'CIQ409'],
		['list_remote_ip contains "127.0.0.2"', true],
		['list_remote_ip contains 127.0.0.2', true],
		['list_remote_ip contains "here"', 'CIQ403'],
		['str(list_remote_ip[0]) in ["127.0.0.2"]', true],
		['list_remote_ip[0] in split("127.0.0.2,::1", ",")', true],
	];
	for (const [condition, holds] of ANSWERS)
		it(condition, async () => {
			const query = `watch http | stat x = list(latency), list(remote_ip) | where ${condition}`;
			if (typeof holds === 'string') assert.deepEqual(codesOf((await compile(query)).diagnostics), [holds]);
			else assert.equal(rowsOf(await run(query, [TWO])).length, Number(holds));
		});
});

it('types that double with every stage stay small', async () => {
	const stages = Array.from({ length: 60 }, () => '| select x = [x, 1, x]').join(' ');
	const [column] = (await planOf(`watch http | select x = latency ${stages}`)).schema.columns;
	assert.ok(column && typeText(column.type).length < 10_000);
});
