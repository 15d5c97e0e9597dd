import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { JsonNumber } from '../../../engine/capture/log/json-number.ts';
import { newCompleteness } from '../../../engine/completeness.ts';
import { lookupField } from '../../../engine/exchange/catalog.ts';
import type { Exchange } from '../../../engine/exchange/exchange.ts';
import type { Value } from '../../../engine/exchange/field.ts';
import { LoggedExchange } from '../../../engine/exchange/logged/logged-exchange.ts';
import { MEMBERS } from '../../../engine/exchange/logged/members.ts';
import fc from '../../support/property.ts';
import { KYANOS, line, readLogs } from './logs.ts';

const told = (name: string, exchange: Exchange): Value => {
	const found = lookupField(name, ['http']);
	assert.equal(found?.kind, 'field', name);
	return found.field.get(exchange);
};

const NAMES = ['path', 'status', 'latency', 'remote_ip', 'resp_size', 'side', 'pid', 'failed', 'outcome', 'conn'];
const WHOLE = [...NAMES, 'this'];

/** The values of some fields of every line, once by scanning for them and once by what the whole line says. */
const values = async (log: string | Uint8Array, names: readonly string[] = NAMES) => {
	const [scanned, whole] = await Promise.all([readLogs([log], names), readLogs([log], ['this'])]);
	const of = (rows: readonly Exchange[]) => rows.map((row) => names.map((name) => told(name, row)));
	assert.deepEqual(of(scanned.rows), of(whole.rows));
	assert.deepEqual(scanned.completeness, whole.completeness);
	return { values: of(scanned.rows), completeness: scanned.completeness, error: scanned.error };
};

const [EXPECTED] = (await values(line(KYANOS))).values;

test('a number has a bit for every member', () => assert.ok(Object.keys(MEMBERS).length <= 31));

describe("kyanos's document", () => {
	test('has the types of the fields', async () => {
		const { rows, source } = await readLogs([line(KYANOS)], WHOLE);
		const [row] = rows;
		assert.ok(row);
		assert.equal(source.info.startWall, 1_704_110_400_123_456_789n);
		const expected = {
			ts: 0,
			end_time: 111_111_101,
			latency: 111_111_101,
			total_duration_ms: 111.111101,
			protocol: 'http',
			side: 'client',
			local_ip: '127.0.0.1',
			remote_port: 80,
			client_ip: '127.0.0.1',
			server_port: 80,
			pid: 12345,
			comm: null,
			tls: false,
			remote_time: 50_505_050,
			internal_time: null,
			socket_time: 30_303_030,
			copy_time: 20_202_020,
			req_size: 256,
			resp_size: 1024,
			req_plain_size: 200,
			resp_plain_size: 1000,
			status: 200,
			outcome: 'ok',
			failed: false,
			answered: true,
			error: null,
			path: '/api/v1/users',
			route: '/api/v1/users',
			method: 'GET',
			host: 'example.com',
			request_id: 'r1',
			content_type: 'application/json',
		};
		for (const [name, value] of Object.entries(expected)) assert.deepEqual(told(name, row), value, name);
		assert.equal(JSON.stringify(told('response', row)).includes('{\\"status\\":\\"success\\"}'), true);
	});

	test('an error of the server, an answer that is missing, another protocol', async () => {
		const documents = [
			{ ...KYANOS, response: 'HTTP/1.1 502 Bad Gateway\r\n\r\n' },
			{ ...KYANOS, response: '' },
			{ ...KYANOS, protocol: 'Redis', request: 'GET a', response: 'b' },
		];
		const { rows } = await readLogs([documents.map(line).join('')]);
		assert.deepEqual(
			rows.map((row) => [row.protocol, row.outcome, row.error, told('status', row), told('failed', row)]),
			[
				['http', 'error', 'HTTP 502 Bad Gateway', 502, true],
				['http', 'unknown', null, null, null],
				['redis', 'ok', null, null, false],
			],
		);
	});
});

