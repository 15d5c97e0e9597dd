import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseArguments, scopeOf } from '../../engine/shell/argv.ts';
import { classicProgram } from '../../engine/shell/classic.ts';
import { CLASSIC_FLAGS } from '../../engine/shell/classic-flags.ts';
import { Failure } from '../../engine/shell/exit.ts';
import { parse } from '../../grammar/parse.ts';
import { printProgram } from '../../grammar/print.ts';

const treeOf = (argv: readonly string[]) => {
	const { line, words, classic } = parseArguments(argv);
	return classicProgram(line, words, classic, true);
};
/** The printer breaks a long pipeline before its bars. */
const queryOf = (argv: readonly string[]): string => printProgram(treeOf(argv)).trimEnd().replaceAll(/\n */g, ' ');

const STAT_LATENCY = 'stat count(), avg(latency), p50(latency), p90(latency), p99(latency), max(latency)';
const STAT_RESPONSE =
	'stat count(), avg(resp_size), p50(resp_size), p90(resp_size), p99(resp_size), max(resp_size), sum(resp_size)';

const CLASSIC: readonly (readonly [argv: readonly string[], query: string])[] = [
	[['watch'], 'watch'],
	[['watch', 'http'], 'watch http'],
	[['overview'], 'overview'],
	[['overview', '--comm', 'shop', 'http'], 'overview http where comm in ["shop"]'],
	[['overview', '--time', '5'], 'watch | until 5s | overview'],
	[['stat', '-m', 'n'], `watch | ${STAT_LATENCY.replaceAll('latency', 'remote_time')} by remote_ip`],
	[['stat', '-m', 'internal-time'], `watch | ${STAT_LATENCY.replaceAll('latency', 'internal_time')} by remote_ip`],
	[['stat', '-m', 's'], `watch | ${STAT_LATENCY.replaceAll('latency', 'socket_time')} by remote_ip`],
	[['stat', '-m', 'q'], `watch | ${STAT_RESPONSE.replaceAll('resp', 'req')} by remote_ip`],
	[['stat', '-g', 'none', '-s', '3'], `watch | ${STAT_LATENCY}, samples = list(this, 3)`],
	[['stat', '-g', 'protocol/remote-port'], `watch | ${STAT_LATENCY} by protocol, remote_port`],
	[['stat', '-g', 'local-port'], `watch | ${STAT_LATENCY} by local_port`],
	[
		['watch', 'http', '--pids', '1234', '--resp-size', '10000', '--json-output=stdout'],
		'watch http where pid in [1234] and resp_size >= 10000 | extend stages | to json',
	],
	[['stat', 'http', '--bigresp'], 'watch http | bigresp by remote_ip'],
	[['stat', '--slow', '--time', '5'], 'watch | until 5s | slow by remote_ip'],
	[
		['stat', 'http', '--metric', 'p', '--group-by', 'remote-ip', '--latency', '100'],
		`watch http where latency >= 100ms | ${STAT_RESPONSE} by remote_ip`,
	],
	[['watch', '--pids', '1,2'], 'watch where pid in [1, 2]'],
	[['watch', '--comm', 'nginx,my app'], 'watch where comm in ["nginx", "my app"]'],
	[['watch', '--local-ports=80,8080'], 'watch where local_port in [80, 8080]'],
	[['watch', '--remote-ports', '443'], 'watch where remote_port in [443]'],
	[['watch', '--local-ips', '10.0.0.1,fd00::/8'], 'watch where local_ip in [10.0.0.1, fd00::/8]'],
	[['watch', '--remote-ips', '10.0.0.0/8'], 'watch where remote_ip in [10.0.0.0/8]'],
	[['watch', '--side', 'server'], 'watch where side == "server"'],
	[['watch', '--latency', '0.5'], 'watch where latency >= 0.5ms'],
	[['watch', '--req-size', '1'], 'watch where req_size >= 1'],
	[['watch', 'http', '--max-records', '5'], 'watch http | head 5'],
	[
		['watch', '-o', 'wide'],
		'watch | select ts, protocol, side, comm, pid, local_ip, local_port, remote_ip, remote_port, latency, ttfb, transfer_time, outcome, req_size, resp_size, conn',
	],
	[['watch', '--json-output', '/tmp/a b.json'], 'watch | extend stages | to json "/tmp/a b.json"'],
	[['watch', 'http', '--method', 'GET,PUT'], 'watch http where method in ["GET", "PUT"]'],
	[['watch', 'http', '--host', 'a.example'], 'watch http where host in ["a.example"]'],
	[['watch', 'http', '--path', '/a,/b'], 'watch http where path in ["/a", "/b"]'],
	[['watch', 'http', '--path-prefix', '/api'], 'watch http where path startswith "/api"'],
	[['watch', 'http', '--path-regex', '^/a,b\\d'], 'watch http where path ~ "^/a,b\\\\d"'],
	[['stat'], `watch | ${STAT_LATENCY} by remote_ip`],
	[['stat', '-m', 't', '-g', 'none'], `watch | ${STAT_LATENCY}`],
	[['stat', '--group-by', 'http-path/remote-ip', '--bigreq'], 'watch | bigreq by path, remote_ip'],
	...['slow', 'bigreq', 'bigresp'].map(
		(view) => [['stat', `--${view}`, '--group-by', 'none'], `watch | ${view} by none`] as const,
	),
	[['stat', '-m=respsize', '-g', 'conn'], `watch | ${STAT_RESPONSE} by conn`],
	[['stat', '--slow', '--path', '/x', 'http'], 'watch http where path in ["/x"] | slow by remote_ip'],
];

