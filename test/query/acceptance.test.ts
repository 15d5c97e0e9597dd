import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exchange, MS, SECOND } from '../support/exchanges.ts';
import { planOf, run } from '../support/query.ts';

/** Queries that users were promised, and the columns of their answers. */
const QUERIES: readonly (readonly [query: string, columns: readonly string[]])[] = [
	['watch http where status >= 500 or latency > 1s | top 20 by latency | select path', ['path']],
	[
		'stat http count(), p99(latency), errors = count(where failed) by route every 10s',
		['window_start', 'window_end', 'route', 'count', 'p99_latency', 'errors'],
	],
	[
		'watch http | stat p50(latency), p99(latency) by route, method | where p99_latency > 10 * p50_latency',
		['route', 'method', 'p50_latency', 'p99_latency'],
	],
	['watch http where request.headers["Authorization"] ~ "^Token" | stat count() by client_ip', ['client_ip', 'count']],
	[
		'watch | stat by protocol, remote_ip slow over 1m every 10s',
		[
			...['window_start', 'window_end', 'protocol', 'remote_ip', 'count', 'errors'],
			...['avg_latency', 'p50_latency', 'p90_latency', 'p99_latency', 'max_latency', 'worst'],
		],
	],
	[
		'watch http where json(req.body).user.id == 42 | select ts, route, latency, status',
		['ts', 'route', 'latency', 'status'],
	],
	[
		'watch http where side == "client" | join { watch http where side == "server" } as srv on id within 5s | select route, latency, srv.latency',
		['route', 'latency', 'srv_latency'],
	],
	[
		'watch http where side == "server" | correlate { watch where side == "client" } as child by pid within 1s | stat n = count(), sum(child.latency) by route',
		['route', 'n', 'sum_latency'],
	],
	[
		'from "a.ciqrec" | diff { from "b.ciqrec" } by route',
		[
			...['route', 'count_before', 'count_after', 'count_change'],
			...['p99_latency_before', 'p99_latency_after', 'p99_latency_change'],
		],
	],
	[
		'watch http | alert count(where failed) / count() > 1% by route for 30s --min-count=50',
		['ts', 'alert', 'route', 'value', 'rows'],
	],
	['pending | where age > 5s | select path, age', ['path', 'age']],
	['conns where state == "ESTABLISHED" | stat count() by comm', ['comm', 'count']],
	['watch | map by comm', ['client', 'server', 'protocol', 'count', 'errors', 'p99']],
];

describe('promised queries', () => {
	const traffic = Array.from({ length: 50 }, (_, n) =>
		exchange({
			at: n * SECOND,
			latency: (n % 7) * 100 * MS,
			status: n % 9 === 0 ? 500 : 200,
			headers: 'Authorization: Token x\r\n',
			endpoint: { side: n % 2 === 0 ? 'client' : 'server' },
		}),
	);
	for (const [query, columns] of QUERIES)
		it(query, async () => {
			const ran = await run(query, traffic, { inputs: [traffic] });
			assert.deepEqual(
				ran.plan.schema.columns.map(({ name }) => name),
				columns,
			);
			assert.deepEqual(
				ran.warnings.filter((text) => text.includes('could not be evaluated')),
				[],
			);
		});

	it('views take every kind of window', async () => {
		await planOf('stat http hist by path 5s');
		assert.equal((await planOf('stat http rate by path 5s')).schema.columns.at(-1)?.name, 'rate');
		for (const window of ['5s', 'every 5s', 'over 1m every 10s', 'every session(30s)', 'every 1000'])
			await planOf(`watch http | slow by remote_ip ${window}`);
		const { signals } = await run('watch http | slow by remote_ip over 1m every 10s', traffic);
		for (const signal of signals)
			if (signal.kind === 'table') assert.equal(signal.window!.end - signal.window!.start, 60 * SECOND);
		assert.ok(signals.length > 3);
	});
});

it('in a narrow table of several protocols those columns are the last to go that most rows have, and those asked for', async () => {
	const { schema } = await planOf('watch | extend slow = latency > 1s');
	const last = schema.columns.filter(({ key }) => key).map(({ name }) => name);
	assert.deepEqual(last, ['method', 'path', 'status', 'latency', 'slow']);
});
