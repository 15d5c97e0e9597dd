import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
	chownSync,
	closeSync,
	mkdtempSync,
	openSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pcap } from '../capture/pcap/files.ts';
import { writeRecording } from './recording.ts';
import { Terminal } from './terminal.ts';

let folder: string;
let five: string;
before(() => {
	folder = mkdtempSync(join(tmpdir(), 'ciq-repl-'));
	five = join(folder, 'five.ciqrec');
	writeRecording(five);
});
after(() => rmSync(folder, { recursive: true }));

async function shell(t: TestContext, flags = ''): Promise<Terminal> {
	const terminal = new Terminal(`--from ${five} ${flags}`, { XDG_STATE_HOME: folder });
	t.after(() => terminal.kill());
	await terminal.sees(/\.help tells what there is, Ctrl-D leaves\r\n.*ciq> /);
	return terminal;
}

async function leave(terminal: Terminal): Promise<void> {
	terminal.type('.exit\r');
	assert.equal(await terminal.ended(), 0);
}

test('queries one after the other, an error between them', async (t) => {
	const terminal = await shell(t);
	terminal.type('watch http | head 2\r');
	assert.match(
		await terminal.sees(/nothing lost\r\n.*ciq> /),
		/path +status +latency.*\r\n.*\/api\/items.*\r\n.*\/api\/slow/,
	);
	terminal.type('watch http where pathh ~ "x"\r');
	await terminal.sees(/\^\^\^\^\^ did you mean `path`\?\r\n.*ciq> /);
	terminal.type('stat http count()\r');
	await terminal.sees(/count\r\n─+\r\n +5\r\n.*ciq> /s);
	await leave(terminal);
});

test(
	'root makes nothing in the home of somebody else, as under sudo',
	{ skip: process.getuid?.() !== 0 && 'needs root' },
	async (t) => {
		for (const [uid, made] of [
			[65534, []],
			[0, ['.local']],
		] as const) {
			const home = mkdtempSync(join(folder, 'home-'));
			chownSync(home, uid, uid);
			const terminal = new Terminal(`--from ${five}`, { XDG_STATE_HOME: '', HOME: home });
			t.after(() => terminal.kill());
			await terminal.sees(/ciq> /);
			await leave(terminal);
			assert.deepEqual(readdirSync(home), made);
		}
	},
);

test('an unfinished line goes on, and an empty line gives it up', async (t) => {
	const terminal = await shell(t);
	terminal.type('watch http |\r');
	await terminal.sees(/… /);
	terminal.type('stat count() by path | top 1 by count\r');
	await terminal.sees(/\/api\/items +2\r\n.*ciq> /s);
	terminal.type('watch http |\r');
	await terminal.sees(/… /);
	terminal.type('\r');
	await terminal.sees(/error\[CIQ\d+\]: expected an operator[\s\S]*ciq> /);
	await leave(terminal);
});

test('lines that come while a query runs wait for their turn', async (t) => {
	const terminal = await shell(t);
	terminal.type('stat http a = count()\rstat http b = count()\rstat http c = count()\r');
	await terminal.sees(/\na\r\n─\r\n5\r\n/);
	// Each is shown where it begins.
	for (const name of ['b', 'c'])
		await terminal.sees(new RegExp(`ciq> stat http ${name} = count\\(\\)\r\n[^─]*${name}\r\n─\r\n5\r\n`));
	await leave(terminal);
});

/** Around a paste, of a terminal that does not tell of it and of one that does. */
const BRACKETS = [
	['', ''],
	['\x1b[200~', '\x1b[201~'],
] as const;

/** A query of three lines, between lines that end nothing. */
const PASTED = 'watch http\r\r# all but one\r  where path != "/api/items"\r\t| stat n = count()\r';
const THREE = /… \s*\| stat n = count\(\)[^─]*n\r\n─\r\n3\r\n.*ciq> /s;

test('pasted lines are one query, whether the terminal tells of the paste or not', async (t) => {
	const terminal = await shell(t);
	for (const text of [PASTED, PASTED.replaceAll('\r', '\r\n'), PASTED.replaceAll('\r', '\n')]) {
		for (const [begin, end] of BRACKETS) {
			terminal.type(begin + text + end);
			assert.doesNotMatch(await terminal.sees(THREE), /latency|earlier result/);
		}
	}
	await leave(terminal);
});

test('a paste without an end of line waits for it', async (t) => {
	const terminal = await shell(t);
	for (const [begin, end] of BRACKETS) {
		terminal.type(`${begin}watch http\r  | stat n = count()${end}`);
		await terminal.sees(/… {3}\| stat n = count\(\)/);
		terminal.type(' | where n > 1\r');
		assert.doesNotMatch(await terminal.sees(/n\r\n─\r\n5\r\n.*ciq> /s), /latency|earlier result/);
	}
	await leave(terminal);
});