describe('lines that are written otherwise', () => {
	const reversed = Object.fromEntries(Object.entries(KYANOS).toReversed());
	const nested = { http: { side: 'x', pid: 1, response: 'y' }, list: [{ remote_addr: '9.9.9.9' }], ...KYANOS };
	const cases: Readonly<Record<string, string>> = {
		'names in another order': line(reversed),
		'the same names inside of others': line(nested),
		blanks: `  ${JSON.stringify(KYANOS, null, ' ').replaceAll('\n', '\t')} \r\n`,
		'names with escapes': line(KYANOS).replace('"side"', '"s\\u0069de"'),
		'values with escapes': line(KYANOS).replace('"127.0.0.1"', '"127.0.\\u0030.1"'),
		'a name that comes twice': line(KYANOS).replace('"side"', '"pid":1,"side"'),
		'unknown ones': line({ a: 'x"},{', b: [[{}], '}'], ...KYANOS, c: { d: '\\' } }),
		'a byte order mark': `\ufeff${line(KYANOS)}`,
		'no newline at the end': line(KYANOS).trimEnd(),
		'blank lines': `\n \n${line(KYANOS)}\n`,
	};
	for (const [name, log] of Object.entries(cases))
		test(name, async () => {
			// The order of the lines before is another one.
			for (const text of name.startsWith('a byte') || name.startsWith('blank') ? [log] : [log, line(KYANOS) + log]) {
				const { values: found, completeness } = await values(text);
				assert.deepEqual(found.at(-1), EXPECTED);
				assert.equal(completeness.wrongLines + completeness.cutBytes, 0);
			}
		});

	// Asked for alone, no more is read than it needs.
	for (const name of [...NAMES, 'method', 'reason', 'error', 'answered', 'query_params', 'response', 'host'])
		test(`${name} alone`, async () => {
			const texts = [
				{},
				{ response: '' },
				{ response: '\r\n' },
				{ response: null },
				{ response: undefined },
				{ request: null },
				{ request: 'GET /a?"b"\\r\\n HTTP/1.1\r\n\r\n' },
				{ request: 'GET /ä\n\n', response: 'HTTP/1.1 503 "Nein"\n\n' },
				{ response: 'HTTP/1.1 200 OK' },
				{ protocol: 'Redis', request: 'GET a', response: '' },
				{ protocol: 'Redis', request: 'GET a', response: '\r\n' },
				// Two texts of the same hash.
				{ remote_addr: 'Aa' },
				{ remote_addr: 'BB' },
			];
			const log = texts.map((text) => line({ ...KYANOS, ...text })).join('');
			const { completeness } = await values(log, [name]);
			assert.equal(completeness.wrongLines, 0);
			await values(log.replaceAll('\\r', '\\u000d'), [name]);
		});

	test('an answer has a status behind a request only', async () => {
		const texts = [
			{},
			{ request: null },
			{ request: 'hello\r\n' },
			{ response: 'hello\r\n' },
			{ response: KYANOS.request },
		];
		const log = texts.map((text) => line({ ...KYANOS, ...text })).join('');
		for (const names of [['status'], ['status', 'path']])
			assert.deepEqual(
				(await values(log, names)).values.map(([status]) => status),
				[200, null, null, null, null],
			);
	});

	test('a reason phrase whose line has no end may go on', async () => {
		const responses = ['HTTP/1.1 200 OK\r\n', 'HTTP/1.1 200 O', 'HTTP/1.1 200 "O"\n', 'HTTP/1.1 200 "O'];
		const log = responses.map((response) => line({ ...KYANOS, response })).join('');
		for (const names of [['reason'], ['reason', 'response']])
			assert.deepEqual(
				(await values(log, names)).values.map(([reason]) => reason),
				['OK', null, '"O"', null],
			);
	});

	test('a request line without an end tells what there is of its target', async () => {
		const requests = ['GET /a/lo', 'GET /a/lo HT', 'GET /a?lo', 'GET /a/lo\r\n', 'GETT'];
		const log = requests.map((request) => line({ ...KYANOS, request })).join('');
		for (const names of [
			['path', 'status'],
			['path', 'status', 'request'],
		])
			assert.deepEqual(
				(await values(log, names)).values.map(([path, status]) => [path, status]),
				[
					['/a/lo…', 200],
					['/a/lo', 200],
					['/a', 200],
					[null, null],
					[null, null],
				],
			);
		assert.deepEqual(
			(await values(log, ['status'])).values.map(([status]) => status),
			[200, 200, 200, null, null],
		);
	});

	test('lines that say that not all was captured are counted where that may be asked for', async () => {
		const lines = [{ truncated: true }, { truncated: false }, { truncated: null }, { truncated: true }, {}];
		const log = lines.map((told) => line({ ...KYANOS, ...told })).join('');
		const cases: readonly (readonly [readonly string[], number])[] = [
			[['ts', 'path', 'status', 'latency', 'resp_size'], 0],
			[['path', 'truncated'], 2],
			[['request'], 2],
			[['path', 'host'], 2],
			[['form', 'this'], 2],
			[['this'], 2],
			[['this', 'path', 'truncated'], 2],
		];
		for (const [fields, truncated] of cases) {
			const { rows, source } = await readLogs([log], fields);
			if (fields.includes('this')) for (const row of rows) assert.ok(row instanceof LoggedExchange && row.document);
			const completeness = newCompleteness();
			source.countMissing?.(completeness);
			assert.deepEqual([fields, completeness], [fields, { ...newCompleteness(), truncated }]);
		}
	});

	test('any number is that of JSON.parse', async () => {
		const written = fc.oneof(
			fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
			fc.stringMatching(/^-?\d{1,18}(\.\d{0,8})?([eE][+-]?\d{1,2})?$/),
			fc.stringMatching(/^[-+.\deE]{1,6}$/),
		);
		const isJson = (text: string): boolean => {
			try {
				return Number.isFinite(JSON.parse(text));
			} catch {
				return false;
			}
		};
		fc.assert(
			fc.property(written, (text) => {
				const bytes = Buffer.from(`[${text}]`);
				const number = new JsonNumber();
				// What stands behind a number tells whether it ends there.
				const isWhole = number.read(bytes, 1, bytes.length - 1) === bytes.length - 1;
				assert.ok(Object.is(isWhole ? number.value : Number.NaN, isJson(text) ? JSON.parse(text) : Number.NaN), text);
			}),
			{ numRuns: 5000 },
		);
	});

	test('times with a zone and with fewer digits', async () => {
		const start = (text: string) => line({ ...KYANOS, start_time: text, end_time: text });
		const texts = ['2024-01-01T13:30:00.5+01:30', '2024-01-01T12:00:00.500Z', '2024-01-01T04:00:00.500000000-08:00'];
		texts.splice(2, 0, '2024-01-01T12:01:00.5Z');
		const { rows } = await readLogs([texts.map(start).join('')], ['ts']);
		assert.deepEqual(
			rows.map((row) => row.startTime),
			[0, 0, 60e9, 0],
		);
	});

	test('an address has one text, however it is written; what is none stays', async () => {
		const written = [
			'2001:db8::1',
			'2001:DB8:0:0:0:0:0:1',
			'2001:0db8::0001',
			'::ffff:10.0.0.1',
			'::FFFF:0a00:1',
			'10.0.0.1',
		];
		const others = ['fe80::1%eth0', '', 'localhost', '1::2::3', '::/0'];
		const all = [...written, ...others];
		const expected = ['2001:db8::1', '2001:db8::1', '2001:db8::1', '10.0.0.1', '10.0.0.1', '10.0.0.1', ...others];
		const log = all.map((remote_addr) => line({ ...KYANOS, remote_addr })).join('');
		// A name that is escaped is read in the other way.
		const unusual = log.replaceAll('"local_port"', '"local\\u005fport"');
		for (const text of [log, unusual]) {
			const { rows } = await readLogs([text], ['remote_ip']);
			assert.deepEqual(
				rows.map(({ endpoint }) => endpoint.remoteIp),
				expected,
			);
		}
	});

	test('blanks anywhere, names that come twice, texts that look like members', async () => {
		const blank = fc.stringMatching(/^[ \t]{0,2}$/);
		const odd = fc.constantFrom(
			'",\\"side\\":\\"server\\","',
			'"\\\\"',
			'"{"',
			'{"side":"server","pid":1}',
			'[{"resp_size_bytes":1},"pid"]',
			'-1.5e3',
			'null',
			'true',
		);
		const extra = fc.tuple(fc.constantFrom('', 'a', 'http', 'sid', 'side2'), odd).map(([name, value]) => [name, value]);
		const members = Object.entries(KYANOS).map(([name, value]) => [name, JSON.stringify(value)]);
		const first = members.slice(0, 4);
		const known = new Set(first.map(([name = '']) => name));
		const document = fc
			.tuple(fc.array(extra, { maxLength: 6 }), fc.infiniteStream(blank), fc.boolean(), fc.boolean())
			.chain(([extras, blanks, twice, usual]) =>
				fc
					.shuffledSubarray([...members, ...extras, ...(twice ? [['side', '"client"']] : [])], {
						minLength: members.length,
					})
					.map((all) => {
						const b = (): string => blanks.next().value;
						const has = (name: string): boolean => all.some((one) => one[0] === name);
						const complete = [...all, ...members.filter(([name = '']) => !has(name))];
						// Those that every query reads mostly come first: the next one that is asked for is the last.
						const whole = usual ? [...first, ...complete.filter(([name = '']) => !known.has(name))] : complete;
						return `{${whole.map(([name, value]) => `${b()}"${name}"${b()}:${b()}${value}${b()}`).join(',')}}${b()}\n`;
					}),
			);
		await fc.assert(
			fc.asyncProperty(fc.array(document, { minLength: 1, maxLength: 4 }), async (documents) => {
				const { values: found, completeness } = await values(documents.join(''));
				assert.equal(completeness.wrongLines, 0);
				for (const one of found) assert.deepEqual(one, EXPECTED);
				// What every line has: behind the last of them nothing is looked at.
				for (const name of ['pid', 'resp_size']) await values(documents.join(''), [name]);
			}),
			{ numRuns: 100 },
		);
	});

	test('members that are the same in some lines and change in others', async () => {
		const some = fc.record(
			{
				side: fc.constantFrom('client', 'server', null),
				remote_addr: fc.constantFrom('10.0.0.1', '10.0.0.11', '\u00e4'),
				pid: fc.constantFrom(1, 12, 120, null),
				resp_size_bytes: fc.constantFrom(5, 50),
				is_ssl: fc.boolean(),
				a: fc.constantFrom(1, 11, 'x', 'y'.repeat(70), [1], { side: 'server', pid: 7 }),
			},
			{ requiredKeys: ['side', 'pid'] },
		);
		// One after the other, so that what was learnt of one is tried on the next.
		const logs = fc.array(fc.tuple(some, fc.integer({ min: 1, max: 3 })), { minLength: 1, maxLength: 12 });
		await fc.assert(
			fc.asyncProperty(logs, async (documents) => {
				const log = documents.map(([own, times]) => line({ ...KYANOS, ...own }).repeat(times)).join('');
				const { completeness } = await values(log, ['side', 'remote_ip', 'pid', 'resp_size', 'tls']);
				assert.equal(completeness.wrongLines, 0);
				await values(log, ['pid']);
			}),
			{ numRuns: 200 },
		);
	});

	test('any JSON: scanning finds what parsing does', async () => {
		const value = fc.jsonValue({ maxDepth: 3 });
		const extra = fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 8 }), value, { maxKeys: 5 });
		const document = fc.tuple(extra, extra, fc.shuffledSubarray(Object.keys(KYANOS))).map(([before, after, names]) => ({
			...before,
			...Object.fromEntries(names.map((name) => [name, KYANOS[name as keyof typeof KYANOS]])),
			start_time: KYANOS.start_time,
			end_time: KYANOS.end_time,
			protocol: KYANOS.protocol,
			...after,
		}));
		await fc.assert(
			fc.asyncProperty(fc.array(document, { minLength: 1, maxLength: 4 }), async (documents) => {
				await values(line(KYANOS) + documents.map(line).join(''));
			}),
			{ numRuns: 100 },
		);
	});
});

