import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exchange, MS, SECOND } from '../support/exchanges.ts';
import { rowsOf, run } from '../support/query.ts';

const PATHS = ['/a', '/b', '/a', '/c', '/b', '/a'];
const SOME = PATHS.map((target, at) =>
	exchange({
		target,
		method: at % 2 === 0 ? 'GET' : 'POST',
		at: at * SECOND,
		latency: (at + 1) * MS,
		status: at === 3 ? 500 : 200,
	}),
);

const CASES: readonly (readonly [query: string, rows: unknown[][]])[] = [
	['watch http | select path, status, latency | drop status, latency | head 2', [['/a'], ['/b']]],
	['watch http | select path, status | rename p = path | where p == "/c"', [['/c', 500]]],
	['watch http | distinct method', [['GET'], ['POST']]],
	['watch http | distinct path, bad = status >= 500 | where bad', [['/c', true]]],
	[
		'watch http | dedup path | select path, latency',
		[
			['/a', 1 * MS],
			['/b', 2 * MS],
			['/c', 4 * MS],
		],
	],
	[
		'watch http | dedup path within 3s | select path, latency',
		[
			['/a', 1 * MS],
			['/b', 2 * MS],
			['/c', 4 * MS],
			['/b', 5 * MS],
			['/a', 6 * MS],
		],
	],
	['watch http | stat count() by path, method | distinct path', [['/a'], ['/b'], ['/c']]],
	[
		'watch http | extend part = split("x,y", ",") | unnest part | head 3 | select path, part',
		[
			['/a', 'x'],
			['/a', 'y'],
			['/b', 'x'],
		],
	],
	[
		'watch http | select path, parts = split(path, "/") | unnest parts | stat count() by parts | where parts == "a"',
		[['a', 3]],
	],
	[
		`watch http | parse path '/(?<word>[ab])(?<rest>.*)' | select path, word, rest | dedup path`,
		[
			['/a', 'a', ''],
			['/b', 'b', ''],
			['/c', null, null],
		],
	],
	[`watch http | select path | parse path '(?P<path>.)$' | head 1`, [['a']]],
	['watch http | select path, status | redact path | head 1', [['[redacted]', 200]]],
	[
		'watch http | select a = path, b = path | redact a, b --hash | stat n = dcount(a), same = count(where a == b)',
		[[3, 6]],
	],
	['watch http where status == 500 | union { watch http where latency > 5ms } | select path', [['/c'], ['/a']]],
	[
		'watch http | stat n = count() by path | union { watch http | stat n = count(), bad = count(where failed) by method }',
		[
			['/a', 3, null, null],
			['/b', 2, null, null],
			['/c', 1, null, null],
			[null, 3, 'GET', 0],
			[null, 3, 'POST', 1],
		],
	],
	['watch http | bottom 2 by latency | select latency', [[1 * MS], [2 * MS]]],
	[
		'watch http | top 1 by latency per path | select path, latency',
		[
			['/a', 6 * MS],
			['/b', 5 * MS],
			['/c', 4 * MS],
		],
	],
	[
		'watch http | stat count() by path, method | top 1 by count per path | select path, count',
		[
			['/a', 2],
			['/b', 1],
			['/c', 1],
		],
	],
	['watch http | window 3s | top 1 by latency | select latency', [[1 * MS], [4 * MS], [6 * MS]]],
	['watch http | window every 4 | head 1 | select path', [['/a'], ['/b']]],
	['watch http | window 3s | stat count()', [[1], [3], [2]]],
	[
		'watch http | pivot count() on method in ["GET", "POST"] by path',
		[
			['/a', 2, 1],
			['/b', 1, 1],
			['/c', 0, 1],
		],
	],
	[
		'watch http | pivot count(), max(latency where path == "/a") on status in [200, 500] 10s | drop window_start, window_end',
		[
			[4, 3 * MS, 1, null],
			[1, 6 * MS, 0, null],
		],
	],
	[
		'watch http | hist latency by method',
		[
			['GET', 1 * MS, 1],
			['POST', 2 * MS, 2],
			['GET', 2 * MS, 1],
			['GET', 5 * MS, 1],
			['POST', 5 * MS, 1],
		],
	],
	[
		'watch http | rate by path 3s | select path, rate | head 1',
		[
			['/a', 1 / 3],
			['/b', 1 / 3],
			['/b', 1 / 3],
		],
	],
	['watch http | map', [['127.0.0.2', 'nginx', 'http', 6, 1, 5.95 * MS]]],
	[
		'watch http | select status, path | describe | select column, rows, missing, distinct, min, max, most_frequent',
		[
			['status', 6, 0, 2, '200', '500', '200'],
			['path', 6, 0, 3, '/a', '/c', '/a'],
		],
	],
];

