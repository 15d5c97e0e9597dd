import assert from 'node:assert/strict';
import {
	chmodSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { HEAD_BYTES } from '../../engine/capture/events.ts';
import { WITHOUT_ROOT } from '../support/nobody.ts';
import { jsonLines } from '../support/tool.ts';
import { type Ended, MAIN, run, runInShell } from './program.ts';
import { writeRecording } from './recording.ts';

let folder: string;
let five: string;
before(() => {
	folder = mkdtempSync(join(tmpdir(), 'ciq-run-'));
	five = join(folder, 'five.ciqrec');
	writeRecording(five);
});
after(() => rmSync(folder, { recursive: true }));

function succeeds(end: Ended): unknown[] {
	assert.equal(end.status, 0, end.stderr);
	return jsonLines(end.stdout);
}

/** One clear message, the status, and no stack trace. */
function fails(end: Ended, status: number, message: RegExp): void {
	assert.equal(end.status, status, end.stderr);
	assert.match(end.stderr, message);
	assert.doesNotMatch(end.stderr, /^\s+at .*[:(]\d/m);
	assert.ok(end.stderr.trim().split('\n').length <= 6, end.stderr);
}

const COUNTS = [
	{ path: '/api/items', count: 2 },
	{ path: '/api/slow', count: 1 },
	{ path: '/static/logo', count: 1 },
	{ path: '/api/pay', count: 1 },
];

test('-e', () => assert.deepEqual(succeeds(run(['-e', 'stat http count() by path', '--from', five])), COUNTS));

test('flags in front of the words that run no query', () => {
	const doctor = run(['--capture-mode', 'syscall', 'doctor']);
	assert.match(doctor.stdout, /^Live capture is (not )?possible[\s\S]*\nKernel\n/, doctor.stderr);
	fails(run(['--capture-mode=nope', 'doctor']), 2, /--capture-mode takes auto, socket, syscall, not 'nope'/);
	fails(run(['--format', 'csv', 'doctor']), 2, /doctor takes --capture-mode only/);
	assert.match(run(['--capture-mode', 'syscall', 'help', 'slow']).stdout, /^slow: view of the library/);
	fails(run(['--nosuch', 'help']), 2, /unknown flag --nosuch/);
	fails(run(['-e', 'watch http', 'help']), 2, /unexpected 'help' beside -e/);
	assert.equal(run(['--check', 'fmt', '-'], { input: 'watch http\n' }).status, 0);
	for (const word of ['doctor', 'help', 'fmt', 'watch'])
		assert.match(run(['--help', word]).stdout, /^claudeinsight: what a machine's network traffic says/);
	for (const words of [
		['doctor', '--help'],
		['doctor', '-h'],
		['fmt', '--help'],
		['fmt', '--check', '-h'],
	])
		assert.match(run(words).stdout, /^claudeinsight: what a machine's network traffic says/);
	// The value of a flag is no such word.
	fails(run(['--from', 'doctor', '-e', 'watch http']), 1, /doctor/);
});

test('--help lists every command, and each flag below the commands that take it', () => {
	const { stdout } = run(['--help']);
	for (const command of ['watch', 'stat', 'overview', 'help', 'doctor', 'fmt'])
		assert.match(stdout, new RegExp(`^  claudeinsight ${command} `, 'm'));
	const tables = new Map(stdout.split('\n\n').map((part) => [part.slice(0, part.indexOf('\n')), part]));
	const below = (title: string): string[] => [...(tables.get(title) ?? '').matchAll(/--([a-z-]+)/g)].map(([, n]) => n);
	assert.ok(below('For watch, stat and overview:').includes('pids'));
	assert.ok(below('For watch and stat:').includes('path'));
	assert.deepEqual(below('For watch:'), ['max-records', 'output', 'json-output', 'list']);
	assert.ok(below('For stat:').includes('group-by'));
	assert.deepEqual(below('For stat and overview:'), ['time']);
});

test('a query on standard input, with - and without', () => {
	const input = 'stat http count() by path\n';
	assert.deepEqual(succeeds(run(['--from', five], { input })), COUNTS);
	assert.deepEqual(succeeds(run(['-', '--from', five], { input })), COUNTS);
});

test('a script with a parameter, also by its first line', () => {
	const script = join(folder, 'slow.ciq');
	const node = `${process.execPath} ${MAIN}`;
	writeFileSync(
		script,
		`#!/usr/bin/env -S ${node}\nparam least: duration = 1ms\nwatch http where latency > least | select path\n`,
	);
	assert.equal(succeeds(run([script, '--from', five])).length, 5);
	assert.deepEqual(succeeds(run([script, '--from', five, '--least=100ms'])), [{ path: '/api/slow' }]);
	chmodSync(script, 0o755);
	assert.deepEqual(succeeds(runInShell(`"${script}" --least=100ms --from "${five}"`)), [{ path: '/api/slow' }]);
	fails(run([script, '--from', five, '--leest=1ms']), 2, /unknown flag --leest: did you mean --least\?/);
	fails(run([script, '--from', five, '--lest=1ms']), 2, /unknown flag --lest: did you mean --least\?/);
	fails(run([script, '--from', five, '--ratio=1']), 2, /unknown flag --ratio; the script takes --least/);
	fails(run([script, '--from', five, '--least=soon']), 2, /"soon" is not a duration/);
	const { status, stdout } = run([join(import.meta.dirname, '..', '..', 'examples', 'slow-api.ciq'), '--help']);
	assert.equal(status, 0);
	assert.match(stdout, /^The API calls that take longest/);
	assert.match(stdout, /\n {2}--least=DURATION {2}Only calls that took at least this long. \(20ms\)\n/);
});

test('a parameter may have the name of a flag', () => {
	const script = join(folder, 'named.ciq');
	const params = ['comm', 'format', 'now', 'path', 'host', 'strict', 'version', 'latency', '_x'];
	const declared = params.map((name) => `param ${name} = "none"\n`).join('');
	writeFileSync(script, `${declared}watch http | head 1 | select p = [${params.join(', ')}]\n`);
	const given = params.map((name) => `--${name}=is ${name}`);
	const answered = run(['--from', five, script, ...given]);
	assert.deepEqual(succeeds(answered), [{ p: params.map((name) => `is ${name}`) }]);
	assert.match(answered.stderr, /`comm` hides the field of that name\n *--> .*named\.ciq:1:7/);
	fails(run([script, '--größe=5']), 2, /unknown flag --größe; the script takes --comm/);
	const { stdout } = run(['--from', five, '--format', 'csv', script]);
	assert.match(stdout, /^p\r?\n.*none/);
	fails(run([script, '--from', five, '--comm', 'nginx', '--pids=x']), 2, /--pids/);
	fails(run(['--from', five, '-e', 'param comm = "a"; watch http', '--comm=b']), 2, /`comm` another name/);
	assert.match(run([script, '--help']).stdout, /the flag --comm stands in front of the script\./);
});

test('what a script holds does not act on a terminal', () => {
	const script = join(folder, 'escape.ciq');
	writeFileSync(script, '# \x1b[31mred\twide\nparam p = "\x1b[2J"\nwatch http where path == "\x1b[31m" or path == p\n');
	const explained = ['--from', five, '-e', 'explain watch http where path == "\x1b[31m"'];
	for (const args of [[script, '--help'], [script, '--print-query'], explained]) {
		const shown = run(args).stdout;
		assert.ok(shown !== '' && !shown.includes('\x1b'), shown);
	}
	assert.match(run([script, '--help']).stdout, /^\\x1b\[31mred\twide\n/);
});

test('a parameter that is a whole number', () => {
	const query = 'param n: int = 1; watch http | select n';
	fails(run(['--from', five, '-e', query, '--n=1.5']), 2, /`n` is a whole number, and `1.5` is none/);
});

test('a file that is made through a link is private', () => {
	const [link, made] = [join(folder, 'link.csv'), join(folder, 'made.csv')];
	symlinkSync(made, link);
	assert.equal(run(['--from', five, '-e', `watch http | to csv "${link}"`]).status, 0);
	assert.equal(statSync(made).mode & 0o777, 0o600);
});

test('a module is found beside the script that uses it', () => {
	writeFileSync(join(folder, 'lib.ciq'), 'let least = 100ms\n');
	const script = join(folder, 'uses.ciq');
	writeFileSync(script, 'use "lib.ciq"\nwatch http where latency > least | select path\n');
	assert.deepEqual(succeeds(run([script, '--from', five], { cwd: '/' })), [{ path: '/api/slow' }]);
});

test('the classic forms', () => {
	assert.equal(succeeds(run(['watch', 'http', '--path-prefix', '/api', '--from', five])).length, 4);
	const [first] = succeeds(run(['stat', 'http', '--slow', '--from', five])) as Record<string, unknown>[];
	assert.equal(first.remote_ip, '127.0.0.3');
	const [busiest] = succeeds(run(['overview', '--from', five])) as Record<string, unknown>[];
	assert.equal(busiest, undefined, 'only the server was observed');
	assert.match(run(['watch', '--list']).stdout, /^http +HTTP$/m);
	const words = run(['-e', 'watch http', '--pids', '5', '--print-query']);
	assert.equal(words.stdout, '# captured: process 5 and what it starts\nwatch http\n');
	const printed = run(['watch', 'http', '--resp-size', '10', '--print-query']);
	assert.equal(printed.stdout, 'watch http where resp_size >= 10\n');
});

test('flags restrict what a recording holds, too', () => {
	const paths = (...flags: string[]): unknown[] =>
		succeeds(run(['-e', 'watch http | select path', '--from', five, ...flags]));
	assert.equal(paths('--local-ports', '8080').length, 5);
	assert.equal(paths('--local-ports', '80').length, 0);
	assert.equal(paths('--remote-ips', '127.0.0.2/31').length, 4);
	assert.equal(paths('--pids', '100', '--side', 'server').length, 5);
	assert.equal(paths('--pids', '1').length, 0);
	assert.equal(paths('--comm', 'nginx').length, 0);
});

test('several pipelines of a program share one source', () => {
	const end = run(['-e', 'stat http count()\nstat http slowest = max(latency)', '--from', five]);
	assert.deepEqual(succeeds(end), [{ count: 5 }, { slowest: 300 }]);
	assert.match(end.stderr, /^claudeinsight: 5 exchanges, nothing lost$/m);
});

test('--format', () => {
	const csv = run(['-e', 'stat http count() by path', '--from', five, '--format', 'csv']);
	assert.equal(csv.stdout, 'path,count\n/api/items,2\n/api/slow,1\n/static/logo,1\n/api/pay,1\n');
	const table = run(['-e', 'watch http | head 1 | select path, latency', '--from', five, '--format=table']);
	assert.equal(table.stdout, 'path        latency\n/api/items    2.0ms\n');
	fails(run(['-e', 'watch', '--from', five, '--format', 'xml']), 2, /no format 'xml': --format takes table, json, csv/);
});

test('to "path" writes a private file; JSON is added to it', () => {
	const path = join(folder, 'out.json');
	const query = `stat http count() | to json "${path}"`;
	for (const _ of [1, 2]) assert.equal(run(['-e', query, '--from', five]).stdout, '');
	assert.equal(readFileSync(path, 'utf8'), '{"count":5}\n{"count":5}\n');
	assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('what the completeness line tells', () => {
	assert.match(
		run(['-e', 'watch http | head 2', '--from', five]).stderr,
		/^claudeinsight: 2 rows from 5 exchanges, nothing lost$/m,
	);
});

test('a torn recording says so; --strict makes it a failure', () => {
	const torn = join(folder, 'torn.ciqrec');
	writeFileSync(torn, readFileSync(five));
	truncateSync(torn, statSync(five).size - 30);
	const end = run(['-e', 'stat http count()', '--from', torn]);
	assert.deepEqual(succeeds(end), [{ count: 5 }]);
	assert.match(end.stderr, /5 exchanges, lost: the recording is torn: at least \d+ bytes missing at its end/);
	const strict = run(['-e', 'stat http count()', '--from', torn, '--strict']);
	assert.equal(strict.status, 4);
	assert.equal(strict.stdout, '{"count":5}\n');
	assert.equal(run(['-e', 'stat http count()', '--from', five, '--strict']).status, 0);
});

test('a recording of heads only is refused where bodies are needed, not answered with null', () => {
	const heads = join(folder, 'heads.ciqrec');
	writeRecording(heads, HEAD_BYTES);
	fails(
		run(['-e', 'watch http', '--from', heads]),
		1,
		/heads\.ciqrec' cannot answer this query: it holds only the beginning/,
	);
	assert.deepEqual(succeeds(run(['-e', 'stat http count()', '--from', heads])), [{ count: 5 }]);
});

test('a wrong query', () => {
	fails(run(['-e', 'watch http where pathh ~ "/api"']), 2, /error\[CIQ301\].*pathh[\s\S]*\^{5} did you mean `path`\?/);
	const json = run(['-e', 'watch http where pathh ~ "/api"', '--diagnostics=json']);
	assert.equal(json.status, 2);
	assert.equal(JSON.parse(json.stderr).code, 'CIQ301');
	const hostile = run(['-e', 'watch http where `a\u202e\x9b31m\x7f` == 1', '--diagnostics=json']);
	assert.match(hostile.stderr, /^[\n -~]+$/);
	assert.equal(JSON.parse(hostile.stderr).code, 'CIQ301');
});

test('a classic flag that is wrong for its field is shown where it stands', () => {
	fails(run(['watch', 'http', '--path-regex', '(']), 2, /--path-regex \([\s\S]*\^/);
});

const MISTAKES: readonly (readonly [
	args: (given: { five: string; folder: string }) => string[],
	status: number,
	message: RegExp,
])[] = [
	[() => [], 2, /no query: give one as -e 'QUERY'/],
	[() => ['-e', '# only a comment'], 2, /-e has no query/],
	[() => ['-e', ''], 2, /-e needs a query/],
	[() => ['-e', 'watch', 'http'], 2, /unexpected 'http' beside -e/],
	[() => ['watch http | head 5'], 2, /cannot read the script .*; a query is given as -e 'watch http \| head 5'$/m],
	[() => ['conns'], 2, /cannot read the script 'conns': no such file or directory; a query is given as -e 'conns'$/m],
	[() => ['map'], 2, /cannot read the script 'map': .*; map is a view: claudeinsight -e 'watch http \| map'$/m],
	[() => ['slow', 'http'], 2, /unexpected 'http' .*; slow is a view: claudeinsight -e 'watch http \| slow'$/m],
	[() => ['overview', '--nosuch'], 2, /unknown flag --nosuch; see --help$/m],
	[() => ['conns', '--follow'], 2, /unknown flag --follow; a query is given as -e 'conns --follow'$/m],
	[() => ['explain', 'watch http'], 2, /unexpected 'watch http' .*; a query is given as -e 'explain watch http'$/m],
	[() => ['a.ciq', 'b.ciq'], 2, /unexpected 'b.ciq' behind the script 'a.ciq'$/m],
	[() => ['wach', 'http'], 2, /unexpected 'http' behind the script 'wach'; did you mean the command `watch`\?/],
	[({ five }) => [five], 2, /five\.ciqrec' is no script but data: that is read by --from .*five\.ciqrec -e '/],
	[() => ['-e', 'watch', '--from', ''], 2, /--from needs a value: --from FILE/],
	[() => ['package.json'], 2, /'package\.json' is no script but data/],
	[() => ['/dev/zero'], 2, /'\/dev\/zero' is no script but data/],
	[
		({ five }) => ['-e', 'from "a.pcap"', '--from', five],
		2,
		/--from .*five\.ciqrec is not read, as the query has its own `from`/,
	],
	[() => ['nothing.ciq'], 2, /cannot read the script 'nothing\.ciq': no such file or directory/],
	[() => ['-e', 'watch', '--from', '/no/where'], 1, /\/no\/where: no such file or directory/],
	[() => ['-e', 'watch', '--from', MAIN], 1, /neither a recording nor a packet capture/],
	[({ folder }) => ['-e', 'watch', '--from', folder], 1, /is a directory|not a recording/],
	[({ five }) => ['-e', 'watch', '--from', five, '--', 'true'], 2, /a command behind -- is captured live/],
	[({ five }) => ['-e', 'watch', '--from', five, '--record', 'x'], 2, /--from and --record exclude each other/],
	[({ five }) => ['-e', `from "${five}"`, '--record', 'x'], 2, /--record keeps a live capture/],
	[
		({ five }) => ['-e', 'watch | to json "/no/where/x"', '--from', five],
		1,
		/cannot write '\/no\/where\/x': no such file/,
	],
	[({ five }) => ['-e', 'watch | to csv "/dev/full"', '--from', five], 1, /cannot write '\/dev\/full': disk full/],
	[() => ['--nonsense'], 2, /unknown flag --nonsense/],
	[() => ['watch', '--param=x'], 2, /unknown flag --param/],
	[() => ['-e', 'watch http', '--path', '/x'], 2, /--path belongs to the classic forms/],
];

for (const [args, status, message] of MISTAKES) {
	test(`${args({ five: 'five.ciqrec', folder: 'folder' }).join(' ') || 'nothing'} ends with status ${status}`, () => {
		fails(run(args({ five, folder })), status, message);
	});
}

test(
	'without the right to capture it says so first',
	{ skip: process.getuid?.() !== 0 && 'needs root to give it up' },
	() => {
		const script = `exec ${WITHOUT_ROOT.join(' ')} $ciq -e 'watch http' -- true`;
		fails(runInShell(script), 3, /live capture needs root .*sudo; recordings need nothing: --from FILE/);
	},
);

test('a script that is not in UTF-8', () => {
	const script = join(folder, 'latin1.ciq');
	writeFileSync(script, Buffer.from('watch http where path == "/café"', 'latin1'));
	fails(run([script, '--from', five]), 2, /latin1\.ciq' is not in UTF-8: convert it/);
});

test('a query that is slow to come through a pipe', () => {
	const end = runInShell(`(sleep 2; echo 'watch http | select path | head 1') | $ciq --from "${five}"`);
	assert.equal(succeeds(end).length, 1);
});

test('a reader that goes away is no failure', () => {
	const end = runInShell(`exec 3> >(true); wait $!; $ciq -e 'watch http' --from "${five}" >&3`);
	assert.equal(end.status, 0, end.stderr);
	assert.equal(end.stderr, '');
});

test('what `fail` found and a result that cannot be written are both said', () => {
	const query = 'watch http | stat n = count() | fail n > 1 | fail n > 2';
	const found = /^claudeinsight: fail: n > 1\nclaudeinsight: fail: n > 2\nclaudeinsight: 5 exchanges/m;
	const end = runInShell(`$ciq -e '${query}' --from "${five}"`);
	assert.deepEqual([end.status, end.stdout], [4, '{"n":5}\n']);
	assert.match(end.stderr, found);
	const full = runInShell(`$ciq -e '${query}' --from "${five}" > /dev/full`);
	fails(full, 1, /cannot write standard output: disk full/);
	assert.match(full.stderr, found);
});

test('standard output that is full is', () => {
	fails(runInShell(`$ciq -e 'watch http' --from "${five}" > /dev/full`), 1, /cannot write standard output: disk full/);
});

test('of a line that found no room nothing stays in a log, and where it stays that is said', () => {
	const path = join(folder, 'limited.json');
	const limited = `ulimit -f 3; $ciq -e 'watch http | to json`;
	const log = runInShell(`${limited} "${path}"' --from "${five}"`);
	fails(log, 1, /limited\.json': larger than the limit for files .* than the file system takes\n/);
	const lines = readFileSync(path, 'utf8');
	assert.match(lines, /\}\n$/);
	assert.ok(lines.length <= 3 * 1024 && jsonLines(lines).length > 0);
	const out = runInShell(`${limited}' --from "${five}" > "${path}"`);
	fails(out, 1, /standard output: larger than .*; what was written ends in the middle of a record\n/);
	assert.equal(readFileSync(path).length, 3 * 1024);
});

test('what is added to a log does not go on in a line that was cut off', () => {
	const path = join(folder, 'torn.json');
	for (const [before, between] of [
		['{"a":1}\n{"b', '\n'],
		['{"a":1}\n', ''],
		['', ''],
	] as const) {
		writeFileSync(path, before);
		succeeds(run(['-e', `watch http | head 1 | select path | to json "${path}"`, '--from', five]));
		assert.equal(readFileSync(path, 'utf8'), `${before}${between}{"path":"/api/items"}\n`);
	}
});

test('--help tells every flag, --version the version', () => {
	const help = run(['--help']);
	assert.equal(help.status, 0);
	for (const flag of ['--from FILE', '--pids PID,…', '--path-regex REGEX', '-m, --metric METRIC']) {
		assert.ok(help.stdout.includes(flag), flag);
	}
	assert.match(run(['--version']).stdout, /^claudeinsight \d+\.\d+\.\d+\n$/);
});