describe('lines that are wrong are counted', () => {
	const good = line(KYANOS);
	const wrong: Readonly<Record<string, string>> = {
		'no JSON': 'hello\n',
		'cut in the middle': `${good.slice(0, 700)}\n`,
		'no object': '[1]\n"x"\n',
		'no time': line({ ...KYANOS, start_time: 'yesterday' }),
		'no such date': line({ ...KYANOS, end_time: '2024-13-01T12:00:00Z' }),
		'a day that its month does not have': line({ ...KYANOS, end_time: '2024-02-30T12:00:00Z' }),
		'the hour after the last one': line({ ...KYANOS, end_time: '2024-01-02T24:00:00Z' }),
		'no such second': line({ ...KYANOS, end_time: '2024-01-02T12:00:61Z' }),
		'no such zone': line({ ...KYANOS, end_time: '2024-01-02T12:00:00+24:00' }),
		'an end before the start': line({ ...KYANOS, end_time: '2024-01-01T12:00:00.123456788Z' }),
		'the same in an unusual way': line({ ...KYANOS, end_time: '2023-01-01T12:00:00Z' }).replace(
			'"side"',
			'"s\\u0069de"',
		),
		'a name of the wrong type': line({ ...KYANOS, remote_addr: 5 }),
		'text for a number': line({ ...KYANOS, resp_size_bytes: '12' }),
		'a size below nothing': line({ ...KYANOS, resp_size_bytes: -1 }),
		'ports that are none': [-1, 65_536, 80.5].map((local_port) => line({ ...KYANOS, local_port })).join(''),
		'the same of the other end': line({ ...KYANOS, remote_port: 70_000 }).replace('"side"', '"s\\u0069de"'),
		'no protocol': line({ ...KYANOS, protocol: undefined }),
		'no number': good.replace('256', '0x10'),
		'two lines in one': good.trimEnd() + good,
		'a name without quotes': good.replace('"side"', 'side'),
		'text behind the object': `${good.trimEnd()} x\n`,
		'a comma before the end': good.replace('}\n', ',}\n'),
	};
	for (const [name, lines] of Object.entries(wrong))
		test(name, async () => {
			const names = [...NAMES, 'req_size'];
			const { rows, completeness } = await readLogs([good + lines + good], names);
			assert.equal(rows.length, 2);
			assert.equal(completeness.wrongLines, lines.split('\n').length - 1);
		});

	test('the first port and the last, and one that is not known, are none of them', async () => {
		const log = [0, 65_535, null, 8e1].map((remote_port) => line({ ...KYANOS, remote_port })).join('');
		const { values: found, completeness } = await values(log.replace('80', '8e1'), ['remote_port']);
		assert.deepEqual([found, completeness.wrongLines], [[[0], [65_535], [0], [80]], 0]);
	});

	test('an end at the start, in another zone too, is none of them', async () => {
		const { start_time } = KYANOS;
		const ends = [start_time, '2024-01-01T13:00:00.123456789+01:00'];
		const log = ends.map((end_time) => line({ ...KYANOS, end_time })).join('');
		const { values: found, completeness } = await values(log, ['latency']);
		assert.deepEqual([found, completeness.wrongLines], [[[0], [0]], 0]);
	});

	test('text behind the object, where what is asked for stands before it', async () => {
		const { rows, completeness } = await readLogs([`${good + good.trimEnd()} x\n${good}`], ['pid']);
		assert.deepEqual([rows.length, completeness.wrongLines], [2, 1]);
	});

	test('the last one cut off', async () => {
		for (const length of [1, 100, 700, good.length - 2]) {
			const { rows, completeness } = await readLogs([good + good.slice(0, length)], NAMES);
			assert.equal(rows.length, 1);
			assert.deepEqual([completeness.wrongLines, completeness.cutBytes], [0, 1], `${length}`);
		}
	});

	for (const [name, lines] of Object.entries(wrong))
		test(`${name}, in front of the first exchange`, async () => {
			// By its beginning a file is told from others.
			const first = /^[{[]/.test(lines) ? lines : `{\n${lines}`;
			const { rows, completeness, source } = await readLogs([first + good + good], [...NAMES, 'req_size']);
			assert.equal(rows.length, 2);
			assert.equal(completeness.wrongLines, first.split('\n').length - 1);
			assert.equal(source.info.startWall, 1_704_110_400_123_456_789n);
		});

	test('first lines of which none is an exchange are refused', async () => {
		const refused = /0\.ndjson holds JSON, but none of its first lines is an exchange: /;
		for (const log of ['{"a":1}\n', '{\n', '[1]', '[{\n"a":1}]\n', wrong['no time']!, `${wrong['no protocol']}\n\n`])
			await assert.rejects(readLogs([log]), refused);
		const some = (count: number) => readLogs([` \n${'[1]\n\n'.repeat(count)}${good}`]);
		assert.equal((await some(19)).completeness.wrongLines, 19);
		await assert.rejects(some(20), refused);
	});

	test('a first exchange behind more than is read at once', async () => {
		const { rows, completeness } = await readLogs([`{"a":"${'x'.repeat(1 << 20)}"}\n[1]\n${good}`], ['pid']);
		assert.deepEqual([rows.length, completeness.wrongLines], [1, 2]);
	});

	test('random bytes behind a line: nothing but exchanges and counts comes', async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
				const { error } = await readLogs([Buffer.concat([Buffer.from(good), bytes])], NAMES);
				assert.equal(error, null);
			}),
			{ numRuns: 100 },
		);
	});
});

