import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Exchange } from '../../engine/exchange/exchange.ts';
import { wallClock } from '../../engine/exchange/wall-clock.ts';
import { readable } from '../../engine/output/cell.ts';
import { jsonValue } from '../../engine/output/json-value.ts';
import { FUNCTIONS } from '../../engine/query/functions/registry.ts';
import { exchange, MS, SECOND } from '../support/exchanges.ts';
import { codesOf, compile, planOf, rowsOf, run, START_WALL } from '../support/query.ts';

const ONE = exchange({
	target: '/Api/items?q=1',
	at: 3 * SECOND,
	latency: 120 * MS,
	status: 503,
	headers: 'X-Id: abc\r\n',
	body: '{"user":{"id":7},"__proto__":{"x":1},"list":[1,2]}',
	endpoint: { side: 'server', localIp: '10.1.2.3', remoteIp: '8.8.8.8' },
});

const OTHER: Exchange = Object.create(ONE, { protocol: { value: 'other' } });

const parts = (scheme: string, host: string, path: string, query: string, fragment: string) => ({
	...{ scheme, host, port: null, path, query, fragment },
});

const VALUES: readonly (readonly [expression: string, value: unknown])[] = [
	['path', '/Api/items'],
	['http.path', '/Api/items'],
	['.path', '/Api/items'],
	['this.path', '/Api/items'],
	['this["path"]', '/Api/items'],
	['req.headers["X-ID"]', 'abc'],
	['req.headers["none"]', null],
	['req.headers.HOST', 'shop'],
	['int(query_params.q) + 1', 2],
	['query_params[lower("Q")] == "1"', true],
	['json(resp.body).user.id', 7],
	['json(resp.body).list[1]', 2],
	['lower(json(resp.body).user)', '{"id":7}'],
	['replace(json(resp.body).user, "7", "8")', '{"id":8}'],
	['split(json(resp.body).list, ",")', ['[1', '2]']],
	['mask(json(resp.body).list, 1)', '****]'],
	['extract(json(resp.body).user, "[a-z]+")', 'id'],
	['json(resp.body).constructor', null],
	['json(resp.body).user.id + 1', 8],
	['json("{\\"id\\":12345678901234567}").id', '12345678901234567'],
	['json("[-9007199254740993]")[0]', '-9007199254740993'],
	['json("[9007199254740991]")[0]', 9_007_199_254_740_991],
	['json("[0.12345678901234567, 1e20]") == [0.12345678901234567, 1e20]', true],
	['json("{\\"id\\":12345678901234567}").id == "12345678901234567"', true],
	['json("{\\"id\\":12345678901234567}").id == json("{\\"id\\":12345678901234568}").id', false],
	['json("12345678901234567,")', null],
	['json("[\\"\\\\\\"12345678901234567\\\\\\\\\\", -12345678901234567]")[1]', '-12345678901234567'],
	['json(path)', null],
	['json(resp.body).user.id == "7"', false],
	['json(resp.body).user.id != "7"', true],
	['str(json(resp.body).user.id) == "7"', true],
	['json(resp.body).user.id < "8"', null],
	['json(resp.body).user.id ~ "7"', null],
	['if(status >= 500, "bad", "good")', 'bad'],
	['if(transfer_time > 1s, 1)', null],
	['case(status < 400, "ok", status < 500, "client", "server")', 'server'],
	['case(status < 400, "ok")', null],
	['coalesce(user_agent, host, "x")', 'shop'],
	['user_agent ?? "none"', 'none'],
	// Zero is that of every unit.
	['str(connect_time ?? 0)', '0'],
	['str(if(status == 503, 1500us, 0))', '1.5'],
	['str(coalesce([1500us], [0ms]))', '[1.5]'],
	['has(user_agent)', false],
	['has(status)', true],
	['len(path)', 10],
	['len("é€😀")', 3],
	['split("a😀", "")', ['a', '😀']],
	['replace("a😀", "", "-")', '-a-😀-'],
	['mask("ab😀cd", 3)', '**😀cd'],
	['lower(path)', '/api/items'],
	['upper(path)', '/API/ITEMS'],
	['trim(" x ")', 'x'],
	['replace(path, "/", "$&")', '$&Api$&items'],
	['split(path, "/")', ['', 'Api', 'items']],
	['int("12")', 12],
	['int("12.7")', 12],
	['int("x")', null],
	// As JSON has them, not as they are kept.
	['int(1500us)', 1],
	['float(1500us)', 1.5],
	['int(ts) == int(end_time) or int(ts) + 1 == int(end_time)', true],
	['int(ts) > 1700000000 and float(end_time) - float(ts) < 1', true],
	['float("1.5")', 1.5],
	['int("9007199254740991")', 9_007_199_254_740_991],
	['int("9007199254740993")', null],
	['int("-9007199254740993")', null],
	['float("1e300")', 1e300],
	['int(@2026-01-02T03:04:05.999999999Z)', 1_767_323_045],
	['float(@1970-01-01T00:01:40.5Z)', 100.5],
	['port("a:65535")', 65_535],
	['port("a:65536")', null],
	['str(status)', '503'],
	['ip("010.0.0.1")', null],
	['ip("0:0::1")', '::1'],
	['ip("192.168.0.1")', '192.168.0.1'],
	['ip("::FFFF:203.0.113.255")', '203.0.113.255'],
	['abs(-5)', 5],
	['floor(1.5)', 1],
	['ceil(1.5)', 2],
	['round(1.25, 1)', 1.3],
	['log(0)', null],
	['bin(latency, 50ms)', 100 * MS],
	['bin(0.3, 0.1)', 0.3],
	['bin(0.35, 0.1)', 0.3],
	['bin(0.29, 0.1)', 0.2],
	['bin(-0.05, 0.1)', -0.1],
	['bin(7.5, 2.5)', 7.5],
	['bin(1.7, 1)', 1],
	['is_private(local_ip)', true],
	['is_private(remote_ip)', false],
	['network(local_ip, 16)', '10.1.0.0/16'],
	['host("[::1]:80")', '::1'],
	['port("[::1]:80")', 80],
	['port("example.com")', null],
	['bucket(latency)', 100 * MS],
	['bucket(999)', 500],
	['bucket(0)', 0],
	['bucket(-3)', -5],
	['parse_url("https://u:p@example.com:8443/a?b=1#c").port', 8443],
	['parse_url("https://example.com/a?b=1#c")', parts('https', 'example.com', '/a', 'b=1', 'c')],
	['parse_url(path)', null],
	['parse_query("/a?q=1&q=2&__proto__=x").q', '1'],
	['parse_query("q=%zz").q', '%zz'],
	['parse_query("https://example.com/a?q=1#top").q', '1'],
	['parse_query("q=%23#?q=2").q', '#'],
	['parse_query("a=1").constructor', null],
	['parse_query("/a??x=1&b=2")', { '?x': '1', b: '2' }],
	['extract(path, "/([a-z]+)$")', 'items'],
	['extract(path, "(A)(p)i", 2)', 'p'],
	['extract(path, "pi/")', 'pi/'],
	['extract(path, "([0-9]+)")', null],
	['hash(status) == hash("503")', true],
	['len(hash(path))', 16],
	['mask("abcdefgh")', '****efgh'],
	['mask("abc", 0)', '***'],
	['mask("abc", 10)', 'abc'],
	['fmt(latency)', '120.0ms'],
	['fmt(resp_size)', '1.0KB'],
	['fmt(status)', '503'],
	['len(fmt(ts))', '03:04:08.000'.length],
	['str(ts)', '2026-01-02T03:04:08.000000000Z'],
	['f"at {ts}"', 'at 2026-01-02T03:04:08.000000000Z'],
	['bin(ts, 1m)', -5 * SECOND],
	['bin(ts, 1d)', -(3 * 3600 + 4 * 60 + 5) * SECOND],
	['elapsed(ts)', -3 * SECOND],
	['f"{method} {path}"', 'GET /Api/items'],
	['f"{user_agent}!"', null],
	['latency / 1ms', 120],
	['resp_size / latency', 1000 / 0.12],
	['status / 0', null],
	['7 % 4', 3],
	['-latency', -120 * MS],
	['end_time - ts', 120 * MS],
	['ts + 1s', 4 * SECOND],
	['now() - ts', -3 * SECOND],
	['ago(1s) < ts', true],
	['@2026-01-02T03:04:06Z', 1 * SECOND],
	['latency in 100ms..120ms', true],
	['remote_ip in 8.8.8.0..8.8.8.255', true],
	['remote_ip in 0.0.0.0/0', true],
	['remote_ip in ::/0', false],
	['remote_ip in [10.0.0.0/8, 8.8.8.8]', true],
	['2 in json(resp.body).list', true],
	['split(path, "/") contains "Api"', true],
	['split(path, "/") == ["", "Api", "items"]', true],
	['split(path, "/") != ["", "Api"]', true],
	['not (split(path, "/") == ["", "Api", "items"])', false],
	['json(resp.body).list == [1, 2]', true],
	['json(resp.body).list != [2, 1]', true],
	['[1, [2, "x"], 1s] == [1, [2, "x"], 1s]', true],
	['json("{\\"a\\":1,\\"b\\":[null]}") == json("{\\"b\\":[null],\\"a\\":1}")', true],
	['json("{\\"a\\":1}") == json("{\\"b\\":1}")', false],
	['json("[1]") == json("{\\"0\\":1}")', false],
	['json("[[1]]") contains "1" or [1] in json("[[1]]")', true],
	['query_params == parse_query("q=1")', true],
	['query_params == parse_query("q=2")', false],
	['split(path, "/") == null', false],
	['json(resp.body).none == [1]', null],
	['path like "/Api/%"', true],
	['path like "%ite_s"', true],
	['path like "api%"', false],
	['path startswith "/Api"', true],
	['path endswith "x"', false],
	['response ~ "user"', true],
	['http.response ~ "user"', true],
	['resp.body ~ "user"', true],
	['resp.size', 1000],
	['response.text startswith "HTTP/1.1 503"', true],
	['99.9% > 0.99', true],
	['status == null', false],
	['user_agent != "x"', null],
];

