import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { newCompleteness } from '../../engine/completeness.ts';
import type { Plan } from '../../engine/query/plan.ts';
import type { Console } from '../../engine/shell/console.ts';
import { watchLive } from '../../engine/shell/live-notices.ts';
import { type Paper, paper } from '../output/paper.ts';

const plan = (
	collects: boolean,
	present?: Plan['present'],
	scope: Plan['demand']['scope'] = [{}],
	bounded = present === 'connections',
): Plan => ({
	...(present && { present }),
	source: { kind: 'watch' },
	demand: { scope, protocols: null, payloadBytes: 0, bodyBytes: 0, stages: [] },
	schema: { exchanges: true, columns: [] },
	flow: {
		exchanges: true,
		columns: [],
		nested: [],
		protocols: null,
		shape: 'stream',
		bounded,
		collects,
		heldBy: null,
	},
	shape: collects ? 'tables' : 'stream',
	collects,
	output: null,
	text: 'watch http where local_port == 80',
	run: (exchanges) => exchanges,
});

function start(
	t: TestContext,
	collects: boolean,
	terminal: boolean,
	present?: Plan['present'],
	hasCommand = false,
	scope?: Plan['demand']['scope'],
	bounded?: boolean,
	piped = false,
) {
	t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
	const said: string[] = [];
	const out: Paper = paper({ terminal });
	const lost = newCompleteness();
	const console: Console = { out, piped, colorErrors: false, say: (text) => void said.push(text), tell: () => {} };
	const notices = watchLive(
		console,
		[plan(collects, present, scope, bounded)],
		hasCommand,
		() => '5 exchanges, nothing lost',
		() => lost,
		(write) => write(),
	);
	return { said, out, notices, lost, wait: (ms: number) => t.mock.timers.tick(ms) };
}

test('it says that it captures, and what it watches after three seconds without a record', (t) => {
	const { said, wait } = start(t, false, false);
	assert.deepEqual(said, ['capturing; Ctrl-C ends']);
	wait(2999);
	assert.equal(said.length, 1);
	wait(1);
	assert.deepEqual(said.slice(1), ['no record yet; watching: watch http where local_port == 80']);
	wait(60_000);
	assert.equal(said.length, 2, 'once');
});

test('a record, or the end, keeps it quiet', (t) => {
	const seen = start(t, false, false);
	seen.notices.seen();
	seen.wait(60_000);
	assert.equal(seen.said.length, 1);
	t.mock.timers.reset();
	const stopped = start(t, false, false);
	stopped.notices.stop();
	stopped.wait(60_000);
	assert.equal(stopped.said.length, 1);
});

test('what only collects says in a pipe how to bound it', (t) => {
	const { said } = start(t, true, false);
	assert.deepEqual(said, ['capturing; the result comes at the end: Ctrl-C, or bound it with `| until 30s`']);
});

test('who reads a pipe is ended by Ctrl-C as well, so that only a bound gives a result', (t) => {
	const { said } = start(t, true, false, undefined, false, undefined, false, true);
	assert.deepEqual(said, [
		'capturing; the result comes at the end: bound it with `| until 30s`, for Ctrl-C ends its reader, too',
	]);
});

test('what has a bound says that it ends by itself', (t) => {
	for (const terminal of [false, true]) {
		const { said } = start(t, false, terminal, undefined, false, undefined, true);
		assert.deepEqual(said, ['capturing; it ends by itself, or at Ctrl-C']);
		t.mock.timers.reset();
	}
});

test('with a command it says that its end is the end', (t) => {
	for (const [terminal, collects, words] of [
		[false, true, 'the result comes when the command ends, or at Ctrl-C'],
		[true, true, 'it ends with the command, or at Ctrl-C'],
		[false, false, 'it ends with the command, or at Ctrl-C'],
	] as const) {
		assert.deepEqual(start(t, collects, terminal, undefined, true).said, [`capturing; ${words}`]);
		t.mock.timers.reset();
	}
});