for (const [argv, query] of CLASSIC) {
	test(`${argv.join(' ')} → ${query}`, () => {
		assert.equal(queryOf(argv), query);
		assert.deepEqual(parse({ name: 'query', text: query }).diagnostics, [], 'the printed query is a query');
	});
}

test('a diagnostic can point at the argument', () => {
	const { source, statements } = treeOf(['watch', 'http', '--path', '/x']);
	const [pipeline] = statements;
	assert.ok(pipeline.kind === 'pipeline');
	const where = pipeline.stages[0].items[1];
	assert.equal(source.text.slice(where.span.start, where.span.end), '/x');
});

const WRONG: readonly (readonly [argv: readonly string[], message: RegExp])[] = [
	[['watch', '--pid', '1'], /unknown flag --pid: did you mean --pids\?/],
	[['watch', '--zzzzz'], /unknown flag --zzzzz; see --help/],
	[['-r', 'a.pcap'], /unknown flag -r: did you mean --from\?/],
	[['watch', '-x'], /unknown flag -x/],
	[['watch', '--pids'], /--pids needs a value: --pids PID/],
	[['watch', '--pids', 'nginx'], /--pids takes process ids up to 4194304, not 'nginx'/],
	[['watch', '--pids', '1,,2'], /none of them empty/],
	[['watch', '--local-ports', '70000'], /--local-ports takes port numbers up to 65535, not '70000'/],
	[['watch', '--remote-ips', '10.0.0.0/33'], /--remote-ips takes addresses such as/],
	[['watch', '--remote-ips', 'fe80::1%eth0'], /--remote-ips takes addresses such as/],
	[['watch', '--side', 'both'], /--side takes `client` or `server`, not 'both'/],
	[['watch', '--latency', '5s'], /--latency takes milliseconds, not '5s'/],
	[['watch', '--latency', '-5'], /--latency takes milliseconds, not '-5'/],
	[['watch', '--slow'], /--slow belongs to `stat`, not to `watch`/],
	[['stat', '--slow=yes'], /--slow takes no value/],
	[['stat', '--slow', '--bigreq'], /--slow and --bigreq exclude each other/],
	[['stat', '--slow', '--metric', 't'], /--slow has columns of its own: leave out --metric/],
	[['stat', '--metric', 'x'], /--metric takes total-time, t, reqsize/],
	[['stat', '--slow', '-s', '3'], /--slow has columns of its own: leave out -s/],
	[['stat', '-s', 'all'], /-s takes a number of records, not 'all'/],
	[['stat', '--group-by', 'path'], /--group-by takes conn, remote-ip/],
	[['stat', '--group-by', 'redis-command'], /not yet supported/],
	[['watch', '--path', '/x'], /--path is a filter for http: write `watch http --path …`/],
	[['watch', '-o', 'wider'], /-o takes wide, not 'wider'/],
	[['watch', '-o', 'wide', '--json-output', 'stdout'], /-o wide is for tables: JSON has everything/],
	[['watch', '--pod-name', 'x'], /--pod-name is not yet supported/],
	[['watch', 'http', 'where', 'status', '==', '500'], /as in -e 'watch http where status == 500'/],
	[['-e', 'watch', '-f', 'json'], /unknown flag -f: did you mean --format\?/],
	[['-e', 'watch', '--json'], /unknown flag --json: did you mean --format\?/],
	[['stat', 'http', 'slow'], /unexpected 'slow': a query with more than flags is one argument, as in -e/],
	[['watch', '--pids', '1', '--pids', '2'], /--pids is given twice: write several values with commas/],
	[['watch', '--max-records', '2', '--max-records', '3'], /--max-records is given twice$/],
	[['watch', '--max-records', '0'], /--max-records takes a number of records above 0, not '0'/],
	[['stat', '--samples-limit', '0'], /--samples-limit takes a number of records above 0, not '0'/],
	[['stat', '--time', '0.0'], /--time takes seconds above 0, not '0.0'/],
	[['x.ciq', '--names', '/p1'], /unknown flag --names; a parameter is given as --names=…/],
	[['x.ciq', '--least', '1s'], /unknown flag --least: did you mean --list\? \(a parameter is given as --least=…\)/],
	[['-e', 'param names; watch', '--names', '/p1'], /unknown flag --names; a parameter is given as --names=…/],
	[['-e', 'watch', '-e', 'watch'], /-e is given twice/],
];