describe('files', () => {
	test('long lines, and lines across all borders of what is read at once', async () => {
		const lengths = [100_000, 10, 600_000, 64 << 10, 1];
		const log = lengths.map((length) => line({ ...KYANOS, x: 'y'.repeat(length), pid: length })).join('');
		const { rows, completeness } = await readLogs([log], ['pid']);
		assert.deepEqual(
			rows.map((row) => told('pid', row)),
			lengths,
		);
		assert.equal(completeness.wrongLines, 0);
		const short = line({ ...KYANOS, x: '' }).length - 1;
		const first = line(KYANOS);
		const border = `${first}${line({ ...KYANOS, x: 'y'.repeat((128 << 10) - first.length - short) })}${first}`;
		assert.equal((await readLogs([border], NAMES)).rows.length, 3, 'a newline is the first byte that is read next');
		assert.equal((await readLogs([line(KYANOS).repeat(2000)], NAMES)).rows.length, 2000);
	});

	test('a line that is longer than any exchange is passed over, and counted', async () => {
		const long = Buffer.alloc(70 << 20, 'x');
		const { rows, completeness } = await readLogs(
			[Buffer.concat([Buffer.from(line(KYANOS)), long, Buffer.from(`\n${line(KYANOS)}`)])],
			['pid'],
		);
		assert.equal(rows.length, 2);
		assert.equal(completeness.wrongLines, 1);
	});

	test('gzip and zstd, also torn', async () => {
		const log = Buffer.from(line(KYANOS).repeat(50));
		for (const compress of [gzipSync, zstdCompressSync]) {
			assert.equal((await readLogs([compress(log)], NAMES)).rows.length, 50);
		}
		const { completeness, rows } = await readLogs([gzipSync(log).subarray(0, -9)], NAMES);
		assert.ok(rows.length <= 50);
		assert.equal(completeness.cutBytes, 1);
	});

	test('what comes before the damage of gzip is there, but for the last of it', async () => {
		for (const count of [1000, 30_000]) {
			const lines = Array.from({ length: count }, (_, pid) => line({ ...KYANOS, pid, request: '', x: randomUUID() }));
			const bytes = gzipSync(lines.join(''));
			for (const at of [bytes.length - 6, bytes.length >> 1]) {
				const damaged = Buffer.from(bytes);
				if (at < bytes.length - 8) damaged.fill(0xff, at, at + 200);
				else damaged[at]! ^= 1;
				const { rows, error, completeness } = await readLogs([damaged, lines[0]!], ['pid']);
				assert.match(String(error), /0\.ndjson: its gzip compression is damaged; what follows was not read$/);
				assert.deepEqual([completeness.damagedFiles, completeness.cutBytes], [1, 0]);
				// What is made in the call that fails, or has not been fetched from the stream yet.
				const lost = (128 << 10) / lines[0]!.length;
				assert.ok(rows.length - 1 >= (count * at) / bytes.length - lost, `${rows.length} of ${count}`);
			}
		}
	});

	test('text in UTF-16 is refused with what makes UTF-8 of it', async () => {
		const text = Buffer.from(`\ufeff${line(KYANOS)}`, 'utf16le');
		for (const bytes of [text, Buffer.from(text).swap16(), gzipSync(text)]) {
			await assert.rejects(readLogs([bytes]), /0\.ndjson is text in UTF-16: logs are read in UTF-8, which `iconv/);
			await assert.rejects(readLogs([line(KYANOS), bytes]), /1\.ndjson' is text in UTF-16/);
		}
	});

	test('several are read in the order of time', async () => {
		const at = (n: number) =>
			line({
				...KYANOS,
				start_time: new Date(1_704_110_400_000 + n).toISOString(),
				end_time: new Date(1_704_110_400_000 + n).toISOString(),
				pid: n + 1,
			});
		const logs: string[] = ['', '', ''];
		for (let n = 0; n < 3000; n++) logs[(n * 7919) % 3] += at(n);
		const { rows } = await readLogs(logs, ['pid']);
		assert.deepEqual(
			rows.map((row) => told('pid', row)),
			Array.from({ length: 3000 }, (_, n) => n + 1),
		);
	});
});