describe('operators', () => {
	for (const [query, expected] of CASES)
		if (expected.length > 0) it(query, async () => assert.deepEqual(rowsOf(await run(query, SOME)), expected));

	it('watch takes its own protocols of a capture that others share', async () => {
		const other = Object.defineProperty(exchange({ target: '/other' }), 'protocol', { value: 'other' });
		const ran = await run('watch http | select path', [[SOME[0]!, other], [SOME[1]!]]);
		assert.deepEqual(rowsOf(ran), [['/a'], ['/b']]);
		assert.equal(rowsOf(await run('watch | select latency', [other])).length, 1);
	});

	it('sample picks by identity: the same every time, and about as many as asked for', async () => {
		const many = Array.from({ length: 4000 }, (_, n) => exchange({ endpoint: { conn: `c${n}` } }));
		const picked = async (fraction: string) =>
			rowsOf(await run(`watch http | sample ${fraction} | select conn`, [many])).flat();
		const tenth = await picked('10%');
		assert.ok(Math.abs(tenth.length - 400) < 80, `${tenth.length}`);
		assert.deepEqual(await picked('0.1'), tenth);
		const half = new Set(await picked('50%'));
		assert.ok(tenth.every((conn) => half.has(conn)));
		assert.equal((await picked('100%')).length, 4000);
	});

	it('redact leaves nothing of a whole exchange that is not shown', async () => {
		const { plan } = await run('watch http | redact path', SOME);
		assert.equal(plan.schema.exchanges, false);
		assert.ok(!plan.schema.columns.some(({ name }) => name === 'request'));
	});

	it('dedup forgets the oldest key beyond its bound, and says so', async () => {
		const many = Array.from({ length: 100_001 }, (_, n) => exchange({ endpoint: { conn: `c${n}` } }));
		const ran = await run('watch http | dedup conn | stat count()', [many, [many[0]!, many[100_000]!]]);
		assert.deepEqual(rowsOf(ran), [[100_002]]);
		assert.equal(ran.completeness.overflowed, 2);
		assert.equal(ran.warnings.filter((text) => text.includes('forgotten')).length, 1);
	});

	it('fail tells its condition and lets all rows pass', async () => {
		const ran = await run('watch http | fail status >= 500 | select path', SOME);
		assert.deepEqual([rowsOf(ran).length, ran.failures], [6, ['fail: status >= 500']]);
		assert.deepEqual((await run('watch http | fail latency > 1s', SOME)).failures, []);
	});

	it('fail judges only rows that are asked for, however many come at once', async () => {
		const at = SOME.findIndex((one) => Number(one.status) >= 500);
		for (const sent of [[SOME], SOME])
			for (const end of ['head', 'where path != "" | head', 'sample 1.0 | head']) {
				const failures = async (count: number) =>
					(await run(`watch http | fail status >= 500 | ${end} ${count}`, sent)).failures;
				assert.deepEqual(await failures(at), []);
				assert.deepEqual(await failures(at + 1), ['fail: status >= 500']);
			}
	});

	it('fail judges a running aggregate by what it is in the end', async () => {
		const query = 'watch http | stat bad = count(where failed) / count() | fail bad > 20%';
		const ran = await run(query, [SOME.slice(3, 4), SOME.slice(0, 3), SOME.slice(4)], { refreshEvery: 1 });
		assert.deepEqual(ran.failures, []);
	});

	it('fail says what it could not judge, as nothing was there', async () => {
		const bad = 'stat n = count(), bad = count(where failed) / count()';
		const told = async (text: string, sent: typeof SOME = []) => {
			const { failures, warnings } = await run(`watch http | ${text}`, [sent]);
			return [...failures, ...warnings];
		};
		const words = (condition: string, name: string) =>
			`\`${condition}\` is not decided where \`${name}\` is null, and does not fail there; \`fail ${name} == null or ${condition}\` does`;
		assert.deepEqual(await told(`${bad} | fail bad > 0.01`), [words('bad > 0.01', 'bad')]);
		assert.deepEqual(await told(`${bad} | fail n > 9 or not (bad < 0.5)`), [words('n > 9 or not (bad < 0.5)', 'bad')]);
		assert.deepEqual(await told(`stat n = count() | fail 0 / n > 0.01`), [words('0 / n > 0.01', '0 / n')]);
		assert.deepEqual(await told(`${bad} | fail bad == null or bad > 0.01`), ['fail: bad == null or bad > 0.01']);
		for (const judged of [`${bad} | fail n == 0 or bad > 0.01`, `${bad} | fail bad > 0.01 or n == 0`])
			assert.equal((await told(judged)).length, 1, 'it fails, and says no more');
		assert.deepEqual(await told(`${bad} | fail n > 0 and bad > 0.01`), [], 'it was thought of');
		assert.deepEqual(await told(`${bad} | fail bad > 0.5`, SOME), []);
		assert.deepEqual(await told('fail status > 500', SOME), []);
	});

	it('tee sends rows to an output of its own, and ends neither way', async () => {
		const query = 'watch http | tee { where failed | head 1 | to json "failed.json" } | stat count()';
		const ran = await run(query, [...SOME, ...SOME]);
		assert.deepEqual(rowsOf(ran), [[12]]);
		const [branch] = ran.plan.branches!;
		assert.deepEqual(branch!.output, { format: 'json', path: 'failed.json' });
		const rows = ran.branched.map((signals) => signals.filter(({ kind }) => kind === 'rows'));
		assert.deepEqual(rows, [[{ kind: 'rows', rows: [SOME[3]] }]]);
		assert.equal(ran.plan.demand.bodyBytes, Number.POSITIVE_INFINITY, 'documents have bodies');
	});

	it('tee writes the rows up to the last one that is asked for, however many come at once', async () => {
		for (const sent of [[SOME], SOME])
			for (const [end, count] of [
				['head 2', 2],
				['where path == "/a" | head 2', 3],
				['limit 3', 3],
				['until status >= 500', 4],
				['union { watch http | where failed } | head 1', 1],
			] as const) {
				const ran = await run(`watch http | tee { stat count() | to json "n.json" } | ${end}`, sent);
				const table = { kind: 'table', rows: [[count]], window: null, final: true };
				assert.deepEqual(ran.branched, [[table]], `${end} of ${sent.length}`);
			}
	});

	it('tee stands in the block of another stage, too', async () => {
		const query =
			'watch http | select path | head 1 | union { watch http | tee { where failed | select path | to json "a.json" } | select path }';
		const ran = await run(`${query} | tee { stat count() | to json "n.json" } | head 3`, [SOME]);
		assert.deepEqual(
			ran.plan.branches?.map(({ output }) => output.path),
			['n.json', 'a.json'],
		);
		assert.deepEqual(ran.branched[0], [{ kind: 'table', rows: [[3]], window: null, final: true }]);
		const other = await run(query.replace('union { watch', 'union { from "b.ciqrec"'), [SOME], { inputs: [SOME] });
		assert.deepEqual(other.branched, [[{ kind: 'rows', rows: [['/c']] }]]);
		assert.deepEqual(other.plan.inputs?.[0]?.demand.fields?.includes('failed'), true);
	});

	it('tee goes on when what follows has had enough', async () => {
		const ran = await run('watch http | tee { stat count() | to json "n.json" } | head 2', SOME);
		assert.equal(ran.endedAfter, 2);
		assert.deepEqual(ran.branched, [[{ kind: 'table', rows: [[2]], window: null, final: true }]]);
	});
});