for (const [argv, message] of WRONG) {
	test(`${argv.join(' ')} is refused`, () => {
		assert.throws(
			() => treeOf(argv),
			(error) => error instanceof Failure && error.status === 2 && message.test(error.message),
		);
	});
}

test('every classic flag is accepted or said to be missing', () => {
	for (const { name, value, commands, missing, protocol } of CLASSIC_FLAGS) {
		const sample = {
			'PID,…': '1',
			'PORT,…': '1',
			'IP,…': '::1',
			'client|server': 'client',
			KEY: 'conn',
			METRIC: 't',
			wide: 'wide',
		};
		const argv = [commands?.[0] ?? 'watch', ...(protocol ? [protocol] : []), `--${name}`];
		if (value !== undefined) argv.push(sample[value as keyof typeof sample] ?? '1');
		if (missing) assert.throws(() => treeOf(argv), /is not yet supported/);
		else assert.doesNotThrow(() => treeOf(argv), `--${name}`);
	}
});

test('what stands behind -- is the command, untouched', () => {
	const { line } = parseArguments(['-e', 'watch', '--', 'curl', '-e', '--help', '', 'a b', '--']);
	assert.deepEqual(line.command, ['curl', '-e', '--help', '', 'a b', '--']);
});

test('a flag does not take the next flag for its value', () => {
	for (const argv of [
		['watch', 'http', '--json-output', '--print-query'],
		['watch', 'http', '--json-output', '--pids', '42'],
		['--from', '-e', 'watch http'],
	]) {
		assert.throws(() => parseArguments(argv), /needs a value/, argv.join(' '));
	}
});

test('values keep blanks, equals signs and what looks like a flag', () => {
	const { general, repeated } = parseArguments(['-e', '--x = "a"', '--from=a=b c', '--from', 'd']);
	assert.deepEqual([...general], [['execute', '--x = "a"']]);
	assert.deepEqual([...repeated], [['from', ['a=b c', 'd']]]);
});

test('parameters of a script', () => {
	assert.deepEqual(
		[...parseArguments(['x.ciq', '--min=5ms', '--name=']).params],
		[
			['min', '5ms'],
			['name', ''],
		],
	);
});

test('flags restrict a query of words', () => {
	const { classic } = parseArguments([
		'-e',
		'watch',
		'--pids',
		'7',
		'--remote-ips',
		'::1,10.0.0.0/8',
		'--side',
		'client',
	]);
	assert.deepEqual(scopeOf(classic), {
		pids: [7],
		withChildren: true,
		remoteNets: ['::1/128', '10.0.0.0/8'],
		side: 'client',
	});
	assert.equal(scopeOf([]), null);
	assert.throws(
		() => scopeOf(parseArguments(['-e', 'watch', '--path', '/x']).classic),
		/--path belongs to the classic forms/,
	);
});