test('a paste that comes in pieces', async (t) => {
	const terminal = await shell(t);
	terminal.type('\x1b[200~watch http\r');
	await sleep(100);
	terminal.type('  | sta');
	await sleep(100);
	terminal.type('t n = count()\r\x1b[201~');
	assert.doesNotMatch(await terminal.sees(/n\r\n─\r\n5\r\n.*ciq> /s), /latency|earlier result/);
	await leave(terminal);
});

test('several queries and commands in one paste run one after the other', async (t) => {
	const terminal = await shell(t);
	terminal.type(
		'\x1b[200~watch http\r  | stat a = count()\r.help nosuch\rstat http b = count()\r  | where b > 1\r\x1b[201~',
	);
	await terminal.sees(/a\r\n─\r\n5\r\n[\s\S]*no help on `nosuch`[\s\S]*b\r\n─\r\n5\r\n/);
	await leave(terminal);
});

test('a line that is typed behind a result goes on from it', async (t) => {
	const terminal = await shell(t);
	terminal.type('stat http count() by path\r');
	await terminal.sees(/nothing lost\r\n.*ciq> /s);
	terminal.type('| head 1\r');
	await terminal.sees(/from 4 rows of an earlier result\r\n.*ciq> /s);
	await leave(terminal);
});

test('what is typed while a query runs stays as it was typed', async (t) => {
	const terminal = await shell(t);
	terminal.type('stat http a = count()\rstat http b');
	await terminal.sees(/a\r\n─\r\n5\r\n.*ciq> stat http b/s);
	terminal.type(' = count()\r');
	await terminal.sees(/b\r\n─\r\n5\r\n/);
	await leave(terminal);
});

test('Ctrl-C says what it gives up', async (t) => {
	const path = join(folder, 'endless.pcap');
	execFileSync('mkfifo', [path]);
	const writer = openSync(path, 'r+');
	t.after(() => closeSync(writer));
	writeSync(writer, pcap([]));
	const terminal = await shell(t);
	terminal.type(`from "${path}" http\r  | stat count()\rstat http b = count()\rstat http c = count()\r`);
	await terminal.sees(/c = count\(\)/);
	// At once: the last line still waits for what may be pasted behind it, and the first is being checked or runs.
	terminal.type('\x03');
	await terminal.sees(/2 inputs that waited behind it will not run\r\n/);
});

test('Ctrl-C clears a line and keeps the shell', async (t) => {
	const terminal = await shell(t);
	terminal.type('watch htt\x03');
	await terminal.sees(/watch htt[\s\S]*ciq> /);
	terminal.type('stat http count()\r');
	await terminal.sees(/─+\r\n +5\r\n/);
	await leave(terminal);
});

test('definitions are kept, and can be made anew', async (t) => {
	const terminal = await shell(t);
	terminal.type('let least = 100ms\r');
	await terminal.sees(/100ms[\s\S]*ciq> /);
	terminal.type('watch http where latency > least | stat n = count()\r');
	await terminal.sees(/n\r\n─\r\n1\r\n.*ciq> /s);
	terminal.type('let least = 1ms\r');
	await terminal.sees(/1ms[\s\S]*ciq> /);
	terminal.type('watch http where latency > least | stat n = count()\r');
	await terminal.sees(/n\r\n─\r\n5\r\n.*ciq> /s);
	await leave(terminal);
});

test('the flags of the shell bind every query', async (t) => {
	const terminal = await shell(t, '--local-ports 1');
	terminal.type('stat http n = count()\r');
	await terminal.sees(/n\r\n─\r\n0\r\n/);
	await leave(terminal);
});

test('.help', async (t) => {
	const terminal = await shell(t);
	terminal.type('.help\r');
	assert.match(await terminal.sees(/ciq> /), /\n {2}stat +\S[\s\S]*\n {2}slow +The slowest/);
	terminal.type('.help head\r');
	await terminal.sees(/head \[n\][\s\S]*ciq> /);
	terminal.type('.help slwo\r');
	await terminal.sees(/did you mean `slow`\?/);
	await leave(terminal);
});

test('.help on commands', async (t) => {
	const terminal = await shell(t);
	for (const [about, answer] of [
		['.show', /\n\.show N: a row of the last result in full\r\n/],
		['keep', /\n\.keep NAME: names the last result\r\n/],
		['.exit', /\n\.exit: leave\r\n/],
		['.shwo', /no command \.shwo: did you mean \.show\?/],
		['fields', /\n\.fields \[PROTOCOL\]: the fields/],
	] as const) {
		terminal.type(`.help ${about}\r`);
		await terminal.sees(answer);
	}
	await leave(terminal);
});