test('of a process without a record it says that it has started others', (t) => {
	const child = spawn('sh', ['-c', 'sleep 20 & sleep 20 & wait'], { detached: true });
	t.after(() => process.kill(-Number(child.pid), 'SIGKILL'));
	const pid = Number(child.pid);
	const children = (): string => readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
	while (children().trim().split(' ').length < 2);
	const scope = [{ pids: [pid] }];
	const said = `${pid} has started 2 other processes, which are not watched: \`comm == "sh"\` watches all of that name`;
	const late = start(t, false, false, undefined, false, scope);
	late.wait(3000);
	late.notices.stop();
	assert.deepEqual(late.said.slice(2), [said]);
	t.mock.timers.reset();
	const ended = start(t, false, false, undefined, false, scope);
	ended.notices.stop();
	assert.deepEqual(ended.said.slice(1), [said]);
	t.mock.timers.reset();
	const seen = start(t, false, false, undefined, false, scope);
	seen.notices.seen();
	seen.notices.stop();
	assert.equal(seen.said.length, 1);
	t.mock.timers.reset();
	const both = start(t, false, false, undefined, false, [{ pids: [pid, ...children().trim().split(' ').map(Number)] }]);
	both.notices.stop();
	assert.equal(both.said.length, 1);
	t.mock.timers.reset();
	const tree = start(t, false, false, undefined, false, [{ pids: [pid], withChildren: true }]);
	tree.notices.stop();
	assert.equal(tree.said.length, 1);
});

test('the name of such a process is written as a query takes it', (t) => {
	const folder = mkdtempSync(join(tmpdir(), 'ciq-notices-'));
	t.after(() => rmSync(folder, { recursive: true }));
	const shell = join(folder, 'né"q');
	copyFileSync('/bin/sh', shell);
	const child = spawn(shell, ['-c', 'sleep 20 & wait'], { detached: true });
	t.after(() => process.kill(-Number(child.pid), 'SIGKILL'));
	const pid = Number(child.pid);
	while (readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1') === '');
	const { notices, said } = start(t, false, false, undefined, false, [{ pids: [pid] }]);
	notices.stop();
	assert.match(said[1] ?? '', /: `comm == "né\\"q"` watches all of that name$/);
});

test('connections come to their end by themselves, but on a terminal', (t) => {
	assert.deepEqual(start(t, false, false, 'connections').said, ['capturing; it ends by itself']);
	t.mock.timers.reset();
	assert.deepEqual(start(t, false, true, 'connections').said, ['capturing; Ctrl-C ends']);
});

test('of requests that wait it says that older ones are not known', (t) => {
	const { said } = start(t, true, true, 'requests');
	assert.deepEqual(said.slice(1), ['requests that were sent before now are not known, and not shown']);
});

test('a terminal has a status line, and a pipe none', (t) => {
	const screen = start(t, true, true);
	screen.wait(1000);
	screen.notices.stop();
	assert.deepEqual(screen.out.written, ['status: 5 exchanges, nothing lost', 'status: ']);
	t.mock.timers.reset();
	const pipe = start(t, true, false);
	pipe.wait(5000);
	assert.deepEqual(pipe.out.written, []);
});

test('in a pipe losses are told when they begin, and again when they have become much more', (t) => {
	const { said, lost, notices, wait } = start(t, true, false);
	notices.seen();
	wait(5000);
	assert.equal(said.length, 1);
	lost.ringDrops = 3;
	lost.ringDropBytes = 2000;
	wait(1000);
	const drops = 'dropped because the ring buffer was full';
	assert.deepEqual(said.slice(1), [`lost so far: 3 events (2.0KB) ${drops}`]);
	lost.ringDrops = 29;
	wait(5000);
	assert.equal(said.length, 2);
	lost.ringDrops = 30;
	wait(5000);
	assert.deepEqual(said.slice(2), [`lost so far: 30 events (2.0KB) ${drops}`]);
	lost.gaps = 1;
	lost.gapBytes = 5;
	wait(5000);
	assert.deepEqual(
		said.slice(3),
		[`lost so far: 30 events (2.0KB) ${drops}; 1 gap (5B) in byte streams`],
		'of another kind',
	);
	lost.gaps = 100;
	notices.stop();
	wait(5000);
	assert.equal(said.length, 4, 'the last line tells it');
});

test('a terminal has losses in its status line', (t) => {
	const { said, lost, wait } = start(t, true, true);
	lost.gaps = 1;
	wait(2000);
	assert.ok(!said.some((text) => text.includes('lost')));
});