describe('expressions', () => {
	for (const [expression, expected] of VALUES)
		it(expression, async () => {
			const [row] = rowsOf(await run(`watch http | select value = ${expression}`, [ONE]));
			assert.deepEqual(row?.[0], expected);
		});

	it('a time years from the start of the capture is of its second, whatever ns the capture began with', async () => {
		const query = 'watch http | select a = int(@1970-01-01T00:01:40Z), b = float(@1970-01-01T00:01:40.5Z)';
		for (const ns of [1n, 77n, 300n, 999_999_999n])
			assert.deepEqual(rowsOf(await run(query, [ONE], { startWall: START_WALL + ns })), [[100, 100.5]]);
	});

	it('every function is tried', () => {
		const missing = [...FUNCTIONS.keys()].filter(
			(name) => !VALUES.some(([expression]) => expression.includes(`${name}(`)),
		);
		assert.deepEqual(missing, []);
	});

	it('JSON that is nested too deeply to be written is none', async () => {
		const nested = (depth: number) => exchange({ body: `${'['.repeat(depth)}1${']'.repeat(depth)}` });
		const query = 'watch http | select x = json(resp.body), same = json(resp.body) == json(resp.body)';
		const ran = await run(query, [nested(256), nested(257), nested(100_000)]);
		assert.deepEqual(rowsOf(ran, 'same'), [[true], [null], [null]]);
		const clock = wallClock({ startWall: START_WALL });
		const [deep, ...none] = rowsOf(ran, 'x').map(([x = null]) => [
			jsonValue(x, 'any', clock),
			readable(x, 'any', clock),
		]);
		assert.match(String(deep?.[1]), /^\[+1\]+$/);
		assert.deepEqual(none, [
			[null, '-'],
			[null, '-'],
		]);
		assert.ok(ran.completeness.failedConversions > 0);
	});

	it('query parameters, cookies and headers are texts: what is compared with a number says how to read them', async () => {
		const mends: readonly (readonly [condition: string, label: string])[] = [
			['query_params.page == 10', 'did you mean `"10"`?'],
			['query_params.page > 10', 'write `int(query_params.page)`'],
			['parse_query(url)["page"] >= 1.5', 'write `float(parse_query(url)["page"])`'],
			['cookies.sid in [10, "x"]', 'write `int(cookies.sid)`'],
			['request.headers.age in 10.0.0.0/8', 'write `ip(request.headers.age)`'],
			['set_cookies.sid', 'compare it, or write `has(…)` for "it is there"'],
		];
		for (const [condition, label] of mends) {
			const [wrong] = (await compile(`watch http where ${condition}`)).diagnostics;
			assert.equal(wrong?.label, label, condition);
		}
	});

	it('records are compared part by part', async () => {
		for (const condition of ['request == response', 'this == this', 'json(path) != request'])
			assert.deepEqual(codesOf((await compile(`watch http where ${condition}`)).diagnostics), ['CIQ401'], condition);
		assert.deepEqual((await compile('watch http where request != null')).diagnostics, []);
	});

	it('what was captured is no exchange, whatever its names are', async () => {
		const asked = exchange({ target: '/?endpoint=a&startTime=b', body: '{"endpoint": 1, "startTime": 2}' });
		const query =
			'watch http | select a = query_params.endpoint, b = json(resp.body).startTime, c = json(resp.body)["endpoint"]';
		assert.deepEqual(rowsOf(await run(query, [asked])), [['a', 2, 1]]);
	});

	it('a message of one protocol is none of another', async () => {
		const rows = rowsOf(
			await run('watch | select of_http = http.response ~ "user", of_any = response ~ "user"', [OTHER]),
		);
		assert.deepEqual(rows, [[null, true]]);
	});

	it('count conversions that fail, and say once of which function they are', async () => {
		const query = 'watch http | select x = int(path), y = json(path), z = float("1")';
		const { completeness, warnings } = await run(query, [ONE, ONE]);
		assert.equal(completeness.failedConversions, 4);
		assert.deepEqual(
			warnings,
			['int', 'json'].map((name) => `${name}() gives null where it cannot read what it is given, as of "/Api/items"`),
		);
	});

	it('what could not be converted reaches nobody as it was sent', async () => {
		const hostile = exchange({ target: `/\x1b[31m${'x'.repeat(1000)}` });
		const { warnings } = await run('watch http | select x = int(path)', [hostile]);
		assert.deepEqual(warnings, [
			String.raw`int() gives null where it cannot read what it is given, as of "/\x1b[31m${'x'.repeat(34)}"`,
		]);
	});

	it('a time of day is of the day on which the capture starts', async () => {
		const midnight = new Date(Number(START_WALL / 1_000_000n));
		midnight.setHours(0, 0, 0, 0);
		const expected = (midnight.getTime() - Number(START_WALL / 1_000_000n)) * MS + 10.5 * 3600 * SECOND;
		assert.deepEqual(rowsOf(await run('watch http | select x = @10:30', [ONE])), [[expected]]);
	});

	it('on a day on which clocks are changed it is what the clock shows, too', async () => {
		const zone = process.env.TZ;
		process.env.TZ = 'Europe/Berlin';
		try {
			const at = async (start: string, query: string): Promise<unknown> => {
				const startWall = BigInt(Date.parse(start)) * 1_000_000n;
				const [[x] = []] = rowsOf(await run(query, [ONE], { startWall }));
				return typeof x === 'number' ? new Date(Date.parse(start) + x / MS).toISOString() : x;
			};
			const query = 'watch http | select x = @10:30:05.25';
			assert.equal(await at('2026-10-25T00:30:00Z', query), '2026-10-25T09:30:05.250Z');
			assert.equal(await at('2026-03-29T20:00:00Z', query), '2026-03-29T08:30:05.250Z');
			assert.equal(await at('2026-03-30T20:00:00Z', query), '2026-03-30T08:30:05.250Z');
			// What has passed when the capture begins is tomorrow's, 21.5 hours later by the clock of that night.
			const sent = [21, 21.4, 21.6].map((hours) => exchange({ at: hours * 3600 * SECOND }));
			const startWall = BigInt(Date.parse('2026-10-24T12:00:00Z')) * 1_000_000n;
			assert.equal(rowsOf(await run('watch http | until @10:30 | select ts', sent, { startWall })).length, 2);
		} finally {
			if (zone === undefined) delete process.env.TZ;
			else process.env.TZ = zone;
		}
	});

	it('a record that throws is counted, said once, and ends nothing', async () => {
		const broken = exchange();
		Object.defineProperty(broken, 'status', { get: () => assert.fail('broken') });
		const ran = await run('watch http where status == 503 | select path', [[broken, ONE, broken, ONE]]);
		assert.equal(rowsOf(ran).length, 2);
		assert.equal(ran.warnings.length, 1);
		assert.equal(ran.completeness.failedConversions, 2);
	});

	it('regular expressions take linear time', async () => {
		const evil = exchange({ target: `/${'a'.repeat(5000)}!` });
		assert.deepEqual(rowsOf(await run('watch http where path ~ "(a+)+$" | select path', [evil])), []);
	});

	it('a warning alone leaves the plan', async () => {
		const { plans, diagnostics } = await compile('watch where side == "x"');
		assert.deepEqual([plans.length, codesOf(diagnostics)], [1, ['CIQ408']]);
		assert.equal((await planOf('watch where side == "server"')).shape, 'stream');
	});
});