test('a command without its dot is told from the language', async (t) => {
	const terminal = await shell(t);
	for (const [line, answer] of [
		['help', /no operator help: did you mean \.help\?/],
		['quit', /no operator quit: did you mean \.exit\?/],
		['.quit', /no command \.quit: did you mean \.exit\?/],
		['exit', /no operator exit: did you mean \.exit\?/],
		['show 2', /no operator show: did you mean \.show\?/],
		['load "x.pcap"', /write `from`/],
		['op quit { watch http | stat left = count() }', /ciq> /],
		['quit', /left\r\n─+\r\n +5\r\n/],
	] as const) {
		terminal.type(`${line}\r`);
		await terminal.sees(answer);
	}
	await leave(terminal);
});

test('.doctor, with the mode of the shell', async (t) => {
	const terminal = await shell(t, '--capture-mode syscall');
	terminal.type('.doctor\r');
	await terminal.sees(/Live capture is (not )?possible[\s\S]*Kernel\r\n[\s\S]*ciq> /);
	await leave(terminal);
});

test('.fields and .ops', async (t) => {
	const terminal = await shell(t);
	terminal.type('.fields http\r');
	assert.match(await terminal.sees(/ciq> /), /Fields of HTTP:\r\n {2}method +string[\s\S]*Fields of every exchange:/);
	terminal.type('.ops\r');
	assert.match(await terminal.sees(/ciq> /), /\n {2}where +\S/);
	terminal.type('.fields nosuch\r');
	await terminal.sees(/there is no protocol `nosuch`/);
	await leave(terminal);
});

test('Tab completes fields and commands', async (t) => {
	const terminal = await shell(t);
	terminal.type('watch http where lat');
	await terminal.sees(/where lat/);
	terminal.type('\t');
	await terminal.sees(/ency/);
	terminal.type(' > 100ms | stat n = count()\r');
	await terminal.sees(/n\r\n─\r\n1\r\n/);
	terminal.type('.he');
	await terminal.sees(/\.he/);
	terminal.type('\t');
	await terminal.sees(/lp/);
	terminal.type(' head\r');
	await terminal.sees(/head \[n\]/);
	await leave(terminal);
});

test('Tabs that come at once complete and list as those that come one by one', async (t) => {
	const terminal = await shell(t);
	terminal.type('stat http count() by remote');
	await terminal.sees(/by remote/);
	terminal.type('\t\t');
	await terminal.sees(/_/);
	await terminal.sees(/remote_ip +remote_name/);
	terminal.type('ip\r');
	await terminal.sees(/remote_ip +count\r\n/);
	await leave(terminal);
});

test('Tabs in a search of the history are not made up for later', async (t) => {
	const terminal = await shell(t);
	terminal.type('\x12');
	await terminal.sees(/bck-i-search/);
	terminal.type('\t\t\t');
	await sleep(300);
	terminal.type('\x03');
	await sleep(300);
	terminal.type('watch http where remote_i');
	await terminal.sees(/where remote_i/);
	terminal.type('\t');
	await terminal.sees(/p/);
	terminal.type(' != null | stat n = count()\r');
	assert.doesNotMatch(await terminal.sees(/n\r\n─\r\n\d\r\n/), /remote_ip\r+\n/);
	await leave(terminal);
});

test('a command that waited is shown where it begins', async (t) => {
	const terminal = await shell(t);
	terminal.type('stat http a = count()\r.help nosuch\r');
	await terminal.sees(/a\r\n─\r\n5\r\n[\s\S]*ciq> \.help nosuch\r\n[^\n]*no help on `nosuch`/);
	await leave(terminal);
});

test('Ctrl-D leaves', async (t) => {
	const terminal = await shell(t);
	terminal.type('\x04');
	assert.equal(await terminal.ended(), 0);
});

test('the history is private and kept', async (t) => {
	const first = await shell(t);
	first.type('stat http remembered = count()\r');
	await first.sees(/5\r\n.*ciq> /s);
	await leave(first);
	const path = join(folder, 'claudeinsight', 'history');
	assert.match(readFileSync(path, 'utf8'), /stat http remembered = count\(\)/);
	assert.equal(statSync(path).mode & 0o777, 0o600);
	const second = await shell(t);
	second.type('\x1b[A\x1b[A\r');
	await second.sees(/remembered\r\n─+\r\n +5\r\n/);
	await leave(second);
});
