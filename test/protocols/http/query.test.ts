import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { exchangeOf, message } from '../../support/http.ts';
import { planOf, rowsOf, run } from '../../support/query.ts';

const compressed = (type: string, body: string): Buffer =>
	message(
		['POST /graphql HTTP/1.1', `Content-Type: ${type}`, 'Content-Encoding: gzip', 'Cookie: theme=dark'],
		gzipSync(body),
	);

const EXCHANGES = [
	exchangeOf(compressed('application/json', '{"user":{"ids":[7,8]}}')),
	exchangeOf(compressed('application/x-www-form-urlencoded', 'color=red&amount=3')),
	exchangeOf(
		compressed('application/json', '{"query":"query A { a }"}'),
		message(['HTTP/1.1 200 OK', 'Content-Type: application/json'], '{"errors":[{"message":"no"}]}'),
	),
];

/** Queries that reach into bodies and heads, the rows that they give, whether they need bodies. */
const QUERIES: readonly (readonly [string, unknown[][], boolean])[] = [
	['watch http where json(req.body).user.ids[1] == 8 | select n = json(req.body).user.ids[0]', [[7]], true],
	['watch http where form.color == "red" | select n = int(form.amount)', [[3]], true],
	[
		'watch http | stat count() by graphql.operation | sort count',
		[
			['query A', 1],
			[null, 2],
		],
		true,
	],
	['watch http where has(graphql.errors) | select e = graphql.errors[0]', [['no']], true],
	['watch http where req ~ "color=re" | select x = req.size > 0', [[true]], true],
	['watch http where cookies.theme == "dark" | stat count()', [[3]], false],
];

for (const [query, rows, needsBodies] of QUERIES) {
	test(query, async () => {
		assert.deepEqual(rowsOf(await run(query, [EXCHANGES])), rows);
		assert.equal((await planOf(query)).demand.bodyBytes > 0, needsBodies);
	});
}
